"""Notices, deliveries with their tries, and the read models that planning needs."""

from alembic import op

from service_kit.db.migration_helpers import create_kit_tables
from service_kit.db.row_security import ACCOUNT, DISTRICTS, ORGANIZATION, ROLE, enable_rls, role_name

revision = "0001_first"
down_revision = None

TABLES = """
CREATE TABLE organization (
    id uuid PRIMARY KEY,
    kind text NOT NULL,
    status text NOT NULL,
    district integer,
    deleted boolean NOT NULL,
    version integer NOT NULL
);
CREATE TABLE member (
    id uuid PRIMARY KEY,
    account_id uuid NOT NULL,
    organization_id uuid NOT NULL,
    organization_kind text NOT NULL,
    role text NOT NULL,
    districts integer[] NOT NULL,
    active boolean NOT NULL,
    language text NOT NULL,
    has_mail boolean NOT NULL,
    version integer NOT NULL,
    kek_id text,
    wrapped_key bytea,
    contact bytea,
    CHECK ((contact IS NULL) = (wrapped_key IS NULL) AND (contact IS NULL) = (kek_id IS NULL))
);
CREATE INDEX member_account ON member (account_id);
CREATE INDEX member_organization ON member (organization_id);
CREATE INDEX member_coordinator ON member USING gin (districts) WHERE role = 'coordinator';
CREATE TABLE progress (
    referral_id uuid PRIMARY KEY,
    task_version integer NOT NULL,
    view_version integer NOT NULL,
    stopped boolean NOT NULL,
    seen_at timestamptz NOT NULL
);
CREATE INDEX progress_seen_at ON progress USING brin (seen_at);
CREATE TABLE account_reset (
    account_id uuid PRIMARY KEY,
    at timestamptz NOT NULL,
    version integer NOT NULL
);
CREATE TABLE notice (
    id uuid PRIMARY KEY,
    event_id uuid NOT NULL,
    account_id uuid NOT NULL,
    organization_id uuid,
    side text NOT NULL CHECK (side IN ('team', 'referrer')),
    kind text NOT NULL,
    place text NOT NULL,
    referral_id uuid,
    reference text,
    due_at timestamptz,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    read_at timestamptz,
    UNIQUE NULLS NOT DISTINCT (event_id, account_id, organization_id)
);
CREATE INDEX notice_list ON notice (account_id, created_at DESC, id DESC);
CREATE INDEX notice_expires_at ON notice USING brin (expires_at);
CREATE TABLE delivery (
    id uuid PRIMARY KEY,
    event_id uuid NOT NULL,
    account_id uuid NOT NULL,
    organization_id uuid,
    recipient_role text NOT NULL,
    channel text NOT NULL,
    kind text NOT NULL,
    place text NOT NULL,
    referral_id uuid,
    reference text,
    district integer,
    urgent boolean NOT NULL,
    due_at timestamptz,
    language text NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    stoppable boolean NOT NULL,
    correlation_id text NOT NULL,
    state text NOT NULL CHECK (state IN ('waiting', 'sending', 'sent', 'failed', 'stopped')),
    version integer NOT NULL,
    attempts integer NOT NULL,
    retry_from integer NOT NULL,
    next_attempt_at timestamptz NOT NULL,
    lease uuid,
    lease_until timestamptz,
    finished_at timestamptz,
    error text,
    UNIQUE (event_id, account_id, channel)
);
CREATE INDEX delivery_due ON delivery (urgent DESC, next_attempt_at) WHERE state IN ('waiting', 'sending');
CREATE INDEX delivery_unfinished ON delivery (referral_id) WHERE state IN ('waiting', 'sending');
CREATE INDEX delivery_organization ON delivery (organization_id, created_at DESC, id DESC);
CREATE INDEX delivery_district ON delivery (district, created_at DESC, id DESC);
CREATE INDEX delivery_expires_at ON delivery USING brin (expires_at);
CREATE TABLE attempt (
    delivery_id uuid NOT NULL REFERENCES delivery (id) ON DELETE CASCADE,
    number smallint NOT NULL,
    at timestamptz NOT NULL,
    outcome text NOT NULL CHECK (outcome IN ('sent', 'temporary', 'permanent')),
    error text,
    code integer,
    milliseconds integer NOT NULL,
    PRIMARY KEY (delivery_id, number)
);
"""

# The web role marks notices as read and puts failed messages back; it changes nothing else here.
GRANTS = """
REVOKE ALL ON organization, member, progress, account_reset, notice, delivery, attempt FROM "{web}";
GRANT SELECT, UPDATE (read_at) ON notice TO "{web}";
GRANT SELECT, UPDATE (state, retry_from, next_attempt_at, finished_at, version) ON delivery TO "{web}";
GRANT SELECT ON attempt TO "{web}";
"""

OWN = f"account_id = {ACCOUNT} AND (organization_id IS NULL OR organization_id = {ORGANIZATION})"
LOG = (
    f"({ROLE} = 'provider_manager' AND organization_id = {ORGANIZATION})"
    f" OR ({ROLE} = 'coordinator' AND district = ANY ({DISTRICTS}))"
)


def upgrade() -> None:
    create_kit_tables(op)
    op.execute(TABLES)
    enable_rls(op, "notice", {"web select": OWN, "web update": OWN})
    enable_rls(op, "delivery", {"web select": LOG, "web update": LOG})
    enable_rls(op, "attempt", {"web select": "EXISTS (SELECT 1 FROM delivery WHERE delivery.id = delivery_id)"})
    for table in ("organization", "member", "progress", "account_reset"):
        enable_rls(op, table, {})
    op.execute(GRANTS.format(web=role_name(op, "web")))
