"""One cell, read and written: each kind of column is a pair of functions over text.

`read` raises BadCell with a code; `write` gives the text that `read` takes back. Text that a spreadsheet program would
run is refused, with an apostrophe before it, too; an apostrophe before a phone number, which keeps such programs from
calculating with it, is taken away.
"""

import re
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from uuid import UUID

from directory_service.editing.domain.sheets.faults import BadCell
from directory_service.editing.domain.sheets.hours import (
    read_hours,
    write_hours,
)
from directory_service.listings.domain.spreadsheet_cells import would_run

_SIGNS = ("=", "+", "-", "@")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
_PHONE = re.compile(r"\+?[0-9][0-9 ()-]{1,22}")
_MAIL = re.compile(r"[^@\s,;<>\"']{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
_WEB = re.compile(r"https?://[^\s<>\"']{3,1900}")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_YES, _NO = frozenset({"yes", "true", "1", "हाँ", "हां", "হ্যাঁ"}), frozenset({"no", "false", "0", "नहीं", "না"})


@dataclass(frozen=True)
class Known:
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
class Kind:
    """How cells of a column read and are written. An empty cell is not handed in.

    `demand` and `figures`: the fault (its code and the figures for its words) of a cell that is not of this kind.
    """

    read: Callable[[str, Known], Any]
    write: Callable[[Any, Known], str]
    demand: str
    figures: Mapping[str, object] = field(default_factory=dict)


def text(most: int) -> Kind:
    """Free text of at most `most` characters."""

    def read(cell: str, _: Known) -> str:
        found = unquoted(cell)
        if would_run(found):
            raise BadCell("formula", cell, sign=found.strip()[:1])
        if _CONTROL.search(found):
            raise BadCell("control")
        if len(found) > most:
            raise BadCell("too-long", cell, most=most)
        return found

    return Kind(read, _write_text, "too-long", {"most": most})


def unquoted(cell: str) -> str:
    """Without the apostrophe that stands before a sign."""
    quoted = cell[:1] == "'" and (cell[1:2] in _SIGNS or would_run(cell[1:]))
    return cell[1:] if quoted else cell


def _write_text(value: Any, _: Known) -> str:
    return f"'{value}" if str(value)[:1] in _SIGNS else str(value)


def pattern(form: re.Pattern[str], code: str, most: int = 2000) -> Kind:
    """Text of a form, such as a phone number."""

    def read(cell: str, _: Known) -> str:
        found = cell.removeprefix("'").strip()
        if len(found) > most or not form.fullmatch(found):
            raise BadCell(code, cell)
        if would_run(found):
            raise BadCell("formula", cell, sign=found[:1])
        return found

    return Kind(read, _write_text, code)


PHONE, MAIL, WEB = pattern(_PHONE, "phone"), pattern(_MAIL, "mail", 254), pattern(_WEB, "web")


def choice(codes: Collection[str]) -> Kind:
    """One of some codes; upper and lower case are the same."""
    known, figures = {code.lower(): code for code in codes}, {"codes": ", ".join(codes)}

    def read(cell: str, _: Known) -> str:
        if cell.lower() not in known:
            raise BadCell("not-one-of", cell, **figures)
        return known[cell.lower()]

    return Kind(read, lambda value, _: str(value), "not-one-of", figures)


def codes(allowed: Collection[str]) -> Kind:
    """Several of some codes, between commas or semicolons."""
    return _several(choice(allowed))


def _several(one: Kind) -> Kind:
    def read(cell: str, known: Known) -> tuple[Any, ...]:
        found = tuple(one.read(item.strip(), known) for item in re.split("[,;]", cell) if item.strip())
        seen = set[Any]()
        for each in found:
            if each in seen:
                raise BadCell("twice", one.write(each, known))
            seen.add(each)
        return found

    def write(values: Any, known: Known) -> str:
        return "; ".join(one.write(each, known) for each in values)

    return Kind(read, write, one.demand, one.figures)


def number(least: int, most: int) -> Kind:
    """A whole number."""
    figures = {"least": least, "most": most}

    def read(cell: str, _: Known) -> int:
        if not re.fullmatch(r"[0-9]{1,7}", cell) or not least <= int(cell) <= most:
            raise BadCell("number", cell, **figures)
        return int(cell)

    return Kind(read, lambda value, _: str(value), "number", figures)


def _read_yes_no(cell: str, _: Known) -> bool:
    if cell.lower() not in _YES | _NO:
        raise BadCell("yes-no", cell)
    return cell.lower() in _YES


def _read_language(cell: str, _: Known) -> str:
    if not _LANGUAGE.fullmatch(cell):
        raise BadCell("language", cell)
    return cell


def _read_district(cell: str, known: Known) -> int:
    code = known.district(cell)
    if code is None:
        raise BadCell("district", cell)
    return code


def _read_places(cell: str, known: Known) -> tuple[UUID, ...]:
    found: list[UUID] = []
    for item in (item.strip() for item in cell.split("|") if item.strip()):
        place = known.places.get(item) or known.places.get(item.removeprefix("'"))
        if place is None:
            raise BadCell("place", item)
        if place in found:
            raise BadCell("twice", item)
        found.append(place)
    return tuple(found)


def _write_places(values: Any, known: Known) -> str:
    names = {place: name for name, place in known.places.items()}
    return _write_text(" | ".join(names.get(each, str(each)) for each in values), known)


YES_NO = Kind(_read_yes_no, lambda value, _: "yes" if value else "no", "yes-no")
LANGUAGES = _several(Kind(_read_language, lambda value, _: str(value), "language"))
DISTRICTS = _several(Kind(_read_district, lambda value, _: str(value), "district"))
PLACES = Kind(_read_places, _write_places, "place")
HOURS = Kind(lambda cell, _: read_hours(cell), lambda value, _: write_hours(value) or "", "hours")
