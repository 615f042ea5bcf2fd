"""The first schema: the kit's tables, the three groups of the referral service, row-level security, the one door."""

from alembic import op

from referral_service.store.policies import POLICIES
from service_kit.db.migration_helpers import create_kit_tables
from service_kit.db.row_security import enable_rls, role_name

revision = "0001_first"
down_revision = None
branch_labels = None
depends_on = None

# As they were then: `store/tables.py` has moved on with the migrations that follow.
_TABLES = """
CREATE SEQUENCE card_number;
CREATE TABLE arrival (
    position bigint GENERATED ALWAYS AS IDENTITY,
    day date NOT NULL,
    need text NOT NULL,
    district integer NOT NULL,
    organization_id uuid NOT NULL,
    PRIMARY KEY (position)
);
CREATE TABLE card (
    number text NOT NULL,
    organization_id uuid NOT NULL,
    code_mac bytea NOT NULL,
    printed_at timestamptz NOT NULL,
    used_at timestamptz,
    PRIMARY KEY (number),
    UNIQUE (code_mac)
);
CREATE INDEX card_unit ON card (organization_id);
CREATE TABLE card_holder (
    code_mac bytea NOT NULL,
    referral_id uuid,
    district integer NOT NULL,
    needs text[] NOT NULL,
    arrived_on date,
    PRIMARY KEY (code_mac)
);
CREATE INDEX card_holder_referral ON card_holder (referral_id);
CREATE TABLE directory_organization (
    id uuid NOT NULL,
    version bigint NOT NULL,
    deleted boolean NOT NULL,
    name text NOT NULL,
    kind text NOT NULL,
    district integer,
    status text NOT NULL,
    phone text,
    PRIMARY KEY (id)
);
CREATE TABLE directory_service (
    id uuid NOT NULL,
    organization_id uuid NOT NULL,
    version bigint NOT NULL,
    deleted boolean NOT NULL,
    districts integer[] NOT NULL,
    data jsonb NOT NULL,
    PRIMARY KEY (id)
);
CREATE INDEX directory_service_districts ON directory_service USING gin (districts);
CREATE INDEX directory_service_organization ON directory_service (organization_id);
CREATE TABLE referral_sent (
    id uuid NOT NULL,
    reference text NOT NULL,
    account_id uuid NOT NULL,
    organization_id uuid NOT NULL,
    submitted_at timestamptz NOT NULL,
    setting text NOT NULL,
    district integer NOT NULL,
    needs text[] NOT NULL,
    service_id uuid,
    candidates uuid[] DEFAULT '{}' NOT NULL,
    priority text NOT NULL,
    another_service boolean NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (reference)
);
CREATE INDEX referral_sent_newest ON referral_sent (account_id, submitted_at, id);
CREATE INDEX referral_sent_submitted_at ON referral_sent USING brin (submitted_at);
CREATE TABLE tally (
    position bigint GENERATED ALWAYS AS IDENTITY,
    day date NOT NULL,
    answer text NOT NULL,
    need text NOT NULL,
    district integer NOT NULL,
    setting text NOT NULL,
    PRIMARY KEY (position)
);
CREATE TABLE task (
    id uuid NOT NULL,
    root_id uuid NOT NULL,
    reference text NOT NULL,
    organization_id uuid,
    service_id uuid,
    candidate_organizations uuid[] DEFAULT '{}' NOT NULL,
    candidate_services uuid[] DEFAULT '{}' NOT NULL,
    sender_organization uuid NOT NULL,
    sender_account uuid,
    sender_role text NOT NULL,
    setting text NOT NULL,
    district integer NOT NULL,
    needs text[],
    priority text NOT NULL,
    another_service boolean NOT NULL,
    status text NOT NULL,
    ended_as text,
    ghost boolean DEFAULT false NOT NULL,
    business_status text,
    reason text,
    outcome text,
    version integer NOT NULL,
    submitted_at timestamptz NOT NULL,
    opened_at timestamptz,
    first_contact date,
    closed_at timestamptz,
    touched_at timestamptz NOT NULL,
    untouched_told_at timestamptz,
    clock text NOT NULL,
    due timestamptz NOT NULL,
    ack_due timestamptz,
    remind_at timestamptz,
    escalate_at timestamptz,
    expire_at timestamptz,
    decision_due timestamptz,
    paused_at timestamptz,
    contact_due timestamptz,
    review_on date,
    forward_asked_at timestamptz,
    forwarded_to uuid,
    forwarded_from uuid,
    PRIMARY KEY (id),
    CONSTRAINT task_has_receiver CHECK (organization_id IS NOT NULL OR cardinality(candidate_organizations) > 0),
    CONSTRAINT task_ended_is_ghost CHECK (ended_as IS NULL OR ghost),
    UNIQUE (reference)
);
CREATE INDEX task_candidates ON task USING gin (candidate_organizations) WHERE organization_id IS NULL;
CREATE INDEX task_closed_at ON task (closed_at) WHERE closed_at IS NOT NULL;
CREATE INDEX task_district ON task (district, submitted_at);
CREATE INDEX task_escalate ON task (escalate_at) WHERE escalate_at IS NOT NULL;
CREATE INDEX task_expire ON task (expire_at) WHERE expire_at IS NOT NULL;
CREATE INDEX task_holder ON task (organization_id, due, id);
CREATE INDEX task_remind ON task (remind_at) WHERE remind_at IS NOT NULL;
CREATE INDEX task_root ON task (root_id);
CREATE TABLE attempt (
    position bigint GENERATED ALWAYS AS IDENTITY,
    referral_id uuid NOT NULL,
    at timestamptz NOT NULL,
    result text NOT NULL,
    next_appointment timestamptz,
    PRIMARY KEY (position),
    FOREIGN KEY(referral_id) REFERENCES task (id) ON DELETE CASCADE
);
CREATE INDEX attempt_referral ON attempt (referral_id, position);
CREATE TABLE custody_view (
    id uuid NOT NULL,
    account_id uuid NOT NULL,
    organization_id uuid NOT NULL,
    open_question text,
    appointment_at timestamptz,
    release_on date,
    version integer NOT NULL,
    PRIMARY KEY (id),
    FOREIGN KEY(id) REFERENCES referral_sent (id) ON DELETE CASCADE
);
CREATE TABLE identity (
    referral_id uuid NOT NULL,
    sealed bytea NOT NULL,
    contact_hint bytea,
    PRIMARY KEY (referral_id),
    FOREIGN KEY(referral_id) REFERENCES task (id) ON DELETE CASCADE
);
CREATE INDEX identity_contact_hint ON identity (contact_hint);
CREATE TABLE question (
    position bigint GENERATED ALWAYS AS IDENTITY,
    referral_id uuid NOT NULL,
    question text NOT NULL,
    asked_at timestamptz NOT NULL,
    answer text,
    answered_at timestamptz,
    PRIMARY KEY (position),
    FOREIGN KEY(referral_id) REFERENCES task (id) ON DELETE CASCADE
);
CREATE INDEX question_referral ON question (referral_id, position);
CREATE TABLE referral_key (
    referral_id uuid NOT NULL,
    kek_id text NOT NULL,
    wrapped bytea NOT NULL,
    PRIMARY KEY (referral_id),
    FOREIGN KEY(referral_id) REFERENCES task (id) ON DELETE CASCADE
);
CREATE TABLE referrer_view (
    id uuid NOT NULL,
    account_id uuid NOT NULL,
    organization_id uuid NOT NULL,
    state text NOT NULL,
    reason text,
    version integer NOT NULL,
    changed_at timestamptz NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT referrer_view_state CHECK (
        state IN ('sent', 'opened', 'accepted', 'not_taken', 'not_answered', 'withdrawn')
    ),
    FOREIGN KEY(id) REFERENCES referral_sent (id) ON DELETE CASCADE
);
CREATE TABLE task_event (
    position bigint GENERATED ALWAYS AS IDENTITY,
    referral_id uuid NOT NULL,
    at timestamptz NOT NULL,
    event text NOT NULL,
    reason text,
    organization_id uuid,
    PRIMARY KEY (position),
    FOREIGN KEY(referral_id) REFERENCES task (id) ON DELETE CASCADE
);
CREATE INDEX task_event_referral ON task_event (referral_id, position);
"""

# Withdrawal by code is for a person without an account: this finds the referral of a card and gives nothing but its id.
_DOOR = """
CREATE FUNCTION referral_of_card(code bytea) RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ SELECT referral_id FROM card_holder WHERE code_mac = code $$;
"""


def upgrade() -> None:
    create_kit_tables(op)
    op.execute(_TABLES)
    for table, policies in POLICIES.items():
        enable_rls(op, table, policies)
    op.execute(_DOOR)
    op.execute(f'GRANT EXECUTE ON FUNCTION referral_of_card(bytea) TO "{role_name(op, "web")}"')
