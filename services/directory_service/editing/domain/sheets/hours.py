"""Opening hours in one cell: `Mo-Fr 09:00-17:00 | Sa 10:00-13:00`, `daily 00:00-23:59`.

What a cell cannot say (a rule with an end, a rule with a remark) is not said: the writer gives None, and the sheet then
says "unchanged". A rule of RFC 5545 that is no plain week stands as it is: `FREQ=MONTHLY;BYDAY=1MO 10:00-12:00`.
"""

import re
from collections.abc import Sequence

from directory_service.editing.domain.sheets.faults import BadCell
from directory_service.listings.domain.field_faults import InvalidFields
from directory_service.listings.domain.fields import MOST_RULES
from directory_service.listings.domain.older_words import (
    WEEK,
    time_of,
    weekdays_of,
)
from directory_service.listings.domain.text_kinds import RULE
from setu.opening_hours import Opening

_TIME = r"[\d:.]{1,8}(?:\s*[ap]m)?"
_ITEM = re.compile(rf"(?P<days>\S.*?)\s+(?P<from>{_TIME})\s*(?:-|–|to)\s*(?P<to>{_TIME})", re.IGNORECASE)
_CERTAIN = re.compile(r"\d\d[:.]\d\d|\d{4}|.*[ap]m", re.IGNORECASE)  # "5" may be meant for five in the afternoon
_WEEKLY = re.compile(r"FREQ=WEEKLY;BYDAY=((?:MO|TU|WE|TH|FR|SA|SU)(?:,(?:MO|TU|WE|TH|FR|SA|SU))*)")


def read_hours(text: str) -> tuple[Opening, ...]:
    """Raises BadCell."""
    items = [item.strip() for item in text.split("|") if item.strip()]
    if len(items) > MOST_RULES:
        raise BadCell("hours", text)
    return tuple(_opening(item) for item in items)


def _opening(item: str) -> Opening:
    found = _ITEM.fullmatch(item) if len(item) <= 200 else None
    rule = _rule(found["days"]) if found else None
    opens, closes = (time_of(found["from"]), time_of(found["to"])) if found else (None, None)
    if not found or not rule or not opens or not closes:
        raise BadCell("hours", item)
    if closes <= opens and not _CERTAIN.fullmatch(found["to"]):
        raise BadCell("hours_end", item)
    try:
        return Opening(RULE.check(rule), opens, closes)
    except InvalidFields as bad:
        raise BadCell(bad.faults[0].code, item) from None


def _rule(days: str) -> str | None:
    if days.lower() in {"daily", "every day"}:
        return "FREQ=DAILY"
    if days.startswith("FREQ="):
        return days
    found = weekdays_of(days)
    return f"FREQ=WEEKLY;BYDAY={','.join(found)}" if found else None


def write_hours(openings: Sequence[Opening]) -> str | None:
    """The cell that `read_hours` reads back as the same, or None where there is none."""
    text = " | ".join(f"{_days(each.rrule)} {each.opens_at}-{each.closes_at}" for each in openings)
    try:
        return text if read_hours(text) == tuple(openings) else None
    except BadCell:
        return None


def _days(rule: str) -> str:
    if rule == "FREQ=DAILY":
        return "daily"
    found = _WEEKLY.fullmatch(rule)
    if not found:
        return rule
    days = [WEEK.index(day) for day in found[1].split(",")]
    runs: list[list[int]] = []
    for day in days:
        if runs and day == runs[-1][-1] + 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    return ",".join(_run(run) for run in runs)


def _run(days: Sequence[int]) -> str:
    first, last = (WEEK[day].title() for day in (days[0], days[-1]))
    return first if len(days) == 1 else f"{first}-{last}"
