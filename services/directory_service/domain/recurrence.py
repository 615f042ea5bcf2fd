"""Which recurrence rules (RFC 5545 §3.3.10) opening hours may have: those that come back, and that are quickly counted.

A rule is counted day by day from its beginning until it comes back. One that never does (`INTERVAL=0`, the 32nd of a
month, each seventh day that is another weekday) would be counted to the year 9999 or for ever, on a public page.
"""

import re
from datetime import date, timedelta
from functools import lru_cache

_DAY = "(MO|TU|WE|TH|FR|SA|SU)"
_PARTS = {
    "FREQ": re.compile("DAILY|WEEKLY|MONTHLY"),
    "INTERVAL": re.compile("[1-9][0-9]?"),
    "BYDAY": re.compile(rf"([+-]?[1-5])?{_DAY}(,([+-]?[1-5])?{_DAY}){{0,13}}"),
    "BYMONTHDAY": re.compile(r"-?([1-9]|[12][0-9]|3[01])(,-?([1-9]|[12][0-9]|3[01])){0,30}"),
    "WKST": re.compile(_DAY),
}


@lru_cache(maxsize=4096)
def is_rule(text: str) -> bool:
    """Whether hours may come back so: `FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TU`, `FREQ=MONTHLY;BYDAY=-1FR`."""
    parts = _parts(text)
    if not text.startswith("FREQ=") or len(parts) != text.count("=") or len(parts) != text.count(";") + 1:
        return False
    if not all(name in _PARTS and _PARTS[name].fullmatch(value) for name, value in parts.items()):
        return False
    often, days = parts["FREQ"], parts.get("BYDAY", "")
    if re.search("[1-5]", days):
        return often == "MONTHLY" and "BYMONTHDAY" not in parts  # the fourth Monday is never the third of a month
    return not (often == "DAILY" and days and "INTERVAL" in parts)


def begun_near(text: str, begins: date, day: date) -> date:
    """The last beginning before `day` from which the rule has the same days as from `begins`."""
    parts = _parts(text)
    every = int(parts.get("INTERVAL", "1"))
    if parts["FREQ"] == "MONTHLY":
        years = max(0, (day.year - 1 - begins.year) // every * every)
        return begins.replace(year=begins.year + years) if begins.day <= 28 else begins
    step = every * (7 if parts["FREQ"] == "WEEKLY" else 1)
    return begins + timedelta(max(0, (day - begins).days // step * step))


def _parts(text: str) -> dict[str, str]:
    return dict(part.split("=", 1) for part in text.split(";") if "=" in part)
