"""Mapping of a plain table, as its file says it, checked whole: every mistake is named before a row is read.

`docs/importing.md` says how a mapping file is written, with worked examples. Not the reading of lines: see
`plain_table`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from difflib import get_close_matches
from typing import Any

from directory_service.listings.domain.attributes import ACCEPTING, COSTS, FLAGS, GENDERS
from directory_service.listings.domain.hsds.datapackage import tables
from directory_service.listings.domain.hsds.taxonomies import ATTRIBUTES_TAXONOMY, NEEDS_TAXONOMY, terms
from directory_service.listings.domain.older_words import read_day

PARTS = ("organization", "service", "location", "address")
MORE = {
    "service": frozenset({"phone", "languages", "weekdays", "opens_at", "closes_at", "schedule_note"}),
    "organization": frozenset({"key", "phone"}),
    "location": frozenset({"geo"}),
}
"""Fields that become objects of their own, beside those of HSDS."""
LISTS = frozenset({"phone", "languages"})
"""Fields that may hold several, where the cell is split."""
_VALUES: Mapping[str, Sequence[str]] = {
    **{flag.code: ("", "true", "false") for flag in FLAGS},
    "accepting": ACCEPTING,
    "cost": COSTS,
    "serves_gender": GENDERS,
}
"""What may stand behind the sign of equality of a statement."""
_COMPUTED = {"id", "organization_id", "program_id", "location_id", "last_modified"}
_TOP = ("source", "key", "sheet", "empty", "terms", *PARTS)


class BadMapping(ValueError):
    """The mapping file cannot be used; the message says everything that is wrong."""


@dataclass(frozen=True)
class FieldSource:
    """Where a field's text comes from: columns, or a value that is the same for every line.

    `join` stands between several columns; `split` and `part` (from 1, or from the end by -1) take a piece of the cell;
    `codes` say what a word means, `default` what an empty cell does; `format` is a date's (as in Python's strptime),
    `decimal` the sign of a number that stands before its fraction.
    """

    columns: tuple[str, ...] = ()
    value: str = ""
    join: str = ", "
    split: str = ""
    part: int = 0
    codes: Mapping[str, str] | None = None
    default: str = ""
    format: str = ""
    decimal: str = ""


@dataclass(frozen=True)
class Terms:
    """The codes of one column as terms of a taxonomy; `default` where the cell is empty."""

    column: str
    taxonomy: str
    codes: Mapping[str, str]
    separator: str | None = None
    default: str = ""


@dataclass(frozen=True)
class TableMapping:
    """How a plain table reads. `key`: the columns that together identify a line from edition to edition.

    `empty`: what stands in a cell that says nothing, such as "0" or "N.A.".
    """

    key: tuple[str, ...]
    source: str
    sheet: str
    fields: Mapping[str, Mapping[str, FieldSource]]
    terms: tuple[Terms, ...] = ()
    empty: frozenset[str] = frozenset()

    @property
    def columns(self) -> frozenset[str]:
        """Every column that it reads."""
        used = {name for part in self.fields.values() for each in part.values() for name in each.columns}
        return frozenset(used | set(self.key) | {each.column for each in self.terms})


def mapping_from(data: Mapping[str, Any]) -> TableMapping:
    """From the file's content; raises BadMapping with every mistake in it."""
    wrong: list[str] = [_unknown(name, _TOP) for name in data if name not in _TOP]
    key = _names(data.get("key"))
    if not key:
        wrong.append("key: names the column, or the list of columns, that identifies a line")
    wrong += [f"{name}: must be text" for name in ("source", "sheet") if not isinstance(data.get(name, ""), str)]
    empty = _names(data.get("empty", []))
    if "empty" in data and not empty:
        wrong.append('empty: lists the words of a cell that says nothing, such as ["0", "N.A."]')
    parts = {part: dict(_part(part, data.get(part, {}), wrong)) for part in PARTS}
    wrong += [f"{part}.name: is needed" for part in ("organization", "service") if "name" not in _keys(data.get(part))]
    said = data.get("terms", [])
    if not isinstance(said, list):
        wrong.append("terms: each begins with [[terms]]")
        said = []
    found = [term for at, each in enumerate(said, 1) if (term := _terms(at, each, wrong))]
    if wrong:
        raise BadMapping("; ".join(wrong))
    return TableMapping(
        key, str(data.get("source", "")), str(data.get("sheet", "")), parts, tuple(found), frozenset(empty)
    )


def _keys(part: Any) -> set[str]:
    return set(part) if isinstance(part, Mapping) else set()


def _names(said: Any) -> tuple[str, ...]:
    """One column or several."""
    listed = [said] if isinstance(said, str) else said
    good = isinstance(listed, list) and all(isinstance(each, str) and each for each in listed)
    return tuple(listed) if good else ()


def _unknown(name: str, known: Sequence[str]) -> str:
    close = get_close_matches(name, known, 1)
    return f"{name}: unknown" + (f", perhaps {close[0]}" if close else f"; there are {', '.join(sorted(known))}")


