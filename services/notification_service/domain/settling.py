"""What settles earlier notices: which ones are over once an event tells that their matter is off, moved or answered.

Why: an invitation to a meeting that was called off asks nothing of anybody any more; left unread it would be counted in
the menu for as long as it stands in the list, and a mail of it that waits would send people to a date that is off. The
event's own notice says what holds now: it stays unread, and is sent. The events of a matter may come in any order: what
comes after it was settled, as what a broker had lost and is sent again, is over as it comes.
When not to use it: for what a referral's end stops (`stopping.py`).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from notification_service.domain.notices import INVITATIONS, NotificationEvent, is_meeting_off
from notification_service.domain.routing_table import MEETING, VISIT

_OF_A_VISIT = frozenset({"visit_asked", "visit_agreed"})
SETTLED = INVITATIONS | _OF_A_VISIT
"""The kinds of notices that may be over."""
SETTLING = INVITATIONS | {"visit_agreed", "visit_declined", "visit_off"}
"""The kinds of notices of which some tell that earlier ones are over (`settled_by_notice`)."""
_SETTLED_BY: Mapping[str, frozenset[str]] = {
    f"{VISIT}#agreed": _OF_A_VISIT,
    f"{VISIT}#declined": _OF_A_VISIT,
    f"{VISIT}#cancelled": _OF_A_VISIT,
}


@dataclass(frozen=True, slots=True)
class Settled:
    """What is over: notices and messages of these kinds about a matter, of whomever, dated before a moment."""

    matter: UUID
    kinds: frozenset[str]
    before: datetime


def settled_by(events: Iterable[NotificationEvent]) -> list[Settled]:
    """What these events settle, from the time of each on."""
    return [
        Settled(event.matter, kinds, event.time)
        for event in events
        if event.matter is not None and (kinds := _kinds_settled_by(event))
    ]


def settled_by_notice(matter: UUID, kind: str, due_at: datetime | None, created_at: datetime) -> Settled | None:
    """What a notice of one of the kinds `SETTLING` tells to be over: that is what its event settled."""
    if kind not in INVITATIONS:
        return Settled(matter, _OF_A_VISIT, created_at)
    is_over = is_meeting_off(kind, due_at) or kind == "meeting_moved"
    return Settled(matter, INVITATIONS, created_at) if is_over else None


def _kinds_settled_by(event: NotificationEvent) -> frozenset[str]:
    if event.type == MEETING:
        return INVITATIONS if event.due_at is None or event.moved_from is not None else frozenset()
    return _SETTLED_BY.get(event.topic, frozenset())
