"""Grain of a district's figures: told by the month, else by the quarter, else within its state.

Why: a table of hidden cells helps nobody, and a total of them would give them away. Promises: pure; the grain of a
quarter follows from what was published of the quarter before and from the calendar, so that it tells nothing new; no
span is told twice and no place is counted in two. Each January every district is tried anew at the finest.
When not to use it: to suppress a single cell (`domain/figures/suppression.py`).
"""

from collections.abc import Sequence
from enum import StrEnum

_MOST_HIDDEN_MONTHS = 1


class Grain(StrEnum):
    """How finely a table of a district is told."""

    MONTH = "month"
    QUARTER = "quarter"
    STATE = "state"


def answer_grain(before: Grain | None, sent: Sequence[int | None], quarter: int) -> Grain:
    """Of a quarter (1 to 4). `before`: the last quarter's; `sent`: what was published then, None where hidden."""
    if before is None or quarter == 1:
        return Grain.MONTH
    hidden = sent.count(None)
    if before is Grain.MONTH:
        return Grain.QUARTER if hidden > _MOST_HIDDEN_MONTHS else Grain.MONTH
    return Grain.STATE if before is Grain.QUARTER and hidden else before


def need_grain(before: Grain | None, needs: Sequence[int | None], quarter: int) -> Grain:
    """The same of unmet needs, which are told by the quarter at the finest: within the state, once all were hidden."""
    if before is None or quarter == 1:
        return Grain.QUARTER
    return Grain.QUARTER if before is Grain.QUARTER and any(value is not None for value in needs) else Grain.STATE
