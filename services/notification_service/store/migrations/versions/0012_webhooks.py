"""Webhooks: endpoints of organisations, messages to them with their attempts, and what is known of public facts."""

from alembic import op

from service_kit.db.migration_helpers import note_survivor
from service_kit.db.row_security import ORGANIZATION, ROLE, enable_rls, role_name

revision = "0012_webhooks"
down_revision = "0011_due_by_channel"
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE webhook_endpoint (
    id uuid PRIMARY KEY,
    organization_id uuid NOT NULL,
    organization_kind text NOT NULL CHECK (organization_kind IN ('provider', 'coordinating_body')),
    url text NOT NULL,
    description text NOT NULL,
    types text[] NOT NULL CHECK (cardinality(types) > 0),
    state text NOT NULL CHECK (state IN ('enabled', 'disabled')),
    reason text CHECK (reason IN ('by_hand', 'gone', 'failing')),
    generation integer NOT NULL,
    rotated_at timestamptz,
    version integer NOT NULL,
    created_at timestamptz NOT NULL,
    failing_since timestamptz,
    paused_until timestamptz,
    removed_at timestamptz,
    CHECK ((state = 'disabled') = (reason IS NOT NULL)),
    CHECK (organization_kind = 'provider' OR NOT array_to_string(types, ' ') LIKE '%referral.%')
);
CREATE INDEX webhook_endpoint_organization ON webhook_endpoint (organization_id);
CREATE INDEX webhook_endpoint_types ON webhook_endpoint USING gin (types) WHERE removed_at IS NULL;
CREATE TABLE webhook_message (
    id uuid PRIMARY KEY,
    endpoint_id uuid NOT NULL REFERENCES webhook_endpoint (id) ON DELETE CASCADE,
    organization_id uuid NOT NULL,
    type text NOT NULL,
    subject_id uuid NOT NULL,
    owner_id uuid,
    reference text,
    gone boolean NOT NULL,
    happened_at timestamptz NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    correlation_id text NOT NULL,
    state text NOT NULL CHECK (state IN ('waiting', 'sending', 'taken', 'failed')),
    error text,
    version integer NOT NULL,
    attempts integer NOT NULL,
    retry_from integer NOT NULL,
    next_attempt_at timestamptz NOT NULL,
    lease uuid,
    lease_until timestamptz,
    finished_at timestamptz
);
CREATE INDEX webhook_message_due ON webhook_message (next_attempt_at) WHERE state IN ('waiting', 'sending');
CREATE INDEX webhook_message_endpoint ON webhook_message (endpoint_id, created_at DESC, id DESC);
CREATE INDEX webhook_message_expires_at ON webhook_message USING brin (expires_at);
CREATE TABLE webhook_attempt (
    message_id uuid NOT NULL REFERENCES webhook_message (id) ON DELETE CASCADE,
    number smallint NOT NULL,
    at timestamptz NOT NULL,
    status smallint,
    error text,
    milliseconds integer NOT NULL,
    PRIMARY KEY (message_id, number),
    CHECK ((status IS NULL) <> (error IS NULL))
);
CREATE TABLE public_fact (
    subject_id uuid PRIMARY KEY,
    version integer NOT NULL,
    public boolean NOT NULL,
    shown bytea NOT NULL,
    internal bytea NOT NULL
);
"""

# The web role keeps endpoints, puts messages back in the queue and adds tests; what came of them the worker writes.
GRANTS = """
REVOKE ALL ON webhook_endpoint, webhook_message, webhook_attempt, public_fact FROM "{web}";
GRANT SELECT, INSERT ON webhook_endpoint, webhook_message TO "{web}";
GRANT UPDATE (url, description, types, state, reason, generation, rotated_at, version, failing_since, paused_until,
    removed_at) ON webhook_endpoint TO "{web}";
GRANT UPDATE (state, error, retry_from, next_attempt_at, finished_at, version, expires_at, lease, lease_until)
    ON webhook_message TO "{web}";
GRANT SELECT ON webhook_attempt TO "{web}";
"""
OWN = f"organization_id = {ORGANIZATION} AND {ROLE} IN ('provider_manager', 'coordinator', 'integrator')"
ENDPOINTS = f"{OWN} AND ({ROLE} <> 'integrator' OR NOT array_to_string(types, ' ') LIKE '%referral.%')"
MESSAGES = (
    f"{OWN} AND ({ROLE} <> 'integrator' OR type NOT LIKE 'referral.%')"
    " AND EXISTS (SELECT 1 FROM webhook_endpoint AS own WHERE own.id = endpoint_id)"
)
OF_MESSAGE = "EXISTS (SELECT 1 FROM webhook_message AS own WHERE own.id = message_id)"


def upgrade() -> None:
    op.execute(TABLES)
    for table, condition in (("webhook_endpoint", ENDPOINTS), ("webhook_message", MESSAGES)):
        enable_rls(op, table, {f"web {command}": condition for command in ("select", "insert", "update")})
    enable_rls(op, "webhook_attempt", {"web select": OF_MESSAGE})
    enable_rls(op, "public_fact", {})
    op.execute(GRANTS.format(web=role_name(op, "web")))
    note_survivor(op, "webhook_endpoint", "id", on="INSERT OR DELETE")
    # what an attempt leaves there (a pause, a failure) changes no version and need not survive
    note_survivor(op, "webhook_endpoint", "id", on="UPDATE", when="OLD.version <> NEW.version")
