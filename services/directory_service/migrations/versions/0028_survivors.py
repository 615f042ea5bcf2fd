"""Rows that outlive a restored backup are noted as they change, for the survivor log."""

from alembic import op

from service_kit.db.migration_helpers import create_survivor_log, note_survivor

revision = "0028_survivors"
down_revision = "0027_unread_districts_of_feeds"
branch_labels = None
depends_on = None

_KEYS = {
    **dict.fromkeys(
        (
            "account",
            "membership",
            "second_factor",
            "slip",
            "session",
            "api_key",
            "invitation",
            "reset",
            "calendar_feed",
        ),
        "id",
    ),
    "revoked_session": "session_id",
    "printed_code": "digest",
}


def upgrade() -> None:
    create_survivor_log(op)
    for table, key in _KEYS.items():
        note_survivor(op, table, key)
