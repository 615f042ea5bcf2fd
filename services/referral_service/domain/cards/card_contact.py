"""Contact on a card: always a number, on the screen, on paper and in the API; where to go, and which words may stand.

Why: a card without a number leads nowhere, and one that tells what the service is for endangers whoever carries it.
Promises: a service's own number (the directory's copy fills in its organisation's); where neither is listed, a national
line that is answered day and night, and that this is so; never the service's name; of landmark, part of town and hours
whatever tells nothing. When not to use it: to reach the person, or for how it looks (`pages/cards.py`).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from referral_service.domain.listed_service import ListedService
from setu.helplines import HELPLINES, Helpline
from setu.telling_words import tells

STANDS_IN = HELPLINES["dependence"].number
CARD_HELPLINES: Sequence[Helpline] = (
    *(line for purpose, line in HELPLINES.items() if purpose != "ambulance"),
    HELPLINES["ambulance"],
)
"""The helplines of `setu`, the ambulance last: whoever reads a card has time to read."""


@dataclass(frozen=True)
class NumberToCall:
    """`own` is false where a helpline stands in."""

    phone: str
    own: bool


def number_to_call(service: ListedService | None) -> NumberToCall:
    """For this service; None is one that is not listed any more."""
    if service is None or not service.phone:
        return NumberToCall(STANDS_IN, own=False)
    return NumberToCall(service.phone, own=True)


def way_there(service: ListedService) -> Sequence[str]:
    """Where it is, for its card: the landmark, then the part of town."""
    return untelling([service.landmark, service.area])


def untelling(said: Sequence[str | None]) -> Sequence[str]:
    """What of the listing's words a passer-by may read: all that is said and tells nothing, whoever typed it."""
    return [each for each in said if each and not tells(each)]
