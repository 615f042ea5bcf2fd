"""Answers to self-study cards: how many in a district and month, by card and version, passed or not. No account."""

from alembic import op

from service_kit.db.row_security import DISTRICTS, ROLE, enable_rls

revision = "0025_study_counts"
down_revision = "0024_training"
branch_labels = None
depends_on = None

TABLE = """
CREATE TABLE study_count (
    district_code integer NOT NULL CONSTRAINT study_count_district_code_fkey REFERENCES district,
    month date NOT NULL CONSTRAINT study_count_month_check CHECK (extract(day FROM month) = 1),
    card text NOT NULL,
    version integer NOT NULL,
    passed boolean NOT NULL,
    answered integer NOT NULL CONSTRAINT study_count_answered_check CHECK (answered > 0),
    CONSTRAINT study_count_pkey PRIMARY KEY (district_code, month, card, version, passed)
);
"""
HERE = f"district_code = ANY ({DISTRICTS})"
ANSWERS = f"{HERE} AND {ROLE} IN ('officer', 'custody_health', 'case_worker')"
READ = f"{HERE} AND {ROLE} IS NOT NULL"  # an upsert reads the row that it adds to


def upgrade() -> None:
    op.execute(TABLE)
    enable_rls(op, "study_count", {"web select": READ, "web insert": ANSWERS, "web update": ANSWERS})
