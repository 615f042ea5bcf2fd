"""Rule of who may tell a person what is kept, and correct what: a case worker who met that person before.

Why: rule 13, and DPDP Act 2023 s.11 and 12. A card, a reference or a voice on the phone
proves nobody, a face does. Promises: pure; what the
case worker says of the time is not believed, only when it was noted.
"""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Protocol
from uuid import UUID

from referral_service.domain.child_path import OF_CHILDREN
from setu.india import day_in_india
from setu.needs import NEEDS

MET = "met"


class NotedAttempt(Protocol):
    """An attempt to reach the person, with who noted it and when."""

    @property
    def result(self) -> str:
        """A code of `ATTEMPTS` of `reasons_and_outcomes.py`."""

    @property
    def account_id(self) -> UUID | None:
        """Whose attempt it was, if it is known."""

    @property
    def noted_at(self) -> datetime | None:
        """When it was written down, if it is known."""


def needs_to_correct(*, child_path: bool) -> tuple[str, ...]:
    """The needs that a correction may name, in screen order: none leads onto the child path."""
    return tuple(need.code for need in NEEDS if need.code != OF_CHILDREN or child_path)


def met_before(attempts: Iterable[NotedAttempt], account: UUID, now: datetime) -> bool:
    """Whether this account noted on an earlier day (of India) that the person was met."""
    return any(day < day_in_india(now) for day in _days_met(attempts, account))


def met_today(attempts: Iterable[NotedAttempt], account: UUID, now: datetime) -> bool:
    """Whether this account noted today (in India) that the person was met, which opens nothing before tomorrow."""
    return day_in_india(now) in _days_met(attempts, account)


def _days_met(attempts: Iterable[NotedAttempt], account: UUID) -> set[date]:
    theirs = [one for one in attempts if one.result == MET and one.account_id == account]
    return {day_in_india(one.noted_at) for one in theirs if one.noted_at is not None}
