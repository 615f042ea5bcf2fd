"""Suppression of the counts of voices: what a coordinator or data officer is shown of them.

Why: rules 11 and 14. Fewer than ten a year show as "fewer than 10", by state only; from ten on by district and
organisation, rounded to five. Promises: pure; the lines are disjoint and no line is a total of others, so no
subtraction leads to a hidden count; a state's remainder always stands there, also where it is nothing.
When not to use it: for what is counted, and how many of one sender (`domain/voices.py`); for counts that are published
(`suppression.py`), which are frozen and one dimension a table.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

SHOWN_FROM = 10
ROUNDED_TO = 5


@dataclass(frozen=True)
class VoiceCount:
    """How often something was said in a year. `district` is an LGD code; None where it is counted by state alone."""

    district: int | None
    organization: UUID | None
    count: int


@dataclass(frozen=True)
class VoiceFigure:
    """One line: an organisation in a district, what is left of a district, or (neither) what is left of the state.

    `about` is rounded to five; None stands for fewer than ten.
    """

    district: int | None
    organization: UUID | None
    about: int | None


def voice_figures(counts: Iterable[VoiceCount]) -> list[VoiceFigure]:
    """The lines of one state, year and voice, by district, the state's last. Each count is in exactly one of them."""
    districts: dict[int | None, list[VoiceCount]] = defaultdict(list)
    for count in sorted(counts, key=lambda each: (each.district or 0, str(each.organization))):
        districts[count.district].append(count)
    left_of_state, lines = sum(each.count for each in districts.pop(None, ())), list[VoiceFigure]()
    for district, theirs in districts.items():
        large = [each for each in theirs if each.organization is not None and each.count >= SHOWN_FROM]
        lines += (VoiceFigure(district, each.organization, _rounded(each.count)) for each in large)
        left = sum(each.count for each in theirs) - sum(each.count for each in large)
        if left >= SHOWN_FROM:
            lines.append(VoiceFigure(district, None, _rounded(left)))
        else:
            left_of_state += left
    return [*lines, VoiceFigure(None, None, _rounded(left_of_state) if left_of_state >= SHOWN_FROM else None)]


def _rounded(count: int) -> int:
    return ROUNDED_TO * ((2 * count + ROUNDED_TO) // (2 * ROUNDED_TO))
