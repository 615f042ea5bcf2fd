"""Hours at which the worker was at work, which bear out the clock."""

from alembic import op

from service_kit.db.migration_helpers import create_clock_notes

revision = "0027_clock_notes"
down_revision = "0026_senders_of_voices"
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_clock_notes(op)
