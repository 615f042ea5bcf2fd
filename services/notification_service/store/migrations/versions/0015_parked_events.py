"""Data officers see events that got stuck, without content, and let them be handled again."""

from alembic import op

from service_kit.db.parked_events import open_parked_events

revision = "0015_parked_events"
down_revision = "0014_choices"
branch_labels = None
depends_on = None


def upgrade() -> None:
    open_parked_events(op, "data_officer")
