"""The columns of a sheet of services, one row a service: what each is called, how its cells read, which field it is.

A column that is not in the file leaves its field as it is. An empty cell empties its field, but for the four that
always say something (`status`, `accepting`, `cost`, `genders`), which it leaves alone. `unchanged` leaves any alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from directory_service.editing.domain.sheets import cells
from directory_service.editing.domain.sheets.cells import (
    Kind,
    Known,
)
from directory_service.editing.domain.sheets.faults import BadCell
from directory_service.listings.domain import attributes
from directory_service.listings.domain.records import Service
from setu import needs

ID, NAME = "id", "name"
UNCHANGED = "unchanged"
LONGEST = 4000
"""Characters of a cell."""
EXAMPLE = "example"
"""What stands in `id` of the template's filled row; such a row is left out."""


@dataclass(frozen=True)
class Column:
    """`field` of the record, in it the entry `key` where it is a translation; `filled`: the template's example."""

    name: str
    kind: Kind
    field: str
    filled: str = ""
    key: str = ""
    keeps_when_empty: bool = False


def _column(name: str, kind: Kind, filled: str = "", *, keeps_when_empty: bool = False) -> Column:
    return Column(name, kind, name, filled, keeps_when_empty=keeps_when_empty)


COLUMNS: tuple[Column, ...] = (
    _column(NAME, cells.text(200), "Counselling and medicine, Example Street"),
    Column("name_hi", cells.text(200), "names", "परामर्श और दवा", "hi"),
    Column("name_bn", cells.text(200), "names", "পরামর্শ ও ওষুধ", "bn"),
    _column("description", cells.text(4000), "A doctor and a counsellor are there every day. No papers are needed."),
    Column("description_hi", cells.text(4000), "descriptions", key="hi"),
    Column("description_bn", cells.text(4000), "descriptions", key="bn"),
    _column("status", cells.choice(attributes.SERVICE_STATUSES), "active", keeps_when_empty=True),
    _column("accepting", cells.choice(attributes.ACCEPTING), "open", keeps_when_empty=True),
    _column("needs", cells.codes([need.code for need in needs.NEEDS]), "OST; COUNS"),
    _column("districts", cells.DISTRICTS, "315"),
    _column("places", cells.PLACES),
    _column("phone", cells.PHONE, "'+91 33 0000 0000"),
    _column("email", cells.MAIL, "help@example.org"),
    _column("url", cells.WEB, "https://example.org/"),
    Column("opening_hours", cells.HOURS, "schedules", "Mo-Fr 09:00-17:00 | Sa 10:00-13:00"),
    _column("languages", cells.LANGUAGES, "bn; hi; en"),
    _column("genders", cells.codes(attributes.GENDERS), "woman; man; transgender; other", keeps_when_empty=True),
    _column("minimum_age", cells.number(0, 120), "18"),
    _column("maximum_age", cells.number(0, 120)),
    _column("admits_children_up_to", cells.number(0, 18), "6"),
    _column("cost", cells.choice(attributes.COSTS), "free", keeps_when_empty=True),
    _column("fees_description", cells.text(1000)),
    _column("places_available", cells.number(0, 100_000), "4"),
    _column("eligibility_description", cells.text(2000)),
    _column("application_process", cells.text(2000), "Come by, or call before."),
    _column("alert", cells.text(1000)),
    *(_column(flag.field, cells.YES_NO, "no") for flag in attributes.FLAGS),
)
BY_NAME: Mapping[str, Column] = {column.name: column for column in COLUMNS}
HEADER = (ID, *BY_NAME)
_DEFAULTS: Mapping[str, Any] = {each.name: each.default for each in fields(Service)}


def value_of(column: Column, record: Service) -> Any:
    """What the record says in this column; None or an empty value where it says nothing."""
    found = getattr(record, column.field)
    return found.get(column.key) if column.key else found


def cell_of(column: Column, record: Service, known: Known) -> str:
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


def shown(column: Column, record: Service, known: Known) -> str:
    """What the record says in this column, for people to compare; "…" where no cell can say it."""
    cell = cell_of(column, record, known)
    return "…" if cell == UNCHANGED else cells.unquoted(cell)


def read_cell(column: Column, cell: str, record: Service, known: Known) -> dict[str, Any]:
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
