"""A frozen month outlives a restored backup: the referral service tells each one once, and never again."""

from alembic import op

from service_kit.db.migration_helpers import note_survivor

revision = "0038_frozen_figures_survive"
down_revision = "0037_audit_log_is_read"
branch_labels = None
depends_on = None


def upgrade() -> None:
    note_survivor(op, "frozen_figures", "subject")
