"""Words of older directories as HSDS 3 writes them: times, dates, weekdays, lists between commas, yes and no.

Each function returns None where it cannot read the text; the caller names the row and the value.
"""

import re
from collections.abc import Iterator
from datetime import date
from time import strptime

from directory_service.listings.domain.hsds.uris import as_uri

WEEK = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_DATES = ("%Y-%m-%d", "%m/%d/%Y", "%m/%d/%y", "%B %d, %Y", "%d.%m.%Y", "%d-%m-%Y", "%Y/%m/%d")
_DAY_AND_TIME = re.compile(
    r"(\d{4}-\d\d-\d\d|\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4})[T ]+\d{1,2}:\d\d(?::\d\d(?:\.\d+)?)?\s*(?:[AP]M)?"
    r"\s*(?:Z|UTC|[+-]\d\d:?\d\d)?",
    re.IGNORECASE,
)
_TIME = re.compile(r"(?P<h>\d{1,2})(?:[:.]?(?P<m>\d\d))?(?::\d\d)?\s*(?P<half>[ap])?\.?(?:m\.?)?", re.IGNORECASE)
_LIST = re.compile(r"[,;()]")
_FREE = re.compile(r"(free( of (charge|cost))?|none|no (fee|fees|cost|charge)s?|0|nil)\.?", re.IGNORECASE)


def time_of(text: str) -> str | None:
    """HH:MM of "08:00", "8 AM", "4:00 PM", "3pm", "1730"; midnight as the end of a day is 00:00."""
    found = _TIME.fullmatch(text.strip())
    if not found:
        return None
    hour, minute, half = int(found["h"]), int(found["m"] or 0), (found["half"] or "").lower()
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "p" else 0)
    if (hour, minute) == (24, 0):
        hour = 0
    return f"{hour:02}:{minute:02}" if hour < 24 and minute < 60 else None


def date_of(text: str) -> str | None:
    """ISO 8601 date of "12/24/2015" (month first, as where the older standard comes from) or "January 01, 1970".

    A time of day behind it is left out.
    """
    if found := _DAY_AND_TIME.fullmatch(text.strip()):
        text = found[1]
    for form in _DATES:
        try:
            return read_day(text.strip(), form).isoformat()
        except ValueError:
            continue
    return None


def read_day(text: str, form: str) -> date:
    """The calendar day of a text in a form of Python's strptime, which has no time zone. Raises ValueError."""
    return date(*strptime(text, form)[:3])


def day_written(text: str, form: str) -> str | None:
    """ISO 8601 date of a text in this form; of a spreadsheet's cell that holds a date, which reads as ISO 8601."""
    try:
        return read_day(text, form).isoformat()
    except ValueError:
        iso = day_of(text) or text
    try:
        return read_day(iso, "%Y-%m-%d").isoformat()
    except ValueError:
        return None


def day_of(text: str) -> str | None:
    """The day of an ISO 8601 moment, as older files have where the tables of version 3 want a day."""
    found = _DAY_AND_TIME.fullmatch(text.strip())
    return found[1] if found and found[1][4:5] == "-" else None


def weekdays_of(text: str) -> list[str] | None:
    """Two-letter days of RFC 5545 of "Monday", "mon", "MO", "1" (Monday), "Mon-Fri", "Mon, Wed"."""
    days: list[str] = []
    for part in re.split(r"[,;/]", text):
        ends = [_weekday(end) for end in re.split(r"\s*(?:-|–|to)\s*", part.strip())]
        if not ends or len(ends) > 2 or None in ends:
            return None
        first, last = ends[0] or 0, ends[-1] or 0
        days += [WEEK[at % 7] for at in range(first, last + 1 if last >= first else last + 8)]
    return sorted(set(days), key=WEEK.index)


def _weekday(text: str) -> int | None:
    word = text.strip().upper()
    if word.isdecimal():
        return (int(word) - 1) % 7 if 0 <= int(word) <= 7 else None
    return WEEK.index(word[:2]) if len(word) >= 2 and word[:2] in WEEK else None


def listed(text: str) -> Iterator[str]:
    """The items of a list between commas or semicolons, brackets kept whole: "Chinese (Mandarin, simplified), Thai"."""
    signs = [(found.start(), found[0]) for found in _LIST.finditer(text)]
    cuts, inside = [len(text)], False
    for at, sign in reversed(signs):  # from behind, a bracket that closes tells that what stands before it is inside
        if sign in "()":
            inside = sign == ")"
        elif not inside:
            cuts.append(at)
    begins = 0
    for at in reversed(cuts):
        if item := text[begins:at].strip():
            yield item
        begins = at + 1


def is_yes(text: object) -> bool:
    """Whether a yes-or-no column says yes."""
    return str(text).strip().lower() in {"true", "t", "yes", "y", "1"}


def is_free(text: str) -> bool:
    """Whether a text about fees says that there are none, and nothing more."""
    return _FREE.fullmatch(text.strip()) is not None


def with_scheme(text: str) -> str:
    """A web address with its scheme, which older files often leave out, in ASCII."""
    word = text.strip()
    bare = re.fullmatch(r"[\w-]+(\.[\w-]+)+(:\d+)?(/\S*)?", word)
    return as_uri(f"http://{word}" if bare else word)
