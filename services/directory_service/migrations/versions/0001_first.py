"""The kit's tables, and everything about people who may sign in."""

from alembic import op

from service_kit.db.migration_helpers import create_kit_tables
from service_kit.db.row_security import ACCOUNT, DISTRICTS, ORGANIZATION, ROLE, enable_rls, role_name

revision = "0001_first"
down_revision = None
branch_labels = None
depends_on = None

# A role fits the kind of its organisation and stands on one side; an account has one side and memberships of no other.
TABLES = """
CREATE TABLE account (
    id uuid CONSTRAINT account_pkey PRIMARY KEY,
    side text NOT NULL CONSTRAINT account_side_check CHECK (side IN ('providing', 'referring')),
    name text NOT NULL,
    user_name text NOT NULL CONSTRAINT account_user_name_folded_check CHECK (user_name = lower(user_name)),
    phone text,
    mail text CONSTRAINT account_mail_folded_check CHECK (mail = lower(mail)),
    language text NOT NULL CONSTRAINT account_language_check CHECK (language IN ('en', 'hi', 'bn')),
    password_hash text,
    password_changed_at timestamptz,
    resets integer NOT NULL,
    postings integer NOT NULL,
    created_at timestamptz NOT NULL,
    closed_at timestamptz,
    CONSTRAINT account_id_side_key UNIQUE (id, side)
);
CREATE UNIQUE INDEX account_user_name_key ON account (user_name);
CREATE UNIQUE INDEX account_phone_key ON account (phone) WHERE closed_at IS NULL;
CREATE UNIQUE INDEX account_mail_key ON account (mail) WHERE closed_at IS NULL;

CREATE TABLE membership (
    id uuid CONSTRAINT membership_pkey PRIMARY KEY,
    account_id uuid NOT NULL,
    organization_id uuid NOT NULL,
    organization_kind text NOT NULL,
    organization_district integer NOT NULL,
    role text NOT NULL,
    side text NOT NULL,
    districts integer[] NOT NULL,
    version integer NOT NULL,
    started_at timestamptz NOT NULL,
    ended_at timestamptz,
    CONSTRAINT membership_account_side_fkey FOREIGN KEY (account_id, side) REFERENCES account (id, side),
    CONSTRAINT membership_role_fits_kind_check CHECK (
        (role = 'officer' AND organization_kind IN ('police_unit', 'court', 'prison'))
        OR (role = 'custody_health' AND organization_kind = 'prison')
        OR (role = 'unit_supervisor' AND organization_kind IN ('police_unit', 'prison'))
        OR (role IN ('case_worker', 'provider_manager') AND organization_kind = 'provider')
        OR (role IN ('coordinator', 'data_officer') AND organization_kind = 'coordinating_body')),
    CONSTRAINT membership_role_has_side_check CHECK (
        side = CASE WHEN role IN ('officer', 'custody_health', 'unit_supervisor') THEN 'referring' ELSE 'providing' END)
);
CREATE INDEX membership_account_idx ON membership (account_id);
CREATE INDEX membership_organization_idx ON membership (organization_id);
CREATE UNIQUE INDEX membership_active_key ON membership (account_id, organization_id, role) WHERE ended_at IS NULL;

CREATE TABLE second_factor (
    id uuid CONSTRAINT second_factor_pkey PRIMARY KEY,
    account_id uuid NOT NULL CONSTRAINT second_factor_account_fkey REFERENCES account,
    kind text NOT NULL CONSTRAINT second_factor_kind_check CHECK (kind IN ('totp', 'printed')),
    kek_id text,
    wrapped_key bytea,
    sealed bytea,
    created_at timestamptz NOT NULL,
    confirmed_at timestamptz,
    ended_at timestamptz,
    CONSTRAINT second_factor_totp_is_sealed_check CHECK ((kind = 'totp') = (sealed IS NOT NULL))
);
CREATE INDEX second_factor_account_idx ON second_factor (account_id);
CREATE UNIQUE INDEX second_factor_in_force_key ON second_factor (account_id)
    WHERE confirmed_at IS NOT NULL AND ended_at IS NULL;

CREATE TABLE printed_code (
    factor_id uuid NOT NULL CONSTRAINT printed_code_factor_fkey REFERENCES second_factor ON DELETE CASCADE,
    digest bytea NOT NULL,
    account_id uuid NOT NULL,
    used_at timestamptz,
    CONSTRAINT printed_code_pkey PRIMARY KEY (factor_id, digest)
);

CREATE TABLE used_step (
    account_id uuid NOT NULL CONSTRAINT used_step_account_fkey REFERENCES account,
    step integer NOT NULL,
    used_at timestamptz NOT NULL,
    CONSTRAINT used_step_pkey PRIMARY KEY (account_id, step)
);

CREATE TABLE slip (
    id uuid CONSTRAINT slip_pkey PRIMARY KEY,
    account_id uuid NOT NULL CONSTRAINT slip_account_fkey REFERENCES account,
    digest bytea NOT NULL,
    printed_by uuid,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    used_at timestamptz,
    ended_at timestamptz
);
CREATE UNIQUE INDEX slip_open_key ON slip (account_id) WHERE used_at IS NULL AND ended_at IS NULL;

CREATE TABLE ticket (
    id uuid CONSTRAINT ticket_pkey PRIMARY KEY,
    account_id uuid NOT NULL CONSTRAINT ticket_account_fkey REFERENCES account,
    purpose text NOT NULL CONSTRAINT ticket_purpose_check CHECK (purpose IN ('second_factor', 'first_sign_in')),
    digest bytea NOT NULL,
    slip_id uuid CONSTRAINT ticket_slip_fkey REFERENCES slip,
    membership_id uuid,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    used_at timestamptz
);
CREATE INDEX ticket_account_idx ON ticket (account_id);

CREATE TABLE session (
    id uuid CONSTRAINT session_pkey PRIMARY KEY,
    account_id uuid NOT NULL CONSTRAINT session_account_fkey REFERENCES account,
    membership_id uuid NOT NULL CONSTRAINT session_membership_fkey REFERENCES membership,
    device text NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    second_factor_at timestamptz,
    ended_at timestamptz
);
CREATE INDEX session_account_idx ON session (account_id);
CREATE INDEX session_expires_idx ON session (expires_at);

CREATE TABLE api_key (
    id uuid CONSTRAINT api_key_pkey PRIMARY KEY,
    organization_id uuid NOT NULL,
    name text NOT NULL,
    digest bytea NOT NULL CONSTRAINT api_key_digest_key UNIQUE,
    created_at timestamptz NOT NULL,
    ended_at timestamptz
);
CREATE INDEX api_key_organization_idx ON api_key (organization_id);

CREATE TABLE reset (
    id uuid CONSTRAINT reset_pkey PRIMARY KEY,
    account_id uuid NOT NULL CONSTRAINT reset_account_fkey REFERENCES account,
    what text NOT NULL CONSTRAINT reset_what_check CHECK (what IN ('password', 'second_factor')),
    asked_by uuid NOT NULL,
    asked_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    decided_by uuid,
    decided_at timestamptz,
    decision text CONSTRAINT reset_decision_check CHECK (decision IN ('approved', 'refused')),
    CONSTRAINT reset_two_people_check CHECK (decided_by <> asked_by OR decision = 'refused'),
    CONSTRAINT reset_not_own_check CHECK (asked_by <> account_id AND decided_by <> account_id)
);
CREATE UNIQUE INDEX reset_waiting_key ON reset (account_id) WHERE decided_at IS NULL;
"""

