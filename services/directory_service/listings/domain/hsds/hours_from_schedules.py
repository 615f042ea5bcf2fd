"""HSDS `schedule` objects as our rules of opening hours: the way back of `schedules.schedule`, and more.

A schedule may say more than a rule can (notes, how to attend, a link). Whoever asks what is open needs the hours all
the same, so they become a rule, and the schedule is kept word for word beside it. Never a guess: what a rule cannot
hold exactly (another zone, a number of times, weeks of the year) is no rule.
"""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from directory_service.listings.domain.fields import OPENING_FIELDS
from directory_service.listings.domain.hsds.schedules import (
    EVERY_DAY,
    OFFSET_HOURS,
)
from directory_service.listings.domain.text_kinds import TIME_OF_DAY
from setu.recurrence import is_rule

Json = dict[str, Any]
_TIME = re.compile(rf"(?P<time>{TIME_OF_DAY})(:00)?(\+05:30)?")
_LONGEST = OPENING_FIELDS["description"].kind.figures["most"]
_END_OF_DAY = re.compile(r"(23:59:59|24:00(:00)?)(\+05:30)?")
#: Says nothing about when.
_BESIDES = frozenset(
    {"description", "notes", "attending_type", "schedule_link", "attributes", "metadata"}
    | {"location_id", "service_at_location_id"}
)
_RULE = ("freq", "interval", "wkst", "byday", "bymonthday")
_PLAIN = frozenset({*_RULE, "id", "service_id", "timezone", "description"}) | {
    *("opens_at", "closes_at", "valid_from", "valid_to"),
}


def rule_of(schedule: Mapping[str, Any]) -> tuple[Json | None, bool]:
    """The rule, or None, and whether it says everything that the schedule does."""
    if len(schedule.get("description", "")) <= _LONGEST and (exact := _plain_rule(schedule)):
        return exact, True
    return _rule_inside(schedule), False


def _plain_rule(schedule: Mapping[str, Any]) -> Json | None:
    opens, closes = (_TIME.fullmatch(str(schedule.get(name, ""))) for name in ("opens_at", "closes_at"))
    if not opens or not closes or not schedule.get("freq") or set(schedule) - _PLAIN:
        return None
    if schedule.get("timezone", OFFSET_HOURS) != OFFSET_HOURS:
        return None
    if "wkst" in schedule and schedule.get("interval", 1) == 1:
        return None  # says nothing then: every week has the same days, wherever it begins
    if "bymonthday" in schedule and (schedule["freq"] != "MONTHLY" or re.search(r"\d", schedule.get("byday", ""))):
        return None  # days of the month are a month's, and the first Monday need not ever be the third
    kept = {key: schedule[key] for key in ("valid_from", "valid_to", "description") if key in schedule}
    return {"rrule": _rule(schedule), "opens_at": opens["time"], "closes_at": closes["time"], **kept}


def _rule_inside(schedule: Mapping[str, Any]) -> Json | None:
    """The rule in a schedule that says more: what is beside the matter left out, and RFC 5545's names for our own."""
    when = {name: value for name, value in schedule.items() if name not in _BESIDES}
    if when.get("interval", 1) == 1:
        when.pop("wkst", None)
    days = _days(when.pop("dtstart", None), when.pop("until", None), when)
    if days is None:
        return None
    if _END_OF_DAY.fullmatch(str(when.get("closes_at"))):
        when["closes_at"] = "23:59"
    rule = _plain_rule({**when, **days})
    return rule if rule is not None and is_rule(rule["rrule"]) else None


def _days(dtstart: object, until: object, when: Mapping[str, Any]) -> Json | None:
    """The first and last day; None where the rule is counted from another day than the first."""
    first, last = (_day(when.get(name)) for name in ("valid_from", "valid_to"))
    begins, ends = _day(dtstart), _day(until)
    if None in (first, last, begins, ends):
        return None
    counted = when.get("interval", 1) != 1 or not (when.get("byday") or when.get("bymonthday"))
    if counted and begins and first and begins != first:
        return None
    found = {"valid_from": max(first or "", begins or ""), "valid_to": min(filter(None, (last, ends)), default="")}
    return {name: day for name, day in found.items() if day}


def _day(said: object) -> str | None:
    """The day as it was written, "" where none is said, None where it is no day."""
    try:
        return date.fromisoformat(str(said)).isoformat() if said else ""
    except ValueError:
        return None


def _rule(schedule: Mapping[str, Any]) -> str:
    parts = {name.upper(): schedule[name] for name in _RULE if name in schedule}
    if parts == {"FREQ": "WEEKLY", "BYDAY": EVERY_DAY}:
        return "FREQ=DAILY"
    return ";".join(f"{name}={value}" for name, value in parts.items())
