"""Until when each service was told of every session that was ended."""

from alembic import op

from service_kit.db.migration_helpers import create_session_heartbeat

revision = "0047_session_heartbeat"
down_revision = "0046_places_of_services_checked"
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_session_heartbeat(op)
