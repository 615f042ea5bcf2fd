"""The data officer's desk: requests, their steps and sealed details; and who made an attempt to reach a person."""

from alembic import op

from referral_service.store.policies import CODE_AT_THE_DESK, DESK_POLICIES
from service_kit.db.migration_helpers import note_survivor
from service_kit.db.row_security import enable_rls, role_name

revision = "0022_desk"
down_revision = "0021_audit_log_is_read"
branch_labels = None
depends_on = None

_TABLES = """
CREATE TABLE desk_request (
    id uuid NOT NULL,
    number text NOT NULL,
    kind text NOT NULL,
    state text NOT NULL,
    audience integer[] NOT NULL,
    opened_at timestamptz NOT NULL,
    opened_by uuid NOT NULL,
    due_at timestamptz,
    first_by uuid,
    first_at timestamptz,
    first_answer text,
    first_reason text,
    second_by uuid,
    second_at timestamptz,
    second_answer text,
    second_reason text,
    given text[] NOT NULL DEFAULT '{}',
    closed_at timestamptz,
    version integer NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (number),
    CONSTRAINT desk_request_first_decides_first CHECK (second_by IS NULL OR first_by IS NOT NULL),
    CONSTRAINT desk_request_two_people CHECK (first_by <> second_by)
);
CREATE INDEX desk_request_open ON desk_request (due_at) WHERE closed_at IS NULL;
CREATE INDEX desk_request_newest ON desk_request (opened_at, id);
CREATE TABLE desk_detail (
    request_id uuid NOT NULL REFERENCES desk_request (id) ON DELETE CASCADE,
    kek_id text NOT NULL,
    wrapped bytea NOT NULL,
    sealed bytea NOT NULL,
    PRIMARY KEY (request_id)
);
CREATE INDEX desk_detail_kek ON desk_detail (kek_id, request_id);
CREATE TRIGGER refuse_retired_key BEFORE INSERT OR UPDATE OF kek_id ON desk_detail
    FOR EACH ROW EXECUTE FUNCTION refuse_retired_key();
CREATE TABLE desk_step (
    id uuid NOT NULL,
    request_id uuid NOT NULL REFERENCES desk_request (id) ON DELETE CASCADE,
    at timestamptz NOT NULL,
    account_id uuid NOT NULL,
    step text NOT NULL,
    PRIMARY KEY (id)
);
CREATE INDEX desk_step_request ON desk_step (request_id, at, id);
CREATE TABLE desk_code (
    request_id uuid NOT NULL REFERENCES desk_request (id) ON DELETE CASCADE,
    code_mac bytea NOT NULL,
    PRIMARY KEY (request_id)
);
ALTER TABLE attempt ADD COLUMN account_id uuid, ADD COLUMN noted_at timestamptz;
"""


def upgrade() -> None:
    op.execute(_TABLES)
    for table, policies in DESK_POLICIES.items():
        enable_rls(op, table, policies)
    web = role_name(op, "web")
    op.execute(f'CREATE POLICY "{web}_desk" ON card_holder FOR SELECT TO "{web}" USING ({CODE_AT_THE_DESK})')
    op.execute(f'REVOKE ALL ON desk_code FROM "{web}"')
    op.execute(f'GRANT INSERT ON desk_code TO "{web}"')
    op.execute(f'REVOKE UPDATE, DELETE ON desk_step FROM "{web}"')
    op.execute(f'REVOKE DELETE ON desk_request, desk_detail FROM "{web}"')
    note_survivor(op, "desk_request", "id")
    note_survivor(op, "desk_step", "id")
    note_survivor(op, "desk_detail", "request_id", on="DELETE")
