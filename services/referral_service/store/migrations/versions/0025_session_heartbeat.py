"""Until when each service was told of every session that was ended."""

from alembic import op

from service_kit.db.migration_helpers import create_session_heartbeat

revision = "0025_session_heartbeat"
down_revision = "0024_parked_events"
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_session_heartbeat(op)
