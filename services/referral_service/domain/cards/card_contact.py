"""Contact printed on a card: always a number, on the screen, on paper and in the API.

Why: a card without a number leads nowhere. Promises: a service's own number (the directory's copy fills in its
organisation's); where neither is listed, a national line that is answered day and night, and that this is so.
When not to use it: to reach the person.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from referral_service.domain.listed_service import ListedService
from setu.helplines import HELPLINES, Helpline

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
