"""Counts of what people answered, and of what nobody offers: for each need, by day, district and setting.

Promises: no account, no unit, no person, no time of day. When not to use it: for a referral, which has rows of its own.
"""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import ARRAY, Insert, Text, func, insert, literal, select

from referral_service.store.tables import tally

UNMET = "unmet"
"""Counted instead of an answer where nobody in the district takes on any of the needs."""
SETTLED_UNMET = "settled-unmet"
"""Counted where a coordinator settles that no service exists: in the tables of providers and bodies alone."""


def insert_answer(day: date, answer: str, *, needs: Sequence[str], district: int, setting: str) -> Insert:
    """The statement that counts one for each need."""
    each_need = func.unnest(literal(list(needs), ARRAY(Text)))
    rows = select(literal(day), literal(answer), each_need, literal(district), literal(setting))
    return insert(tally).from_select(["day", "answer", "need", "district", "setting"], rows)
