"""Memberships are offered, not given: invitations. And a phone number or mail address is no key across the two sides.

A number or address that another account of the same side signs in with is kept as a contact and does not sign in; one
that an account of the other side has is none of anybody's business. So no form says that an account exists.
"""

from alembic import op

from service_kit.db.row_security import ACCOUNT, ORGANIZATION, ROLE, enable_rls, role_name

revision = "0012_invitations"
down_revision = "0011_opened_places"
branch_labels = None
depends_on = None

TABLE = """
CREATE TABLE invitation (
    id uuid CONSTRAINT invitation_pkey PRIMARY KEY,
    organization_id uuid NOT NULL CONSTRAINT invitation_organization_fkey REFERENCES organization,
    role text NOT NULL,
    districts integer[] NOT NULL,
    user_name text NOT NULL,
    account_id uuid CONSTRAINT invitation_account_fkey REFERENCES account,
    invited_by uuid,
    sent_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    withdrawn_at timestamptz,
    answered_at timestamptz,
    answer text CONSTRAINT invitation_answer_check CHECK (answer IN ('accepted', 'refused')),
    CONSTRAINT invitation_answered_check CHECK ((answered_at IS NULL) = (answer IS NULL))
);
CREATE INDEX invitation_account_idx ON invitation (account_id);
CREATE UNIQUE INDEX invitation_open_key ON invitation (organization_id, user_name, role)
    WHERE withdrawn_at IS NULL AND answer IS DISTINCT FROM 'accepted';

ALTER TABLE ticket DROP CONSTRAINT ticket_purpose_check;
ALTER TABLE ticket ADD CONSTRAINT ticket_purpose_check
    CHECK (purpose IN ('second_factor', 'first_sign_in', 'invitation'));

ALTER TABLE account
    ADD COLUMN phone_signs_in boolean NOT NULL DEFAULT true,
    ADD COLUMN mail_signs_in boolean NOT NULL DEFAULT true;
DROP INDEX account_phone_key;
DROP INDEX account_mail_key;
CREATE UNIQUE INDEX account_phone_key ON account (side, phone) WHERE phone_signs_in AND closed_at IS NULL;
CREATE UNIQUE INDEX account_mail_key ON account (side, mail) WHERE mail_signs_in AND closed_at IS NULL;
"""

SIGN_IN_LOOKUP = """
CREATE OR REPLACE FUNCTION sign_in_lookup(handle_kind text, handle text)
    RETURNS TABLE (account_id uuid, side text, password_hash text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT account.id, account.side, account.password_hash FROM public.account
    WHERE CASE handle_kind
        WHEN 'user_name' THEN account.user_name = handle
        WHEN 'phone' THEN account.phone = handle AND account.phone_signs_in AND account.closed_at IS NULL
        WHEN 'mail' THEN account.mail = handle AND account.mail_signs_in AND account.closed_at IS NULL
        ELSE false END
    ORDER BY account.created_at DESC, account.id DESC
    LIMIT 2
$$;
"""

MANAGER = f"{ROLE} IN ('unit_supervisor', 'provider_manager', 'coordinator')"
OWN = f"account_id = {ACCOUNT}"
SENT = f"organization_id = {ORGANIZATION} AND {MANAGER}"

# Whoever was invited makes the membership, in an organisation that is not the one of the session.
ACCEPTING = """
CREATE POLICY "{web}_insert_invited" ON membership FOR INSERT TO "{web}" WITH CHECK (
    account_id = {account} AND EXISTS (
        SELECT FROM invitation
        WHERE invitation.account_id = membership.account_id AND invitation.organization_id = membership.organization_id
            AND invitation.role = membership.role AND invitation.withdrawn_at IS NULL AND invitation.answered_at IS NULL
    )
)
"""


def upgrade() -> None:
    op.execute(TABLE)
    op.execute(SIGN_IN_LOOKUP)
    enable_rls(
        op,
        "invitation",
        {"web select": f"{OWN} OR ({SENT})", "web insert": SENT, "web update": f"{OWN} OR ({SENT})"},
    )
    op.execute(ACCEPTING.format(web=role_name(op, "web"), account=ACCOUNT))
