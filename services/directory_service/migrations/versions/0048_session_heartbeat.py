"""Until when each service was told of every session that was ended."""

from alembic import op

from service_kit.db.migration_helpers import create_session_heartbeat

revision = "0048_session_heartbeat"
down_revision = "0047_removals_of_each_provider"
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_session_heartbeat(op)
