"""Rows about accounts that outlive a restored backup: whatever was ended, used up or reset stays so.

An account, a membership or a key that the backup does not know stays away: its organisation makes it again.
"""

from service_kit.db.survivors import Survivor

SURVIVORS = (
    Survivor("revoked_session", "session_id"),
    Survivor(
        "account",
        "id",
        only_updates=("password_hash", "password_changed_at", "resets", "reset_at", "closed_at"),
    ),
    Survivor("membership", "id", only_updates=("ended_at", "version")),
    Survivor("second_factor", "id", only_updates=("ended_at",)),
    Survivor("slip", "id", only_updates=("used_at", "ended_at")),
    Survivor("session", "id", only_updates=("ended_at",)),
    Survivor("api_key", "id", only_updates=("ended_at",)),
    Survivor("printed_code", "digest", only_updates=("used_at",)),
    Survivor("invitation", "id", only_updates=("withdrawn_at", "answered_at", "answer")),
    Survivor("reset", "id", only_updates=("decided_at", "decided_by", "decision")),
    Survivor("grant_request", "id", only_updates=("decided_at", "decided_by", "decision", "done_at")),
    Survivor("let_in", "id", only_if="EXISTS (SELECT FROM account WHERE account.id = told.account_id)"),
    Survivor("calendar_feed", "id", only_updates=("ended_at",)),
)
FINISH = ("UPDATE change_feed SET id = gen_random_uuid()",)
"""The numbers after the backup are given again, so readers of the feed begin anew, and so does the index."""
