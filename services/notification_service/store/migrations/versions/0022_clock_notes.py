"""Hours at which the worker was at work, which bear out the clock."""

from alembic import op

from service_kit.db.migration_helpers import create_clock_notes

revision = "0022_clock_notes"
down_revision = "0021_own_address_is_known"
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_clock_notes(op)
