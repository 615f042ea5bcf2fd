"""Validator of imported objects and rows: keeps what HSDS allows, and says what was wrong with the rest.

An object with a fault of its own is kept out whole; a faulty object inside a good one is kept out alone, and so is a
text that a spreadsheet would run, where the object can do without. Nulls and empty texts are "not said". Unknown fields
are left out without a word: other publishers add their own.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any, NamedTuple

from directory_service.listings.domain.hsds.datapackage import (
    Column,
    tables,
)
from directory_service.listings.domain.hsds.moments import (
    is_time,
    moment_fault,
)
from directory_service.listings.domain.hsds.objects import (
    StandardField,
    field_faults,
    fields_of,
)
from directory_service.listings.domain.older_words import (
    day_of,
    time_of,
    with_scheme,
)
from directory_service.listings.domain.spreadsheet_cells import (
    REFUSED,
    would_run,
)
from directory_service.organizations.domain.invisible_characters import strip_invisible

Json = dict[str, Any]

#: Required texts that a document may leave empty: a row is not lost for them.
_MAY_BE_EMPTY = frozenset({"description", "previous_value", "replacement_value"})


_DAYS = frozenset({"valid_from", "valid_to", "dtstart", "until", "assured_date", "last_action_date"})


@dataclass
class Faults:
    """What was kept out: path and reason, such as ("phones.1.number", "is required")."""

    found: list[tuple[str, str]] = field(default_factory=list)

    def add(self, path: str, reason: str) -> None:
        """One more."""
        self.found.append((path, reason))


def cleaned(kind: str, value: object, faults: Faults, path: str = "") -> Json | None:
    """The object without what HSDS does not allow; None where it cannot be taken at all."""
    if not isinstance(value, Mapping):
        faults.add(path, "must be an object")
        return None
    known = fields_of(kind)
    kept: Json = {}
    own: list[tuple[str, str]] = []
    for name, inner in value.items():
        if name in known and inner is not None and inner != "":
            here, read = f"{path}.{name}".lstrip("."), _time_meant(name, inner)
            told = faults.found if name == "last_modified" else own  # it is counted here, not taken from there
            _take(known[name], read, kept, told, faults, here)
            if detail := moment_fault(kind, name, read):
                own.append((here, f"{detail}, not {_short(inner)}"))
    required = [each.name for each in known.values() if each.required and each.name not in kept]
    own += [(f"{path}.{name}".lstrip("."), "is required") for name in required if value.get(name) != ""]
    kept |= {name: "" for name in required if value.get(name) == "" and known[name].type == "text"}
    faults.found += own
    return None if own else kept


def _time_meant(name: str, inner: object) -> object:
    """A time of day that is written in another way is what it is meant to be; so is a day with a time behind it."""
    if not isinstance(inner, str):
        return inner
    if name in _DAYS:
        return day_of(inner) or inner
    return time_of(inner) or inner if name in {"opens_at", "closes_at"} and not is_time(inner) else inner


def _take(
    said: StandardField, inner: object, kept: Json, own: list[tuple[str, str]], faults: Faults, path: str
) -> None:
    if said.type.startswith("["):
        if not isinstance(inner, list):
            own.append((path, "must be a list"))
            return
        items = [cleaned(said.type[1:-1], item, faults, f"{path}.{at}") for at, item in enumerate(inner)]
        kept[said.name] = [item for item in items if item is not None]
    elif said.type.startswith("<"):
        item = cleaned(said.type[1:-1], inner, faults, path)
        if item is not None:
            kept[said.name] = item
    else:
        read = _read(said, inner)
        problems = [f"{fault.detail}, not {_short(inner)}" for fault in field_faults(said, read, "")]
        if isinstance(read, str) and would_run(read):
            needed = said.required and said.name not in _MAY_BE_EMPTY
            (own if needed else faults.found).append((path, f"{REFUSED}, not {_short(inner)}"))
            kept |= {said.name: ""} if said.required else {}
            return
        own += [(path, problem) for problem in problems]
        kept[said.name] = read


def _read(said: StandardField, inner: object) -> object:
    """Numbers that are written as text, and addresses without a scheme, are what they are meant to be."""
    if isinstance(inner, str) and said.type == "number":
        return _number(inner) if _number(inner) is not None else inner
    if not isinstance(inner, str):
        return inner
    return with_scheme(inner) if said.type == "uri" else _visible(inner)


def _visible(text: str) -> str:
    """A tab or a line break before a text says nothing, nor does a mark that nobody sees: no row is lost for it."""
    seen = strip_invisible(text)
    return seen.strip() if would_run(seen) else seen


#: What was there before something was made, or after it was taken out, is nothing.
_NOTHING_BEFORE = frozenset({"previous_value", "replacement_value"})
#: What a converter says to the next one: days to merge into one rule, an address that lacks what HSDS needs.
_OURS = ("merge", "address_in_part")


class Typed(NamedTuple):
    """A row with its values in their types; what is wrong with it; which cells it does without, and why."""

    body: Json
    reasons: list[str]
    left_out: list[str]


def typed_row(kind: str, row: Mapping[str, Any]) -> Typed:
    """A row of a CSV file as the tables of HSDS have it."""
    kept: Json = {}
    reasons: list[str] = []
    left_out: list[str] = []
    for column in tables()[kind].columns:
        value = row.get(column.name)
        if value is None or value == "":
            if column.name in _NOTHING_BEFORE:
                kept[column.name] = ""
            elif column.required:
                reasons.append(f"{column.name}: is required")
            continue
        value = _visible(value) if isinstance(value, str) else value
        if isinstance(value, str) and would_run(value):
            needed = column.required and column.name not in _MAY_BE_EMPTY
            (reasons if needed else left_out).append(f"{column.name}: {REFUSED}, not {_short(value)}")
            kept |= {column.name: ""} if column.required else {}
            continue
        kept[column.name], fault = _typed_cell(column, value)
        reasons += [fault] if fault else []
    kept |= {name: row[name] for name in _OURS if name in row}
    return Typed(kept, reasons, left_out)


def _typed_cell(column: Column, value: Any) -> tuple[Any, str]:
    """The value in the type of its column, and what is wrong with it, if anything is."""
    found = _number(value) if column.type == "number" else value
    if column.type == "date" and isinstance(value, str):
        found = day_of(value) or value
    if column.type == "uri" and isinstance(value, str):
        found = with_scheme(value)
    reads = found is not None and _reads(column, found)
    return found, "" if reads else f"{column.name}: must be {_type_name(column)}, not {_short(value)}"


def _number(value: object) -> float | int | None:
    if not isinstance(value, str):
        return value if isinstance(value, int | float) else None
    if not re.fullmatch(r"[+-]?\d{1,15}(\.\d+)?", value.strip()):
        return None
    return float(value) if "." in value else int(value)


def _reads(column: Column, value: Any) -> bool:
    if column.type in {"date", "datetime", "time"}:
        return _is_moment(column.type, str(value))
    if column.type in {"number", "text"}:
        return True
    said = StandardField(column.name, column.required, column.type.replace("_", " "))
    return not list(field_faults(said, value, ""))


def _is_moment(kind: str, value: str) -> bool:
    reader = {"date": date.fromisoformat, "datetime": datetime.fromisoformat, "time": time.fromisoformat}[kind]
    try:
        reader(value)
    except ValueError:
        return False
    return True


def _type_name(column: Column) -> str:
    return "one of " + column.type[1:-1].replace("_", " ") if column.type.startswith("{") else f"a {column.type}"


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "…'"
