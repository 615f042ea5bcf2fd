"""Recurrence rules (RFC 5545 §3.3.10) of opening hours: which are taken, and whether one falls on a day.

Why by arithmetic: an iterator (python-dateutil) counts from the first day of a rule, so a rule that begins long ago, or
never comes back, holds up a public page. Here a look is a few integer operations, whatever the rule and its first day.
Promises: pure; for every rule that is taken the days are those of python-dateutil, which a property test compares.
When not to use it: for rules beyond FREQ DAILY, WEEKLY and MONTHLY with INTERVAL, BYDAY, BYMONTHDAY and WKST.
"""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

WEEK = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_DAY = "(MO|TU|WE|TH|FR|SA|SU)"
_PARTS = {
    "FREQ": re.compile("DAILY|WEEKLY|MONTHLY"),
    "INTERVAL": re.compile("[1-9][0-9]?"),
    "BYDAY": re.compile(rf"([+-]?[1-5])?{_DAY}(,([+-]?[1-5])?{_DAY}){{0,13}}"),
    "BYMONTHDAY": re.compile(r"-?([1-9]|[12][0-9]|3[01])(,-?([1-9]|[12][0-9]|3[01])){0,30}"),
    "WKST": re.compile(_DAY),
}


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule, taken apart. `weekdays`: (which of the month, 0 for each; weekday from Monday, 0)."""

    freq: str
    interval: int
    weekdays: frozenset[tuple[int, int]]
    month_days: frozenset[int]
    week_start: int

    def falls_on(self, day: date, begins: date) -> bool:
        """Whether the rule has this day, counted from `begins`. Days before `begins` follow the same rhythm."""
        if self.freq == "MONTHLY":
            months = (day.year - begins.year) * 12 + day.month - begins.month
            return months % self.interval == 0 and self._is_in_month(day, begins)
        if self.freq == "WEEKLY" and (self._week_of(day) - self._week_of(begins)) % self.interval:
            return False
        if self.weekdays:
            return (0, day.weekday()) in self.weekdays
        return self.freq == "DAILY" or day.weekday() == begins.weekday()

    def _is_in_month(self, day: date, begins: date) -> bool:
        if not self.weekdays and not self.month_days:
            return day.day == begins.day
        length = monthrange(day.year, day.month)[1]
        if self.month_days and not self.month_days & {day.day, day.day - length - 1}:
            return False
        which = {0, (day.day - 1) // 7 + 1, -((length - day.day) // 7 + 1)}
        return not self.weekdays or any((each, day.weekday()) in self.weekdays for each in which)

    def _week_of(self, day: date) -> int:
        return (day.toordinal() - 1 - self.week_start) // 7  # 1 January of the year 1 was a Monday


def rule_fault(text: str) -> str | None:
    """Why hours may not come back so, or None: `interval`, `bymonthday`, `byday` (the part at fault), or `form`.

    Taken are rules that are said whole by what is published of them, such as `FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TU` and
    `FREQ=MONTHLY;BYDAY=-1FR`. HSDS knows no daily schedule, so every second day cannot be said there (`interval`);
    days of the month belong to monthly rules alone (`bymonthday`, RFC 5545).
    """
    parts = _split_parts(text)
    if not _is_well_formed(text, parts):
        return "form"
    if parts["FREQ"] != "MONTHLY" and "BYMONTHDAY" in parts:
        return "bymonthday"
    if parts["FREQ"] == "DAILY" and "INTERVAL" in parts:
        return "interval"
    numbered = re.search("[1-5]", parts.get("BYDAY", ""))
    if numbered and (parts["FREQ"] != "MONTHLY" or "BYMONTHDAY" in parts):
        return "byday"  # the fourth Monday is never the third of a month
    return None


def is_rule(text: str) -> bool:
    """Whether hours may come back so."""
    return rule_fault(text) is None


@lru_cache(maxsize=4096)
def parse_rule(text: str) -> Rule:
    """The rule; raises ValueError for one that is not taken."""
    if fault := rule_fault(text):
        raise ValueError(fault)
    parts = _split_parts(text)
    days = [each for each in parts.get("BYDAY", "").split(",") if each]
    return Rule(
        freq=parts["FREQ"],
        interval=int(parts.get("INTERVAL", "1")),
        weekdays=frozenset((int(each[:-2] or 0), WEEK.index(each[-2:])) for each in days),
        month_days=frozenset(int(each) for each in parts.get("BYMONTHDAY", "").split(",") if each),
        week_start=WEEK.index(parts.get("WKST", "MO")),
    )


def _is_well_formed(text: str, parts: dict[str, str]) -> bool:
    counted = len(parts) == text.count("=") == text.count(";") + 1
    return (
        counted
        and text.startswith("FREQ=")
        and all(name in _PARTS and _PARTS[name].fullmatch(value) for name, value in parts.items())
    )


def _split_parts(text: str) -> dict[str, str]:
    return dict(part.split("=", 1) for part in text.split(";") if "=" in part)
