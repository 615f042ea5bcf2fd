"""Hours at which the worker was at work, which bear out the clock."""

from alembic import op

from service_kit.db.migration_helpers import create_clock_notes

revision = "0051_clock_notes"
down_revision = "0050_closing_since"
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_clock_notes(op)
