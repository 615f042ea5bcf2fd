"""View of a referrer: its words, how it moves and which moves are told, whose reason it shows, which status it tells.

Why: an officer's request is judged by the own row alone, so no act of the person can change what it is answered
(rule 1 of docs/privacy.md). Promises: pure. When not to use it: for which event moves it (the `view` of
`transitions.py`: a row without one, as `forward`, leaves it as it is); for what an answer holds and which actions it
offers (`sent_referral.py`), or for the row's version, which each move raises (`move_view` of `store/sent.py`).
"""

from collections.abc import Mapping
from enum import StrEnum

from referral_service.domain.status import Status


class View(StrEnum):
    """What a referrer may know of a referral, and nothing more."""

    SENT = "sent"
    OPENED = "opened"
    ACCEPTED = "accepted"
    NOT_TAKEN = "not_taken"
    NOT_ANSWERED = "not_answered"
    WITHDRAWN = "withdrawn"


VIEW_MOVES: Mapping[View, frozenset[View]] = {
    View.SENT: frozenset({View.OPENED, View.ACCEPTED, View.NOT_TAKEN, View.NOT_ANSWERED, View.WITHDRAWN}),
    View.OPENED: frozenset({View.ACCEPTED, View.NOT_TAKEN, View.NOT_ANSWERED}),
}
"""Every other view is final: after accepted it never changes again."""

STATUS_BY_VIEW: Mapping[View, Status] = {
    View.SENT: Status.REQUESTED,
    View.OPENED: Status.RECEIVED,
    View.ACCEPTED: Status.ACCEPTED,
    View.NOT_TAKEN: Status.REJECTED,
    View.NOT_ANSWERED: Status.CANCELLED,
    View.WITHDRAWN: Status.CANCELLED,
}
"""What a referrer may infer of the status: the one way by which an officer's request meets `transitions.py`."""

REASON_SHOWN = frozenset({View.NOT_TAKEN, View.WITHDRAWN})
"""The views whose reason the referrer sees: the service's, or their own."""

ANNOUNCED = frozenset({View.ACCEPTED, View.NOT_TAKEN, View.NOT_ANSWERED})
"""What a referrer is told of. Opening is shown but never announced; a withdrawal is their own act."""
