"""Rows that outlive a restored backup are noted as they change, for the survivor log."""

from alembic import op

from referral_service.store.survivors import SURVIVORS
from service_kit.db.migration_helpers import create_survivor_log

revision = "0018_survivors"
down_revision = "0017_figures"
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_survivor_log(op, SURVIVORS)
