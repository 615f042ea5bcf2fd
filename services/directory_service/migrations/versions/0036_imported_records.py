"""The record as the last import had it; and what a service's record said by leaving it out is written into it.

Until now a record without `accepting`, `cost` or `genders` meant open, free and everybody. From now on it means that
nobody said so. What was shown until now stays; an import's own guesses go with its next edition.
"""

from alembic import op

revision = "0036_imported_records"
down_revision = "0035_hidden_survives"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("organization", "location", "service"):
        op.execute(f"ALTER TABLE {table} ADD COLUMN imported jsonb")
    said = """{"accepting": "open", "cost": "free", "genders": ["woman", "man", "transgender", "other"]}"""
    op.execute(f"UPDATE service SET record = '{said}'::jsonb || record WHERE record <> '{{}}'")
