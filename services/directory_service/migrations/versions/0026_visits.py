"""Hosted visits of a unit to a service, and the month in which a district's training was last told of."""

from alembic import op

from service_kit.db.row_security import DISTRICTS, ORGANIZATION, ROLE, enable_rls

revision = "0026_visits"
down_revision = "0025_study_counts"
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE hosted_visit (
    id uuid PRIMARY KEY,
    district_code integer NOT NULL CONSTRAINT hosted_visit_district_code_fkey REFERENCES district,
    unit_id uuid NOT NULL CONSTRAINT hosted_visit_unit_id_fkey REFERENCES organization,
    provider_id uuid NOT NULL CONSTRAINT hosted_visit_provider_id_fkey REFERENCES organization,
    service_id uuid NOT NULL CONSTRAINT hosted_visit_service_id_fkey REFERENCES service,
    day date NOT NULL,
    seats integer NOT NULL CONSTRAINT hosted_visit_seats_check CHECK (seats BETWEEN 1 AND 8),
    state text NOT NULL CONSTRAINT hosted_visit_state_check
        CHECK (state IN ('asked', 'agreed', 'declined', 'held', 'cancelled')),
    version integer NOT NULL DEFAULT 1,
    asked_at timestamptz NOT NULL
);
CREATE INDEX hosted_visit_district_idx ON hosted_visit (district_code, day);
CREATE TABLE training_reminder (
    district_code integer NOT NULL CONSTRAINT training_reminder_district_code_fkey REFERENCES district,
    id uuid NOT NULL,
    month date NOT NULL,
    CONSTRAINT training_reminder_pkey PRIMARY KEY (district_code)
);
"""
HERE = f"district_code = ANY ({DISTRICTS})"
COORDINATED = f"{HERE} AND {ROLE} IN ('coordinator', 'data_officer')"
OF_UNIT = f"{HERE} AND {ROLE} = 'unit_supervisor' AND unit_id = {ORGANIZATION}"
OF_PROVIDER = f"{HERE} AND {ROLE} = 'provider_manager' AND provider_id = {ORGANIZATION}"
SEEN = f"({COORDINATED}) OR ({OF_UNIT}) OR ({OF_PROVIDER})"
ENDED = f"({HERE} AND {ROLE} = 'coordinator') OR ({OF_UNIT}) OR ({OF_PROVIDER})"


def upgrade() -> None:
    op.execute(TABLES)
    enable_rls(op, "hosted_visit", {"web select": SEEN, "web insert": OF_UNIT, "web update": ENDED})
    enable_rls(op, "training_reminder", {"worker": "true"})
