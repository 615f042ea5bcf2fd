"""Entry of the registry: what a form or a line of a file says of a unit, read and checked field by field.

The fields are the columns of the file: `kind,code,name,parent_code,district_code,opened_on`. What only the directory
knows (is the code taken, is there such a parent) is judged afterwards, in `plan`.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from directory_service.listings.domain.spreadsheet_cells import would_run
from directory_service.organizations.domain.invisible_characters import name_has_invisible
from directory_service.organizations.domain.unit_kinds import UNIT_KINDS, UnitKind

COLUMNS = ("kind", "code", "name", "parent_code", "district_code", "opened_on")
LONGEST_NAME, LONGEST_CODE = 200, 40
_CODE = re.compile(rf"[A-Z0-9][A-Z0-9._/-]{{0,{LONGEST_CODE - 1}}}")
_EARLIEST = date(1800, 1, 1)
_YEAR_FIRST = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_DAY_FIRST = re.compile(r"([0-9]{1,2})([-/])([0-9]{1,2})\2([0-9]{4})")


@dataclass(frozen=True)
class EntryFault:
    """One field that cannot be taken, and why: a code that pages put into words."""

    field: str
    code: str


@dataclass(frozen=True)
class Entry:
    """What was said of one unit; codes in capitals, `parent_code` '' for none."""

    kind: UnitKind
    code: str
    name: str
    parent_code: str
    district: int
    opened_on: date | None


class BadEntry(ValueError):
    """Some fields cannot be taken; `faults` names each."""

    def __init__(self, *faults: EntryFault) -> None:
        super().__init__("a field of the entry cannot be taken")
        self.faults = faults


def read_entry(cells: Mapping[str, str], today: date) -> Entry:
    """The entry of typed cells. `today`: a day in India, after which nothing has been opened. Raises `BadEntry`."""
    said = {column: " ".join(cells.get(column, "").split(" ")).strip() for column in COLUMNS}
    faults = [EntryFault(column, code) for column in COLUMNS if (code := _fault(column, cells.get(column, ""), today))]
    if faults:
        raise BadEntry(*faults)
    return Entry(
        kind=UNIT_KINDS[said["kind"].lower()],
        code=said["code"].upper(),
        name=" ".join(said["name"].split()),
        parent_code=said["parent_code"].upper(),
        district=int(said["district_code"]),
        opened_on=read_day(said["opened_on"]) if said["opened_on"] else None,
    )


def _fault(column: str, cell: str, today: date) -> str | None:
    if would_run(cell):
        return "formula"
    text = cell.strip()
    if name_has_invisible(text):
        return "control"
    if column == "opened_on":
        return day_fault(text, _EARLIEST, today) if text else None
    is_right, code = _RULES[column]
    return None if is_right(text) else code


_RULES: Mapping[str, tuple[Callable[[str], bool], str]] = {
    "kind": (lambda text: text.lower() in UNIT_KINDS, "kind"),
    "name": (lambda text: 0 < len(text) <= LONGEST_NAME, "name"),
    "code": (lambda text: _CODE.fullmatch(text.upper()) is not None, "code"),
    "parent_code": (lambda text: not text or _CODE.fullmatch(text.upper()) is not None, "code"),
    "district_code": (lambda text: re.fullmatch(r"[0-9]{1,5}", text) is not None, "district"),
}


def read_day(text: str) -> date:
    """The day that a cell says: 2001-04-01, or day first as spreadsheets in India save it (01-04-2001, 1/4/2001).

    Raises ValueError for anything else.
    """
    if written := _YEAR_FIRST.fullmatch(text):
        year, month, day = written.groups()
    elif written := _DAY_FIRST.fullmatch(text):
        day, _separator, month, year = written.groups()
    else:
        raise ValueError(text)
    return date(int(year), int(month), int(day))


def day_fault(text: str, earliest: date, today: date) -> str | None:
    """Why it is no day between these two: how it is written, or which day it is. One rule for all files here."""
    try:
        said = read_day(text)
    except ValueError:
        return "date-form"
    return None if earliest <= said <= today else "date"
