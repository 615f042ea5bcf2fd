"""Used codes, taken-back offers and addresses, and decided resets outlive a restored backup as well."""

from alembic import op

from directory_service.accounts.store.survivors import USED_AND_TAKEN_BACK
from service_kit.db.migration_helpers import note_survivor

revision = "0033_used_and_taken_back"
down_revision = "0032_own_agreements"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for survivor in USED_AND_TAKEN_BACK:
        note_survivor(op, survivor)
