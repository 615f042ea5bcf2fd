"""Rows of the referral service that outlive a restored backup, and how a restore ends.

Why: what a sender was told must not be told otherwise, what was erased must not come back, a card must not be used
twice, a month must not be frozen twice, what a person put right stays right, and what two people did at the desk stays
on record. Promises: of what is sealed a line has a corrected identity alone, under a key that no line has; needs and
services stand in the sender's own row alone, since its answer tells them (`referral_sent`). A referral that the backup
does not know comes back as a ghost, whose clocks go on and move the referrer's row as they would have, with nobody
behind it. A wish that waits for a card is not logged: a line would keep for a month what leads from a word to a card,
and the worker that writes lines is the one that works the queue off.
"""

from referral_service.store.task_history import WORK_WITH_THE_PERSON
from service_kit.db.survivors import Survivor

SURVIVORS = (
    Survivor("revoked_session", "session_id"),
    Survivor("card_order", "id"),
    Survivor("card_sheet", "number"),
    Survivor("card", "number"),
    Survivor("referral_sent", "id"),
    Survivor("referrer_view", "id"),
    Survivor("custody_view", "id"),
    Survivor("task", "id", secret=("needs",)),
    Survivor("referral_key", "referral_id", only_deletes=True),
    Survivor(
        "identity",
        "referral_id",
        only_updates=("sealed", "contact_hint", "fit", "corrected_at"),
        only_if="told.corrected_at IS NOT NULL",
    ),
    Survivor("frozen_figures", "id"),
    Survivor("desk_request", "id"),
    Survivor("desk_step", "id"),
    Survivor("desk_detail", "request_id", only_deletes=True),
    Survivor("team_member", "membership_id", only_updates=("active", "version"), only_if="NOT told.active"),
    Survivor(
        "directory_organization",
        "id",
        only_updates=("version", "deleted", "status", "standing", "closed_at"),
        only_if="told.deleted OR told.status <> 'active'",
    ),
    Survivor(
        "directory_service",
        "id",
        only_updates=("version", "deleted", "data"),
        only_if="told.deleted OR told.data->>'status' <> 'active' OR told.data->>'confidential' = 'true'",
    ),
)
"""The last three: what the directory has hidden since is hidden here before the first event comes."""
_LOST_WITH_THE_DATABASE = """
UPDATE task SET ghost = true, ended_as = COALESCE(ended_as, 'cancelled'), appointment_at = NULL, coordinator_due = NULL
WHERE needs IS NULL AND NOT ghost
"""
_NOBODY_ANSWERS_THEM = """
UPDATE task SET closed_at = COALESCE(closed_at, now()), clock = 'none', due = '9999-12-31T00:00:00+00',
    remind_at = NULL, escalate_at = NULL, expire_at = NULL, child_due = NULL
WHERE ghost AND closed_at IS NULL AND status NOT IN ('requested', 'received')
"""
_NOTHING_SEALED_OF_GHOSTS = "DELETE FROM referral_key USING task WHERE task.id = referral_id AND task.ghost"
_UNDER_NO_KEY = "NOT EXISTS (SELECT FROM referral_key AS k WHERE k.referral_id = here.referral_id)"
_CODES_THAT_WERE_LOST = """
UPDATE desk_request AS here SET closed_at = now(), given = '{lost}', version = version + 1
WHERE kind IN ('withdrawal', 'erasure') AND closed_at IS NULL
    AND NOT EXISTS (SELECT FROM desk_code WHERE desk_code.request_id = here.id)
"""
_CARDS_THAT_LEAD_NOWHERE = """
DELETE FROM card_holder AS here
WHERE referral_id IS NOT NULL AND NOT EXISTS (SELECT FROM task WHERE task.root_id = here.referral_id)
"""
FINISH = (
    _LOST_WITH_THE_DATABASE,
    _NOBODY_ANSWERS_THEM,
    _NOTHING_SEALED_OF_GHOSTS,
    f"DELETE FROM identity AS here WHERE {_UNDER_NO_KEY}",  # noqa: S608 # our own words
    f"DELETE FROM case_note AS here WHERE {_UNDER_NO_KEY}",  # noqa: S608 # our own words
    *(
        f"DELETE FROM {table} AS here USING task WHERE task.id = here.referral_id AND task.ghost"  # noqa: S608 # likewise
        for table in WORK_WITH_THE_PERSON
    ),
    _CARDS_THAT_LEAD_NOWHERE,
    _CODES_THAT_WERE_LOST,
)
