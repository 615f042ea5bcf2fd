"""When a service is open, computed from its RFC 5545 rules in Asia/Kolkata.

Pure functions of the rules and a moment. A closing time at or before the opening time means the next day; 23:59 means
the end of the day. Rules with INTERVAL count from `valid_from`, else from Monday 1 January 2024. Never guesses: without
rules nothing is said to be open.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from dateutil.rrule import rrule, rrulestr

from directory_service.domain.records import Opening
from directory_service.domain.recurrence import begun_near

INDIA = ZoneInfo("Asia/Kolkata")
HORIZON_DAYS = 40
_FIRST_MONDAY = date(2024, 1, 1)
_END_OF_DAY = time(23, 59)


@dataclass(frozen=True)
class State:
    """Open or not at a moment, and until when (local time of India); `until` is None if that is out of sight."""

    is_open: bool
    until: datetime | None

    @property
    def always(self) -> bool:
        """Open without any closing time in sight."""
        return self.is_open and self.until is None


def state_at(openings: Sequence[Opening], at: datetime) -> State:
    """Whether any rule has the service open at `at` (aware), and when that next changes."""
    local = at.astimezone(INDIA)
    spans = _merged(sorted(_spans(openings, local.date())))
    for start, end in spans:
        if start <= local < end:
            last_seen = local + timedelta(days=HORIZON_DAYS - 2)
            return State(is_open=True, until=end if end < last_seen else None)
        if local < start:
            return State(is_open=False, until=start)
    return State(is_open=False, until=None)


def week_of(openings: Sequence[Opening]) -> list[list[tuple[time, time]]]:
    """The usual week: for each day from Monday its spans in order. Rules that are not weekly are left to `others`."""
    week: list[list[tuple[time, time]]] = [[] for _ in range(7)]
    for opening in openings:
        if _is_weekly(opening):
            for weekday in _weekdays(opening):
                week[weekday].append((_time(opening.opens_at), _time(opening.closes_at)))
    return [sorted(spans) for spans in week]


def in_force(openings: Sequence[Opening], today: date) -> tuple[Opening, ...]:
    """The rules that hold at present: not what has ended, nor what has not begun unless nothing else is there."""
    left = tuple(opening for opening in openings if opening.valid_to is None or opening.valid_to >= today)
    begun = tuple(opening for opening in left if opening.valid_from is None or opening.valid_from <= today)
    return begun or left


def opens_on(opening: Opening, day: date) -> bool:
    """Whether the rule has an opening that begins on this day (of India)."""
    if _is_plain(opening.rrule):
        within = (opening.valid_from or day) <= day <= (opening.valid_to or day)
        return within and day.weekday() in _plain_weekdays(opening.rrule)
    return any(True for _ in _days(opening, day, day))


def _is_plain(rule: str) -> bool:
    """Weekly or daily, and nothing that would depend on where counting begins or on when it ends."""
    parts = {part.partition("=")[0] for part in rule.split(";")}
    return parts <= {"FREQ", "BYDAY", "WKST"} and rule.startswith(("FREQ=WEEKLY;BYDAY", "FREQ=DAILY"))


@lru_cache(maxsize=512)
def _plain_weekdays(rule: str) -> frozenset[int]:
    start = datetime.combine(_FIRST_MONDAY, time())
    days = _rule(rule, _FIRST_MONDAY).between(start, start + timedelta(6), inc=True)
    return frozenset(day.weekday() for day in days)


def others(openings: Sequence[Opening]) -> list[Opening]:
    """Rules that do not hold every week."""
    return [opening for opening in openings if not _is_weekly(opening)]


def _is_weekly(opening: Opening) -> bool:
    return not opening.rrule.startswith("FREQ=MONTHLY") and "INTERVAL" not in opening.rrule


def _weekdays(opening: Opening) -> set[int]:
    start = datetime.combine(_FIRST_MONDAY, time())
    return {day.weekday() for day in _rule(opening.rrule, _FIRST_MONDAY).between(start, start + timedelta(6), inc=True)}


def _spans(openings: Sequence[Opening], today: date) -> Iterator[tuple[datetime, datetime]]:
    for opening in openings:
        opens, closes = _time(opening.opens_at), _time(opening.closes_at)
        for day in _days(opening, today - timedelta(days=1), today + timedelta(days=HORIZON_DAYS)):
            start = datetime.combine(day, opens, INDIA)
            if closes == _END_OF_DAY:
                end = datetime.combine(day + timedelta(days=1), time(), INDIA)
            else:
                end = datetime.combine(day + timedelta(days=closes <= opens), closes, INDIA)
            yield start, end


def _days(opening: Opening, first: date, last: date) -> Iterator[date]:
    rule = _rule(opening.rrule, begun_near(opening.rrule, opening.valid_from or _FIRST_MONDAY, first))
    for moment in rule.between(datetime.combine(first, time()), datetime.combine(last, time()), inc=True):
        if (opening.valid_to is None or moment.date() <= opening.valid_to) and (
            opening.valid_from is None or moment.date() >= opening.valid_from
        ):
            yield moment.date()


def _merged(spans: Sequence[tuple[datetime, datetime]]) -> list[tuple[datetime, datetime]]:
    merged: list[tuple[datetime, datetime]] = []
    for start, end in spans:
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


@lru_cache(maxsize=512)
def _rule(text: str, start: date) -> rrule:
    made = rrulestr(text, dtstart=datetime.combine(start, time()))
    if not isinstance(made, rrule):
        raise TypeError(f"one rule is expected, not a set: {text}")
    return made


def _time(text: str) -> time:
    return time.fromisoformat(text)
