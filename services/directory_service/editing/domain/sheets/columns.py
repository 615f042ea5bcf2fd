"""The columns of a sheet of services, one row a service: what each is called, how its cells read, which field it is.

A column that is not in the file leaves its field as it is. An empty cell empties its field, but for four that are
seldom meant to be unsaid (`status`, `accepting`, `cost`, `genders`), which it leaves alone, as `unchanged` does any.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from directory_service.editing.domain.sheets import cells
from directory_service.editing.domain.sheets.cells import (
    CellFormat,
    SheetReferences,
)
from directory_service.editing.domain.sheets.faults import BadCell
from directory_service.listings.domain import attributes
from directory_service.listings.domain.fields import SERVICE_FIELDS
from directory_service.listings.domain.records import Service

ID, NAME = "id", "name"
UNCHANGED = "unchanged"
LONGEST = SERVICE_FIELDS["description"].kind.figures["most"]
"""Characters of a cell."""
EXAMPLE = "example"
"""What stands in `id` of the template's filled row; such a row is left out."""


@dataclass(frozen=True)
class Column:
    """`field` of the record, in it the entry `key` where it is a translation; `filled`: the template's example."""

    name: str
    kind: CellFormat
    field: str
    filled: str = ""
    key: str = ""
    keeps_when_empty: bool = False


_ELSEWHERE = {"districts": cells.DISTRICTS, "places": cells.PLACES, "schedules": cells.HOURS}
"""Fields whose cells refer to what the record does not hold, or have a language of their own."""

_ALWAYS_SAID = frozenset({"status", "accepting", "cost", "genders"})


def _column(name: str, filled: str = "", *, field: str = "", key: str = "") -> Column:
    known = SERVICE_FIELDS[field or name]
    kind = known.kind.item if key and known.kind.item else known.kind
    cell = _ELSEWHERE.get(known.name) or cells.cell_format(kind)
    return Column(name, cell, known.name, filled, key, keeps_when_empty=known.name in _ALWAYS_SAID)


COLUMNS: tuple[Column, ...] = (
    _column(NAME, "Counselling and medicine, Example Street"),
    _column("name_hi", "परामर्श और दवा", field="names", key="hi"),
    _column("name_bn", "পরামর্শ ও ওষুধ", field="names", key="bn"),
    _column("description", "A doctor and a counsellor are there every day. No papers are needed."),
    _column("description_hi", field="descriptions", key="hi"),
    _column("description_bn", field="descriptions", key="bn"),
    _column("status", "active"),
    _column("accepting", "open"),
    _column("needs", "OST; COUNS"),
    _column("districts", "315"),
    _column("places"),
    _column("phone", "'+91 33 0000 0000"),
    _column("email", "help@example.org"),
    _column("url", "https://example.org/"),
    _column("opening_hours", "Mo-Fr 09:00-17:00 | Sa 10:00-13:00", field="schedules"),
    _column("languages", "bn; hi; en"),
    _column("genders", "woman; man; transgender; other"),
    _column("minimum_age", "18"),
    _column("maximum_age"),
    _column("admits_children_up_to", "6"),
    _column("cost", "free"),
    _column("fees_description"),
    _column("places_available", "4"),
    _column("eligibility_description"),
    _column("application_process", "Come by, or call before."),
    _column("alert"),
    *(_column(flag.field, "no") for flag in attributes.FLAGS),
)
BY_NAME: Mapping[str, Column] = {column.name: column for column in COLUMNS}
HEADER = (ID, *BY_NAME)
_DEFAULTS: Mapping[str, Any] = {each.name: each.default for each in fields(Service)}


def value_of(column: Column, record: Service) -> Any:
    """What the record says in this column; None or an empty value where it says nothing."""
    found = getattr(record, column.field)
    return found.get(column.key) if column.key else found


def cell_of(column: Column, record: Service, known: SheetReferences) -> str:
    """The cell that reads back as what the record says; `unchanged` where no cell can say it."""
    value = value_of(column, record)
    if value is None or value in ("", ()):
        return ""
    written = column.kind.write(value, known)
    try:
        said = written.strip() and column.kind.read(written.strip(), known) == value
    except BadCell:
        said = False
    return written if said else UNCHANGED


def shown(column: Column, record: Service, known: SheetReferences) -> str:
    """What the record says in this column, for people to compare: districts by name, "…" where no cell can say it."""
    if column.field == "districts":
        return ", ".join(known.districts.get(code, str(code)) for code in record.districts)
    cell = cell_of(column, record, known)
    return "…" if cell == UNCHANGED else cells.unquoted(cell)


def read_cell(column: Column, cell: str, record: Service, known: SheetReferences) -> dict[str, Any]:
    """The fields of `record` that the cell changes, with their new values. Raises BadCell."""
    said = cell.strip()
    if len(said) > LONGEST:
        raise BadCell("too-long", said, most=LONGEST)
    if said == UNCHANGED or (not said and column.keeps_when_empty):
        return {}
    if column.key:
        kept = {key: value for key, value in getattr(record, column.field).items() if key != column.key}
        return {column.field: kept | ({column.key: column.kind.read(said, known)} if said else {})}
    if not said and column.name == NAME:
        raise BadCell("required")
    return {column.field: column.kind.read(said, known) if said else _DEFAULTS[column.field]}
