"""State machine of a referral: the rule that reads the table of transitions.

Promises: pure; a terminal state never reopens; an event that is not allowed raises `NotAllowed` and has no effect.
When not to use it: for what a row touches (`transitions.py` says it, `effects.py` does it), or for which statuses
there are (`status.py`).
"""

from collections.abc import Collection
from dataclasses import dataclass

from referral_service.domain.referrer_view import VIEW_MOVES, View
from referral_service.domain.status import Status
from referral_service.domain.transition_body import TransitionBody
from referral_service.domain.transition_guards import GUARDS, KnownFacts
from referral_service.domain.transitions import TRANSITIONS, Field, Transition


class NotAllowed(Exception):
    """The event does not fit the state that the one who asks may know of; `field` is the value that it lacks there."""

    def __init__(self, detail: str = "", field: str | None = None) -> None:
        super().__init__(detail)
        self.field = field


@dataclass(frozen=True)
class Decision:
    """What an allowed event makes of it; `view` is None where the referrer's row does not move."""

    transition: Transition
    status: Status
    view: View | None


EVENTS: tuple[str, ...] = tuple(dict.fromkeys(row.event for row in TRANSITIONS))


def rows_of(event: str) -> tuple[Transition, ...]:
    """The rows of one event, in the table's order (empty for an unknown event)."""
    return tuple(row for row in TRANSITIONS if row.event == event)


def who_may(event: str) -> frozenset[str]:
    """The roles that may ever do it: known before any look-up."""
    return frozenset().union(*(row.who for row in rows_of(event)))


def body_of(event: str, role: str | None = None, status: Status | None = None) -> tuple[Field, ...]:
    """The fields of an event's body: of all its rows, of a role's, or of those that start from a status.

    A field has the codes of all these rows, and is required where all of them want it: the body is checked before the
    state is known.
    """
    rows = [
        row for row in rows_of(event) if (role is None or role in row.who) and (status is None or status in row.sources)
    ]
    names = dict.fromkeys(field.name for row in rows for field in row.body)
    return tuple(
        _merged([field for row in rows for field in row.body if field.name == name], len(rows)) for name in names
    )


def _merged(known: list[Field], rows: int) -> Field:
    codes = tuple(dict.fromkeys(code for field in known for code in field.codes))
    required = len(known) == rows and all(field.required for field in known)
    return Field(known[0].name, known[0].kind, codes, required)


def decide(event: str, at: KnownFacts, role: str, body: TransitionBody) -> Decision:
    """What the event makes of a referral that stands like this; raises NotAllowed."""
    lacking = None
    for row in (row for row in rows_of(event) if _fits(row, at, role)):
        lacking = _lacking(row, body)
        if lacking is None:
            return Decision(row, at.status if row.target is None else row.target, _moved(at.view, row.view))
    raise NotAllowed("Here it takes another value." if lacking else "", lacking)


def allowed(at: KnownFacts, roles: Collection[str]) -> tuple[str, ...]:
    """The events that these roles may do now, in the table's order; `claim` replaces `open` where nobody holds it."""
    events = dict.fromkeys(row.event for row in TRANSITIONS for role in roles if _fits(row, at, role))
    if "claim" in events:
        events.pop("open", None)
    return tuple(events)


def _fits(row: Transition, at: KnownFacts, role: str) -> bool:
    return (
        role in row.who
        and at.status in row.sources
        and (row.on_ghost or not at.ghost)
        and all(GUARDS[name](at) for name in row.guards)
    )


def _lacking(row: Transition, body: TransitionBody) -> str | None:
    """The first field whose code is not among the row's, or whose day is missing: another row may do without."""
    for field in row.body:
        value = getattr(body, field.name, None)
        if (field.codes and value not in field.codes) or (field.kind == "date" and value is None):
            return field.name
    return None


def _moved(now: View | None, to: View | None) -> View | None:
    return to if now is not None and to is not None and to in VIEW_MOVES.get(now, frozenset()) else None
