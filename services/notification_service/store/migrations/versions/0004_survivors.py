"""Rows that outlive a restored backup are noted as they change, for the survivor log."""

from alembic import op

from service_kit.db.migration_helpers import create_survivor_log, note_survivor

revision = "0004_survivors"
down_revision = "0003_unread_columns"
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_survivor_log(op)
    note_survivor(op, "revoked_session", "session_id")
