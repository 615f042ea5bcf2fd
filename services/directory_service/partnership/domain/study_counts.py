"""Counts of answers to study cards: by what one is counted, and from how many on a sum is told.

Promises: pure; nothing is kept of who answered, nor of the day. Told are sums of whole months, from ten on and rounded
to five. When not to use it: for the cards and what is right (`study_cards.py`). Source: docs/partnership.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from directory_service.partnership.domain.study_cards import StudyCard, has_passed

TOLD_FROM, ROUNDED_TO = 10, 5


@dataclass(frozen=True)
class StudyAnswers:
    """How often checks were answered in months that are over, and how often passed, each rounded to five.

    None where it was fewer than ten times: whoever watches an exact number sees how one person's answer changes it.
    """

    answered: int | None
    passed: int | None

    @classmethod
    def of(cls, answered: int, passed: int) -> "StudyAnswers":
        """What is told of these true counts."""
        return cls(_told(answered), _told(passed))


@dataclass(frozen=True)
class StudyCountKey:
    """All that an answer is counted by: no account, no unit, no rank, no day. `month` is its first day."""

    district_code: int
    month: date
    card: str
    version: int
    passed: bool


def counted_by(card: StudyCard, judged: Sequence[bool], district: int, day: date) -> StudyCountKey:
    """The sum to which an answer of this day in India is added."""
    return StudyCountKey(district, day.replace(day=1), card.code, card.version, has_passed(judged))


def _told(count: int) -> int | None:
    return ROUNDED_TO * ((2 * count + ROUNDED_TO) // (2 * ROUNDED_TO)) if count >= TOLD_FROM else None
