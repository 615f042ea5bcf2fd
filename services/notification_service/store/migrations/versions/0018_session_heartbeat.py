"""Until when each service was told of every session that was ended."""

from alembic import op

from service_kit.db.migration_helpers import create_session_heartbeat

revision = "0018_session_heartbeat"
down_revision = "0017_webhooks_take_turns"
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_session_heartbeat(op)
