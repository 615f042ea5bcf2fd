"""Circumstances of an effect: what it depends on besides the task."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from referral_service.domain.clocks import IsHoliday, Times


@dataclass(frozen=True)
class Circumstances:
    """When, whose act, the state's calendar, the spans. `organization` is None for the clock and for the person."""

    now: datetime
    organization: UUID | None
    is_holiday: IsHoliday
    times: Times
