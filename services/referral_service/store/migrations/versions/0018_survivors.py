"""Rows that outlive a restored backup are noted as they change, for the survivor log."""

from alembic import op

from service_kit.db.migration_helpers import create_survivor_log, note_survivor

revision = "0018_survivors"
down_revision = "0017_figures"
branch_labels = None
depends_on = None

_KEYS = {
    "revoked_session": "session_id",
    **dict.fromkeys(("card_sheet", "card"), "number"),
    **dict.fromkeys(("card_order", "referral_sent", "referrer_view", "custody_view", "task", "frozen_figures"), "id"),
}


def upgrade() -> None:
    create_survivor_log(op)
    for table, key in _KEYS.items():
        note_survivor(op, table, key)
    note_survivor(op, "referral_key", "referral_id", on="DELETE")
