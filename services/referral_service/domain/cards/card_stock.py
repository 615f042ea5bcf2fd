"""Card stock of a unit, in a word: enough, few or none, never a count.

Why so coarse: a supervisor knows what was printed, so a count of what is left is a count of what was handed out, and
a word that changed with each use would tell which officer's hour it was. Promises: the word follows from printing, from
sheets that were closed and from the unit's own submissions before the last Monday, and from nothing that a person or a
service does (rule 3). When not to use it: to decide whether a card may be used (`store/cards/use_card.py`).
"""

from datetime import datetime, timedelta
from enum import StrEnum

from setu.india import day_in_india, midnight_in_india

ON_A_SHEET = 8
"""Cards with one sheet number: a page of A4, or eight of A6."""
FEW_LEFT = 10
"""At most so many are few. More than one sheet and no multiple of it: the first use of a full sheet changes no word."""


class CardStock(StrEnum):
    """What a supervisor is told."""

    ENOUGH = "enough"
    FEW = "few"
    NONE = "none"


def card_stock(left: int) -> CardStock:
    """The word for so many cards; `left` may be cut off at anything above FEW_LEFT."""
    if left == 0:
        return CardStock.NONE
    return CardStock.FEW if left <= FEW_LEFT else CardStock.ENOUGH


def counted_until(now: datetime) -> datetime:
    """The last Monday's midnight in India: a use after it does not count yet."""
    today = day_in_india(now)
    return midnight_in_india(today - timedelta(days=today.weekday()))
