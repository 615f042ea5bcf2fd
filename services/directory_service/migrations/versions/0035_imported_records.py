"""The record as the last import had it, by which the next one tells what was edited here."""

from alembic import op

revision = "0035_imported_records"
down_revision = "0034_services_by_district"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("organization", "location", "service"):
        op.execute(f"ALTER TABLE {table} ADD COLUMN imported jsonb")
