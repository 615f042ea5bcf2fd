"""What settles earlier notices: which unread ones are over once an event tells that their matter is off, or answered.

Why: an invitation to a meeting that was called off asks nothing of anybody any more; left unread it would be counted in
the menu for as long as it stands in the list. The event's own notice says what holds now, and stays unread.
When not to use it: for messages that wait to be sent (`stopping.py`).
"""

from collections.abc import Collection, Mapping

from notification_service.domain.notices import INVITATIONS, NotificationEvent
from notification_service.domain.routing_table import MEETING, VISIT

_OF_A_VISIT = frozenset({"visit_asked", "visit_agreed"})
_SETTLED_BY: Mapping[str, Collection[str]] = {
    f"{VISIT}#agreed": _OF_A_VISIT,
    f"{VISIT}#declined": _OF_A_VISIT,
    f"{VISIT}#cancelled": _OF_A_VISIT,
}


def kinds_settled_by(event: NotificationEvent) -> Collection[str]:
    """The kinds of notices about the event's matter, of whomever, that are over from its time on."""
    if event.matter is None:
        return frozenset()
    if event.type == MEETING:
        return INVITATIONS if event.due_at is None or event.moved_from is not None else frozenset()
    return _SETTLED_BY.get(event.topic, frozenset())
