"""Training of a district: sessions, the organisations that train, and how many of each rank came.

Readers are those of meetings; writing is the coordinator's, but for what a supervisor counts of the own unit.
"""

from alembic import op

from service_kit.db.row_security import DISTRICTS, ORGANIZATION, ROLE, enable_rls

revision = "0024_training"
down_revision = "0023_bodies_of_states"
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE training_session (
    id uuid PRIMARY KEY,
    district_code integer NOT NULL REFERENCES district,
    day date NOT NULL,
    place text NOT NULL DEFAULT '',
    topics text[] NOT NULL CONSTRAINT training_session_topics_check CHECK (cardinality(topics) > 0),
    state text NOT NULL CONSTRAINT training_session_state_check CHECK (state IN ('planned', 'held', 'cancelled')),
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL
);
CREATE INDEX training_session_district_idx ON training_session (district_code, day);

CREATE TABLE training_trainer (
    session_id uuid NOT NULL REFERENCES training_session,
    organization_id uuid NOT NULL REFERENCES organization,
    district_code integer NOT NULL,
    PRIMARY KEY (session_id, organization_id)
);

CREATE TABLE training_count (
    id uuid PRIMARY KEY,
    session_id uuid NOT NULL REFERENCES training_session,
    organization_id uuid REFERENCES organization,
    district_code integer NOT NULL,
    rank text NOT NULL,
    attended integer NOT NULL,
    repeat integer NOT NULL,
    entered_at timestamptz NOT NULL,
    CONSTRAINT training_count_numbers_check CHECK (repeat >= 0 AND repeat <= attended AND attended <= 999)
);
CREATE UNIQUE INDEX training_count_key ON training_count (session_id, organization_id, rank) NULLS NOT DISTINCT;
"""

READERS = f"{ROLE} IN ('coordinator', 'data_officer', 'unit_supervisor', 'provider_manager')"
HERE = f"district_code = ANY ({DISTRICTS})"
SEEN = f"{HERE} AND {READERS}"
COORDINATED = f"{HERE} AND {ROLE} = 'coordinator'"
OWN_COUNT = f"{HERE} AND organization_id = {ORGANIZATION} AND {ROLE} = 'unit_supervisor'"
COUNTED = f"({COORDINATED}) OR ({OWN_COUNT})"


def upgrade() -> None:
    op.execute(TABLES)
    for table, condition in (
        ("training_session", COORDINATED),
        ("training_trainer", COORDINATED),
        ("training_count", COUNTED),
    ):
        writing = {f"web {command}": condition for command in ("insert", "update", "delete")}
        enable_rls(op, table, {"web select": SEEN, **writing})