# The one door without an organisation on this side: the hash of one exactly named account.
SIGN_IN_LOOKUP = """
CREATE FUNCTION sign_in_lookup(handle_kind text, handle text)
    RETURNS TABLE (account_id uuid, side text, password_hash text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT account.id, account.side, account.password_hash FROM public.account
    WHERE CASE handle_kind
        WHEN 'user_name' THEN account.user_name = handle
        WHEN 'phone' THEN account.phone = handle AND account.closed_at IS NULL
        WHEN 'mail' THEN account.mail = handle AND account.closed_at IS NULL
        ELSE false END
    LIMIT 1
$$;
REVOKE ALL ON FUNCTION sign_in_lookup(text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sign_in_lookup(text, text) TO "{web}", "{worker}";
"""

# A key is seen by whoever presents it: the transaction says its digest, and only that row is there.
PRESENTED_KEY = "(SELECT decode(NULLIF(current_setting('setu.api_key', true), ''), 'hex'))"
MANAGER = f"{ROLE} IN ('unit_supervisor', 'provider_manager', 'coordinator')"
BODY = f"{ROLE} IN ('coordinator', 'data_officer')"
SEEN_MEMBERSHIP = (
    f"account_id = {ACCOUNT}"
    f" OR (organization_id = {ORGANIZATION} AND ({MANAGER} OR {BODY}))"
    f" OR ({BODY} AND organization_district = ANY ({DISTRICTS}))"
)
KEPT_MEMBERSHIP = f"account_id = {ACCOUNT} OR (organization_id = {ORGANIZATION} AND {MANAGER})"


def within_reach(column: str) -> str:
    """Rows of one's own account, and of accounts that have a membership which this transaction may see."""
    return f"{column} = {ACCOUNT} OR EXISTS (SELECT FROM membership WHERE membership.account_id = {column})"


def upgrade() -> None:
    create_kit_tables(op)
    op.execute(TABLES)
    op.execute(SIGN_IN_LOOKUP.format(web=role_name(op, "web"), worker=role_name(op, "worker")))
    enable_rls(
        op,
        "membership",
        {
            "web select": SEEN_MEMBERSHIP,
            "web insert": f"organization_id = {ORGANIZATION} AND {MANAGER}",
            "web update": KEPT_MEMBERSHIP,
        },
    )
    enable_rls(
        op,
        "account",
        {
            "web select": within_reach("account.id"),
            "web insert": MANAGER,
            "web update": within_reach("account.id"),
        },
    )
    for table in ("second_factor", "slip", "session"):
        enable_rls(op, table, {"web": within_reach(f"{table}.account_id")})
    for table in ("printed_code", "used_step", "ticket"):
        enable_rls(op, table, {"web": f"{table}.account_id = {ACCOUNT}"})
    enable_rls(op, "api_key", {"web select": f"digest = {PRESENTED_KEY}"})
    enable_rls(
        op,
        "reset",
        {
            "web select": within_reach("reset.account_id"),
            "web insert": f"{BODY} AND asked_by = {ACCOUNT} AND ({within_reach('reset.account_id')})",
            "web update": f"{BODY} AND ({within_reach('reset.account_id')})",
        },
    )