def _part(part: str, said: Any, wrong: list[str]) -> Iterator[tuple[str, FieldSource]]:
    if not isinstance(said, Mapping):
        wrong.append(f"{part}: must be a table, [{part}]")
        return
    known = ({column.name for column in tables()[part].columns} - _COMPUTED) | MORE.get(part, frozenset())
    for name, value in said.items():
        if name not in known:
            wrong.append(f"{part}.{_unknown(name, sorted(known))}")
            continue
        found, faults = _source(value)
        faults = faults or list(_misfits(part, name, found))
        wrong += [f"{part}.{name}: {fault}" for fault in faults]
        yield name, found


def _source(said: Any) -> tuple[FieldSource, list[str]]:
    """How one field is read, and what is wrong with how it is said."""
    if isinstance(said, str):
        return FieldSource((said,)), [] if said else ["names no column"]
    if not isinstance(said, Mapping):
        return FieldSource(), [f"must be the name of a column or a table such as {{ column = … }}, not {said!r}"]
    known = [each.name for each in fields(FieldSource)] + ["column"]
    faults = [_unknown(name, known) for name in said if name not in known]
    texts = ("value", "join", "split", "default", "format", "decimal")
    faults += [f"{name} must be text" for name in texts if not isinstance(said.get(name, ""), str)]
    columns = _names(said.get("columns", said.get("column")))
    codes = said.get("codes")
    if not isinstance(codes, Mapping | None) or not all(isinstance(each, str) for each in (codes or {}).values()):
        faults.append('codes must be a table such as { "Y" = "free" }')
    part = said.get("part", 0)
    if isinstance(part, bool) or not isinstance(part, int) or ("part" in said and (part == 0 or "split" not in said)):
        faults.append("part is a number from 1 (or from -1, from the end) and goes with split")
    if bool(columns) == ("value" in said):
        faults.append("needs either column, columns or value")
    if faults:
        return FieldSource(), faults
    given = {name: said[name] for name in (*texts, "codes", "part") if name in said}
    return FieldSource(columns, **given), []


def _misfits(part: str, name: str, said: FieldSource) -> Iterator[str]:
    """What is right by itself and wrong for this field."""
    if said.split and not said.part and name not in LISTS | {"geo"}:
        yield "split needs part: this field holds one value"
    if said.format and not _is_format(said.format):
        yield f"format {said.format!r} is none of a date, such as %d/%m/%Y"
    if said.decimal not in {"", ",", "."}:
        yield "decimal is a comma or a point"
    column = next((each for each in tables()[part].columns if each.name == name), None)
    if column is not None and column.type.startswith("{"):
        allowed = column.type[1:-1].replace("_", " ").split("|")
        meant = [*(said.codes or {}).values(), *filter(None, (said.value, said.default))]
        yield from (f"{each!r} is none of {', '.join(allowed)}" for each in meant if each not in allowed)


def _is_format(form: str) -> bool:
    day = date(2024, 2, 29)
    try:
        return read_day(day.strftime(form), form) == day
    except ValueError:
        return False


def _terms(at: int, said: Any, wrong: list[str]) -> Terms | None:
    here = f"terms {at}"
    if not isinstance(said, Mapping):
        wrong.append(f"{here}: must be a table, [[terms]]")
        return None
    known = [each.name for each in fields(Terms)]
    faults = [_unknown(name, known) for name in said if name not in known]
    needed = (("column", str), ("taxonomy", str), ("codes", Mapping))
    faults += [f"{name}: is needed" for name, kind in needed if not isinstance(said.get(name), kind)]
    faults += [f"{name}: must be text" for name in ("separator", "default") if not isinstance(said.get(name, ""), str)]
    if not faults:
        codes = [*said["codes"].values(), *filter(None, (said.get("default"),))]
        faults += [fault for code in codes if (fault := _code_fault(said["taxonomy"], code))]
    wrong += [f"{here}: {fault}" for fault in faults]
    return None if faults else Terms(**said)


def _code_fault(taxonomy: str, code: Any) -> str:
    """What is wrong with a code that a mapping gives; codes of other taxonomies are their publisher's own."""
    if not isinstance(code, str) or not code:
        return f"{code!r}: a code is text"
    known = {str(term["code"]) for term in terms() if term["taxonomy"] == taxonomy}
    name, _, value = code.partition("=") if taxonomy == ATTRIBUTES_TAXONOMY else (code, "", "")
    if taxonomy in {NEEDS_TAXONOMY, ATTRIBUTES_TAXONOMY} and name not in known:
        return f"{code}: is not a code of {taxonomy}"
    if taxonomy == ATTRIBUTES_TAXONOMY and (allowed := _VALUES.get(name)) is not None and value not in allowed:
        return f"{code}: {name} is one of {', '.join(f'{name}={each}'.removesuffix('=') for each in allowed)}"
    return ""
