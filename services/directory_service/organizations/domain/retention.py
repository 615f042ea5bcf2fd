"""Retention: how long each subject of the directory keeps what ended, was decided or waits. Source: docs/privacy.md.

Reads hide by these spans, and the worker's sweeps delete by them. They are no settings. Not for how long something is
good: those are the spans of `accounts/domain/lifetimes.py`. What goes at once goes with the act that ends it: the
address of a place that turns confidential (`listings/use_cases/hide_location.py`), a listing that is taken out.
"""

from datetime import timedelta

USED_CODES_KEPT = timedelta(hours=1)
"""From use, for the time step of a one-time code, which is accepted for a minute and a half."""
TICKETS_KEPT = timedelta(days=1)
"""From its end, for the ticket of a sign-in; from its beginning, for a second factor that nobody confirmed."""
ENDED_ACCESS_KEPT = timedelta(days=90)
"""From its end, for a session, a slip, an invitation, a role that was proposed."""
ENDED_KEYS_KEPT = timedelta(days=90)
"""From its end, for an API key; the audit log keeps its making and its end for good."""
DECIDED_RESETS_SHOWN = timedelta(days=30)
"""From the decision, for whoever asked for a reset and reads what became of it."""
DECIDED_CHANGES_KEPT = timedelta(days=365)
"""From the decision, for what a new provider asked to change."""
UPLOADS_KEPT = timedelta(days=1)
"""From sending, for a file of services, units, members or strength that waits for a look."""
BOARD_AUTHORS_KEPT = timedelta(days=365)
"""From its day, for who wrote an item of the board with a name, or reported a breach with one."""
