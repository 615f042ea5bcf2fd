"""Formats of cells: each kind of a record's field as text that is read and written.

`read` raises BadCell with a code; `write` gives the text that `read` takes back. What a field takes is said by the
table of fields; here is how it is typed into a spreadsheet. Text that such a program would run is refused, with an
apostrophe before it, too; an apostrophe before a phone number, which keeps programs from calculating with it, is taken
away.
"""

import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from uuid import UUID

from directory_service.editing.domain.sheets.faults import BadCell
from directory_service.editing.domain.sheets.hours import (
    read_hours,
    write_hours,
)
from directory_service.listings.domain.field_faults import InvalidFields
from directory_service.listings.domain.spreadsheet_cells import would_run
from directory_service.listings.domain.value_kinds import Kind

_SIGNS = ("=", "+", "-", "@")
_YES, _NO = frozenset({"yes", "true", "1", "हाँ", "हां", "হ্যাঁ"}), frozenset({"no", "false", "0", "नहीं", "না"})


@dataclass(frozen=True)
class SheetReferences:
    """What cells may refer to: districts by LGD code, and the organisation's places by what the sheet calls them."""

    districts: Mapping[int, str]
    places: Mapping[str, UUID]

    @cached_property
    def _by_name(self) -> Mapping[str, int]:
        """Districts whose name is that of no other."""
        times = Counter(name.casefold() for name in self.districts.values())
        return {name.casefold(): code for code, name in self.districts.items() if times[name.casefold()] == 1}

    def district(self, text: str) -> int | None:
        """By code or by name."""
        if re.fullmatch(r"[0-9]{1,5}", text):
            return int(text) if int(text) in self.districts else None
        return self._by_name.get(text.casefold())


@dataclass(frozen=True)
class CellFormat:
    """How cells of a column read and are written. An empty cell is not handed in.

    `demand` and `figures`: the fault (its code and the figures for its words) of a cell that is not of this kind.
    """

    read: Callable[[str, SheetReferences], Any]
    write: Callable[[Any, SheetReferences], str]
    demand: str
    figures: Mapping[str, object] = field(default_factory=dict)


def cell_format(kind: Kind) -> CellFormat:
    """How the values of a kind stand in cells."""
    if kind.item is not None:
        return _several(cell_format(kind.item))
    if kind.code == "yes-no":
        return CellFormat(_read_yes_no, lambda value, _: "yes" if value else "no", "yes-no")
    read = _read_words if kind.code == "too-long" else _read_value
    return CellFormat(lambda cell, _: read(kind, cell), _write_text, kind.code, kind.figures)


def _read_words(kind: Kind, cell: str) -> Any:
    found = unquoted(cell)
    return _checked(kind, _harmless(found), cell)


def _read_value(kind: Kind, cell: str) -> Any:
    found = cell.removeprefix("'").strip()
    value = _checked(kind, found, cell)
    _harmless(found)
    return value


def _harmless(found: str) -> str:
    if would_run(found):
        raise BadCell("formula", found, sign=found.strip()[:1])
    return found


def _checked(kind: Kind, found: str, cell: str) -> Any:
    try:
        return kind.load(kind.check(kind.typed(found)))
    except InvalidFields as bad:
        fault = bad.faults[0]
        raise BadCell(fault.code, "" if fault.code == "control" else cell, **fault.figures) from None


def unquoted(cell: str) -> str:
    """Without the apostrophe that stands before a sign."""
    quoted = cell[:1] == "'" and (cell[1:2] in _SIGNS or would_run(cell[1:]))
    return cell[1:] if quoted else cell


def _write_text(value: Any, _: SheetReferences) -> str:
    return f"'{value}" if str(value)[:1] in _SIGNS else str(value)


def _several(one: CellFormat) -> CellFormat:
    def read(cell: str, known: SheetReferences) -> tuple[Any, ...]:
        found = tuple(one.read(item.strip(), known) for item in re.split("[,;]", cell) if item.strip())
        seen = set[Any]()
        for each in found:
            if each in seen:
                raise BadCell("twice", one.write(each, known))
            seen.add(each)
        return found

    def write(values: Any, known: SheetReferences) -> str:
        return "; ".join(one.write(each, known) for each in values)

    return CellFormat(read, write, one.demand, one.figures)


def _read_yes_no(cell: str, _: SheetReferences) -> bool:
    if cell.lower() not in _YES | _NO:
        raise BadCell("yes-no", cell)
    return cell.lower() in _YES


def _read_district(cell: str, known: SheetReferences) -> int:
    code = known.district(cell)
    if code is None:
        raise BadCell("district", cell)
    return code


def _read_places(cell: str, known: SheetReferences) -> tuple[UUID, ...]:
    found: list[UUID] = []
    for item in (item.strip() for item in cell.split("|") if item.strip()):
        place = known.places.get(item) or known.places.get(item.removeprefix("'"))
        if place is None:
            raise BadCell("place", item)
        if place in found:
            raise BadCell("twice", item)
        found.append(place)
    return tuple(found)


def _write_places(values: Any, known: SheetReferences) -> str:
    names = {place: name for name, place in known.places.items()}
    return _write_text(" | ".join(names.get(each, str(each)) for each in values), known)


DISTRICTS = _several(CellFormat(_read_district, lambda value, _: str(value), "district"))
PLACES = CellFormat(_read_places, _write_places, "place")
HOURS = CellFormat(lambda cell, _: read_hours(cell), lambda value, _: write_hours(value) or "", "hours")
