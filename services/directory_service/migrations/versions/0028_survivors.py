"""Rows that outlive a restored backup are noted as they change, for the survivor log."""

from alembic import op

from directory_service.accounts.store.survivors import SURVIVORS
from service_kit.db.migration_helpers import create_survivor_log

revision = "0028_survivors"
down_revision = "0027_unread_districts_of_feeds"
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_survivor_log(op, SURVIVORS)
