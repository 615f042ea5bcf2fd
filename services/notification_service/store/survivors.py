"""Rows of the notification service that outlive a restored backup, and how a restore ends.

Why: an officer's list must read as before; one that a reset has emptied must not fill again; nobody who left, and no
team of somebody who took consent back, must be written to, nor a number that was given up. Promises: lists survive
whole; of a member no contact survives, only that the membership ended, and the newest version told: an older contact
is blank after the restore, and its owner sent nothing until the directory tells of it again. Of messages only the stop
survives: one that waited is sent again. The suppression list survives whole, with what was taken off it; and webhook
endpoints: one that was removed or disabled must hear nothing, and a rotated secret stay rotated.
"""

from notification_service.domain.webhook_types import STOPPABLE_TYPES
from service_kit.db.survivors import Survivor

SURVIVORS = (
    Survivor("revoked_session", "session_id"),
    Survivor("account_reset", "account_id"),
    Survivor("notice", "id"),
    Survivor("suppression", "digest"),
    Survivor("progress", "referral_id", only_updates=("stopped",), only_if="told.stopped"),
    Survivor("member", "id", only_updates=("active", "version"), only_if="NOT told.active"),
    Survivor("contact_version", "membership_id", forgotten_if="true"),
    Survivor(
        "organization",
        "id",
        only_updates=("status", "deleted", "version"),
        only_if="told.deleted OR told.status <> 'active'",
    ),
    Survivor("webhook_endpoint", "id"),
)
FINISH = (
    """
    UPDATE delivery SET version = delivery.version + 1, worth_until = least(worth_until, now()),
        finished_at = coalesce(finished_at, now()),
        state = CASE WHEN state IN ('waiting', 'sending') THEN 'stopped' ELSE state END
    FROM progress WHERE progress.referral_id = delivery.referral_id
        AND stopped AND stoppable AND (state IN ('waiting', 'sending') OR worth_until > now())
    """,
    """
    UPDATE webhook_message SET stopped = true, version = webhook_message.version + 1, lease = NULL, lease_until = NULL,
        error = CASE WHEN state IN ('waiting', 'sending') THEN 'stopped' ELSE error END,
        finished_at = coalesce(finished_at, now()),
        state = CASE WHEN state IN ('waiting', 'sending') THEN 'failed' ELSE state END
    FROM progress WHERE progress.referral_id = subject_id AND progress.stopped AND NOT webhook_message.stopped
        AND type = ANY (ARRAY[{types}])
    """.format(types=", ".join(f"'{kind}'" for kind in sorted(STOPPABLE_TYPES))),  # noqa: S608  # our own words
    """
    UPDATE member SET kek_id = NULL, wrapped_key = NULL, contact = NULL, has_mail = false, has_phone = false
    WHERE NOT active
    """,
    # a dump from before migration 0025 has no such table; whether there is an address stays said, so that messages are
    # planned for when the new one is known
    """
    DO $$ BEGIN
        IF to_regclass('contact_version') IS NOT NULL THEN
            UPDATE member SET kek_id = NULL, wrapped_key = NULL, contact = NULL, mail_digest = NULL, phone_digest = NULL
            FROM contact_version
            WHERE contact_version.membership_id = member.id AND contact_version.version > member.version;
        END IF;
    END $$
    """,
)
