"""States that a month's lines would pass over: people were asked there, and no district of theirs is registered.

Why: while the copies of the directory are rebuilt, a state may be missing whole; what was counted there would be told
in no line, and dropped. A missing district alone stands in its state's line. Promises: pure; what happened behind the
wall decides nothing.
"""

from collections.abc import Collection

from referral_service.domain.figures.freeze_month import FigureCounts
from setu.districts import STATE_OF_DISTRICT
from setu.figures import CONSENT, TABLES

_ANSWERS = TABLES[CONSENT].rows.keys()


def states_not_registered(scope: Collection[int], counts: FigureCounts) -> set[str]:
    """Their keys in `STATE_OF_DISTRICT`. `scope`: the registered districts, by LGD code."""
    asked = {district for (_month, district), words in counts.answers.items() if words.keys() & _ANSWERS}
    return _states(asked) - _states(scope)


def _states(districts: Collection[int]) -> set[str]:
    return {STATE_OF_DISTRICT[code] for code in districts if code in STATE_OF_DISTRICT}
