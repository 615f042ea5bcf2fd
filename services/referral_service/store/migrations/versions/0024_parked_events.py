"""Data officers see events that got stuck, without content, and let them be handled again."""

from alembic import op

from service_kit.db.parked_events import open_parked_events

revision = "0024_parked_events"
down_revision = "0023_desk_of_the_state"
branch_labels = None
depends_on = None


def upgrade() -> None:
    open_parked_events(op, "data_officer")
