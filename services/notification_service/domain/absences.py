"""Absences: who may name days away and for how long, with a colleague who stands in.

Absences are for roles that do not refer. What follows from one is decided in `honour_choices.py` alone.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from notification_service.domain.bad_choice import BadChoice
from setu import roles

MAY_BE_AWAY = tuple(role.name for role in roles.ROLES.values() if role.side == roles.PROVIDING)
"""Roles that can name an absence. What a referrer is told is for that person alone."""
LONGEST_ABSENCE = timedelta(days=183)


@dataclass(frozen=True, slots=True)
class Absence:
    """Days (in India, both included) on which somebody is away in one role; `stand_in` is a colleague's account."""

    account: UUID
    organization: UUID
    role: str
    first: date
    last: date
    stand_in: UUID | None = None

    def covers(self, day: date) -> bool:
        """Whether the person is away on that day."""
        return self.first <= day <= self.last


def check_absence(first: date, last: date, today: date) -> None:
    """Raise BadChoice where these days are none of an absence that begins or goes on."""
    if last < first:
        raise BadChoice("away_last", "ends_before_it_begins")
    if last < today:
        raise BadChoice("away_last", "over")
    if last - first > LONGEST_ABSENCE:
        raise BadChoice("away_last", "too_long")
