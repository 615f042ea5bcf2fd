"""Opening hours of a listing at a moment: the one reader, for the directory, the referral service and their screens.

Why one: "open now" and "until 17:00" decide whom an officer calls, so every screen must say the same.
Promises: pure functions of the rules and a moment (aware; read in Asia/Kolkata). A closing time at or before the
opening time means the next day; 23:59 means the end of the day. Rules with INTERVAL count from `valid_from`, else from
Monday 1 January 2024. Never guesses: without rules, and by a rule that is not taken, nothing is said to be open.
A look at a rule and a day costs the same for every rule, and no question looks at more than `HORIZON_DAYS` + 2 days.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Protocol, TypeVar

from setu.india import INDIA
from setu.recurrence import is_rule, parse_rule

HORIZON_DAYS = 40
_FIRST_MONDAY = date(2024, 1, 1)
_END_OF_DAY = time(23, 59)
_DAY = timedelta(days=1)


class Opening(Protocol):
    """One rule of opening hours: a recurrence of days, local times ("09:00"), and between which days it holds."""

    @property
    def rrule(self) -> str:
        """The recurrence of days (RFC 5545)."""

    @property
    def opens_at(self) -> str:
        """Local time, "09:00"."""

    @property
    def closes_at(self) -> str:
        """Local time, "17:00"."""

    @property
    def valid_from(self) -> date | None:
        """First day, if any."""

    @property
    def valid_to(self) -> date | None:
        """Last day, if any."""


OpeningT = TypeVar("OpeningT", bound=Opening)


@dataclass(frozen=True)
class OpenState:
    """Open or not at a moment, and until when (local time of India); `until` is None if that is out of sight."""

    is_open: bool
    until: datetime | None

    @property
    def always(self) -> bool:
        """Open without any closing time in sight."""
        return self.is_open and self.until is None


def state_at(openings: Iterable[Opening], at: datetime) -> OpenState:
    """Whether any rule has the service open at `at` (aware), and when that next changes."""
    now = at.astimezone(INDIA).replace(tzinfo=None)
    closes: datetime | None = None
    for start, end in _spans_around(openings, now.date()):
        if end <= now:
            continue
        if closes is None and start > now:
            return OpenState(is_open=False, until=start.replace(tzinfo=INDIA))
        if closes is not None and start > closes:
            break
        closes = max(closes or end, end)
    if closes is None:
        return OpenState(is_open=False, until=None)
    in_sight = closes < now + (HORIZON_DAYS - 2) * _DAY
    return OpenState(is_open=True, until=closes.replace(tzinfo=INDIA) if in_sight else None)


def is_open_at(opening: Opening, at: datetime) -> bool:
    """Whether this rule has the service open at `at` (aware); at most two looks, and closing times are exclusive."""
    local = at.astimezone(INDIA)
    opens, closes = span_of(opening)
    now, today = local.time(), local.date()
    if closes == _END_OF_DAY:
        return now >= opens and opens_on(opening, today)
    if closes > opens:
        return opens <= now < closes and opens_on(opening, today)
    return (now >= opens and opens_on(opening, today)) or (now < closes and opens_on(opening, today - _DAY))


def opens_on(opening: Opening, day: date) -> bool:
    """Whether the rule has an opening that begins on this day (of India)."""
    within = (opening.valid_from or day) <= day <= (opening.valid_to or day)
    return within and parse_rule(opening.rrule).falls_on(day, opening.valid_from or _FIRST_MONDAY)


def week_of(openings: Iterable[Opening]) -> list[list[tuple[time, time]]]:
    """The usual week: for each day from Monday its spans in order. Rules that are not weekly are left to `others`."""
    week: list[list[tuple[time, time]]] = [[] for _ in range(7)]
    for opening in openings:
        rule, begins = parse_rule(opening.rrule), opening.valid_from or _FIRST_MONDAY
        for weekday in range(7) if _is_weekly(opening) else ():
            if rule.falls_on(_FIRST_MONDAY + weekday * _DAY, begins):
                week[weekday].append(span_of(opening))
    return [sorted(spans) for spans in week]


def span_of(opening: Opening) -> tuple[time, time]:
    """From when until when, by the clock on the wall."""
    return time.fromisoformat(opening.opens_at), time.fromisoformat(opening.closes_at)


def others(openings: Iterable[OpeningT]) -> list[OpeningT]:
    """Rules that do not hold every week."""
    return [opening for opening in openings if not _is_weekly(opening)]


def in_force(openings: Sequence[OpeningT], today: date) -> tuple[OpeningT, ...]:
    """The rules that hold at present: not what has ended, nor what has not begun unless nothing else is there."""
    left = tuple(opening for opening in openings if opening.valid_to is None or opening.valid_to >= today)
    begun = tuple(opening for opening in left if opening.valid_from is None or opening.valid_from <= today)
    return begun or left


def next_openings(openings: Sequence[Opening], now: datetime) -> list[datetime]:
    """When these rules next open: at most three moments, within `HORIZON_DAYS` of one another."""
    found: list[datetime] = []
    moment = now
    while openings and len(found) < 3:
        state = state_at(openings, moment)
        if state.until is None:
            break
        if not state.is_open:
            found.append(state.until)
        moment = state.until + timedelta(minutes=1)
    return found


def _is_weekly(opening: Opening) -> bool:
    rule = parse_rule(opening.rrule)
    return rule.freq != "MONTHLY" and rule.interval == 1


def _spans_around(openings: Iterable[Opening], today: date) -> Iterator[tuple[datetime, datetime]]:
    """Every span that begins from yesterday until the horizon, in order of beginning."""
    yesterday = today - _DAY
    taken = [each for each in openings if is_rule(each.rrule)]
    held = [each for each in taken if each.valid_to is None or each.valid_to >= yesterday]
    for offset in range(-1, HORIZON_DAYS + 1):
        day = today + offset * _DAY
        yield from sorted(_span(each, day) for each in held if opens_on(each, day))


def _span(opening: Opening, day: date) -> tuple[datetime, datetime]:
    opens, closes = span_of(opening)
    if closes == _END_OF_DAY:
        return datetime.combine(day, opens), datetime.combine(day + _DAY, time())
    return datetime.combine(day, opens), datetime.combine(day + _DAY if closes <= opens else day, closes)
