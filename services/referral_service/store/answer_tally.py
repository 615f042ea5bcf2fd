"""Counts of what people answered, and of what nobody offers: for each need, by day, district and setting.

Promises: no account, no unit, no person, no time of day. When not to use it: for a referral, which has rows of its own.
"""

from collections.abc import Sequence
from datetime import date

from referral_service.store.rows import TableRow
from referral_service.store.tables import tally

UNMET = "unmet"
"""Counted for each need of somebody who said no or took only the card, where no service of the district meets it.

Of a referral it is sealed (`store/figure_tally.py`): whom a need is met for follows from gender and age. So it is of a
search that found nobody, since a referral for something else may follow. Rows of searches from before that are in clear
until their quarter is frozen.
"""
SETTLED_UNMET = "settled-unmet"
"""Counted where a coordinator settles that no service exists: in the tables of providers and bodies alone."""


def answer_rows(day: date, answer: str, *, needs: Sequence[str], district: int, setting: str) -> Sequence[TableRow]:
    """One for each need."""
    same = {"day": day, "answer": answer, "district": district, "setting": setting}
    return [(tally, {**same, "need": need}) for need in needs]
