"""Rows about accounts that outlive a restored backup: whatever was ended, used up or reset stays so.

An account, a membership or a key that the backup does not know stays away: its organisation makes it again. Of a phone
number or mail address the log tells only that its owner changed it: the former one may be in another hand by now, so
both are blank after the restore until the owner types them anew.
"""

from service_kit.db.survivors import Survivor

SURVIVORS = (
    Survivor("revoked_session", "session_id"),
    Survivor(
        "account",
        "id",
        only_updates=("password_hash", "password_changed_at", "resets", "reset_at", "closed_at", "contacts_changed_at"),
        forgotten_if="contacts_changed_at IS NOT NULL",
    ),
    Survivor("membership", "id", only_updates=("ended_at", "version")),
    Survivor("second_factor", "id", only_updates=("ended_at",)),
    Survivor("slip", "id", only_updates=("used_at", "voided_at", "ended_at"), forgotten_if="voided_at IS NOT NULL"),
    Survivor("session", "id", only_updates=("ended_at",)),
    Survivor("api_key", "id", only_updates=("ended_at",)),
    Survivor("printed_code", "digest", only_updates=("used_at",)),
    Survivor("invitation", "id", only_updates=("withdrawn_at", "answered_at", "answer")),
    Survivor("reset", "id", only_updates=("decided_at", "decided_by", "decision")),
    Survivor("grant_request", "id", only_updates=("decided_at", "decided_by", "decision", "done_at")),
    Survivor("let_in", "id", only_if="EXISTS (SELECT FROM account WHERE account.id = told.account_id)"),
    Survivor("calendar_feed", "id", only_updates=("ended_at",)),
)
BEGIN = (
    """
    CREATE TEMP TABLE contacts_stood ON COMMIT DROP AS
    SELECT id, to_jsonb(account)->>'contacts_changed_at' AS changed FROM account
    """,
)
"""Since when the contacts were as the backup has them; as JSON, since a dump of an older release lacks the column."""
_CONTACTS = """
UPDATE account SET phone = NULL, mail = NULL FROM contacts_stood
WHERE contacts_stood.id = account.id AND to_jsonb(account)->>'contacts_changed_at' IS DISTINCT FROM changed
"""
_TELL = """
DO $$ BEGIN
    IF EXISTS (
        SELECT FROM pg_attribute WHERE attrelid = 'account'::regclass AND attname = 'contacts_blanked_at'
    ) THEN
        UPDATE account SET contacts_blanked_at = now() FROM contacts_stood
        WHERE contacts_stood.id = account.id AND to_jsonb(account)->>'contacts_changed_at' IS DISTINCT FROM changed;
    END IF;
END $$
"""
"""Their owner is told. A statement inside of DO is planned as it is reached, so a dump may lack the column."""
_POSTINGS = """
UPDATE account SET postings = held.count FROM (
    SELECT account.id, count(membership.id) FROM account
    LEFT JOIN membership ON membership.account_id = account.id AND membership.ended_at IS NULL
    GROUP BY account.id
) AS held
WHERE held.id = account.id AND account.postings <> held.count
"""
"""Memberships stay ended; what was counted with them is as the backup has it."""
_NEW_FEED = "UPDATE change_feed SET id = gen_random_uuid()"
"""The numbers after the backup are given again, so readers of the feed begin anew, and so does the index."""
FINISH = (_CONTACTS, _TELL, _POSTINGS, _NEW_FEED)
