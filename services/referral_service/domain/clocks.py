"""Deadlines: minutes and hours for urgent referrals, working days of the state for the others.

Why: a promise of an answer is only as good as its clock, and a Friday evening must not expire on Saturday.
Promises: pure; `now` and the state's holidays are passed in; every result is aware, in UTC. A working day is Monday to
Friday and no holiday; "n working days later" keeps the local time of day.
When not to use it: for what happens when it is due (`use_cases/run_clocks.py`), or for what starts, pauses and stops a
clock, and that a withdrawal of consent does not (`effects.py`). Source: docs/lifecycle.md.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

from referral_service.domain.priority import URGENT
from referral_service.domain.retention import Terms
from setu.india import INDIA

NOTHING_DUE = datetime(9999, 12, 31, tzinfo=UTC)
"""Sorts behind everything that is due."""
_SATURDAY = 5


class Clock(StrEnum):
    """The one clock that runs for a referral after a transition; RESUME lets a paused one run on, and no other."""

    ACKNOWLEDGE = "acknowledge"
    DECIDE = "decide"
    PAUSED = "paused"
    RESUME = "resume"
    CONTACT = "contact"
    WORK = "work"
    REVIEW = "review"
    NONE = "none"


IsHoliday = Callable[[date], bool]
"""Whether the state's offices are closed on that day, weekends aside."""


@dataclass(frozen=True)
class Times:
    """The spans, as settings: `urgent_…` in clock time, `routine_…` in working days, `terms` of retention.

    `untouched`: of an open referral, until its case worker is asked to close it. `team_gone`: from the closing of a
    provider, until what its team still held fails and is the coordinator's.
    """

    urgent_remind: timedelta = timedelta(minutes=30)
    urgent_escalate: timedelta = timedelta(hours=2)
    urgent_expire: timedelta = timedelta(hours=24)
    urgent_decide: timedelta = timedelta(hours=4)
    urgent_pause: timedelta = timedelta(hours=4)
    urgent_contact: timedelta = timedelta(hours=24)
    urgent_coordinate: timedelta = timedelta(hours=4)
    routine_remind: int = 1
    routine_escalate: int = 2
    routine_expire: int = 7
    routine_decide: int = 2
    routine_pause: int = 3
    routine_contact: int = 2
    routine_coordinate: int = 1
    untouched: timedelta = timedelta(days=180)
    team_gone: timedelta = timedelta(days=30)
    terms: Terms = field(default_factory=Terms)


@dataclass(frozen=True)
class Acknowledge:
    """The three moments of an unanswered referral. `escalate` is what screens call due."""

    remind: datetime
    escalate: datetime
    expire: datetime


def acknowledge(priority: str, start: datetime, is_holiday: IsHoliday, times: Times) -> Acknowledge:
    """When the provider is reminded of an unopened one, when the coordinator hears of it, and when it expires."""
    if priority == URGENT:
        return Acknowledge(start + times.urgent_remind, start + times.urgent_escalate, start + times.urgent_expire)
    days = (times.routine_remind, times.routine_escalate, times.routine_expire)
    return Acknowledge(*(add_working_days(start, count, is_holiday) for count in days))


def expiry_after_opening(priority: str, opened: datetime, is_holiday: IsHoliday, times: Times) -> datetime:
    """When an opened referral that nobody decides expires: as long after its opening as an unopened one after sending.

    It runs on through every pause.
    """
    return acknowledge(priority, opened, is_holiday, times).expire


def decision_due(priority: str, opened: datetime, is_holiday: IsHoliday, times: Times) -> datetime:
    """By when an opened referral should be accepted or declined."""
    if priority == URGENT:
        return opened + times.urgent_decide
    return add_working_days(opened, times.routine_decide, is_holiday)


def decision_escalation(priority: str, due: datetime, is_holiday: IsHoliday, times: Times) -> datetime:
    """When manager and coordinator hear that a decision was due: as many hours later, or a working day."""
    return due + times.urgent_decide if priority == URGENT else add_working_days(due, 1, is_holiday)


def due_after_pause(priority: str, due: datetime, pause: timedelta, is_holiday: IsHoliday) -> datetime:
    """By when to decide once the clock runs on: the pause is added, and a routine one ends on no day off."""
    later = due + pause
    is_free = not _is_working_day(later.astimezone(INDIA).date(), is_holiday)
    return add_working_days(later, 1, is_holiday) if is_free and priority != URGENT else later


def pause_ends(priority: str, asked: datetime, is_holiday: IsHoliday, times: Times) -> datetime:
    """When the clock of a decision runs on, although nobody answered the question."""
    if priority == URGENT:
        return asked + times.urgent_pause
    return add_working_days(asked, times.routine_pause, is_holiday)


def contact_due(priority: str, accepted: datetime, is_holiday: IsHoliday, times: Times) -> datetime:
    """By when the person should have been contacted first."""
    if priority == URGENT:
        return accepted + times.urgent_contact
    return add_working_days(accepted, times.routine_contact, is_holiday)


def coordinate_due(priority: str, since: datetime, is_holiday: IsHoliday, times: Times) -> datetime:
    """By when a coordinator should have dealt with what was declined, not answered, or asked for."""
    if priority == URGENT:
        return since + times.urgent_coordinate
    return add_working_days(since, times.routine_coordinate, is_holiday)


def add_working_days(start: datetime, count: int, is_holiday: IsHoliday) -> datetime:
    """The same time of day in India, `count` working days later; from a day off it counts from the next working day."""
    local = start.astimezone(INDIA)
    day = _working_day_after(local.date(), count, is_holiday)
    return datetime.combine(day, local.time(), INDIA).astimezone(UTC)


def _working_day_after(day: date, count: int, is_holiday: IsHoliday) -> date:
    while count > 0:
        day += timedelta(days=1)
        count -= _is_working_day(day, is_holiday)
    return day


def _is_working_day(day: date, is_holiday: IsHoliday) -> bool:
    return day.weekday() < _SATURDAY and not is_holiday(day)
