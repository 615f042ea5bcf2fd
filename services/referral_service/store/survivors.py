"""Rows of the referral service that outlive a restored backup, and how a restore ends.

Why: what a sender was told must not be told otherwise, what was erased must not come back, a card must not be used
twice. Promises: a line has no need and nothing sealed; a referral that the backup does not know comes back as a ghost,
whose clocks go on and move the referrer's row as they would have, with nobody behind it.
"""

from service_kit.db.survivors import Survivor

FIGURES = Survivor("frozen_figures", "id")
"""What was published: frozen again, from the counts of a backup, a month would be told twice with other numbers."""
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
    FIGURES,
)
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
        for table in ("attempt", "question", "team_voice")
    ),
    _CARDS_THAT_LEAD_NOWHERE,
)
