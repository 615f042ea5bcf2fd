"""A table's rows as records of services: what is new, what stands for one that is there, and every cell at fault.

A row is its service's by `id`; without one, by the name, if just one of the organisation's services has it; else it is
a new service. So a file that has no ids can be sent twice, and the second time nothing is new.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from difflib import get_close_matches
from uuid import UUID

from directory_service.editing.domain.sheets.cells import SheetReferences
from directory_service.editing.domain.sheets.columns import (
    BY_NAME,
    COLUMNS,
    EXAMPLE,
    HEADER,
    ID,
    NAME,
    read_cell,
)
from directory_service.editing.domain.sheets.faults import (
    BadCell,
    BadSheet,
    Fault,
)
from directory_service.editing.domain.sheets.table import (
    SheetLine,
    SheetTable,
)
from directory_service.listings.domain.field_faults import FieldFault, InvalidFields
from directory_service.listings.domain.fields import SERVICE_FIELDS
from directory_service.listings.domain.hsds.edited_lists import with_edited_lists
from directory_service.listings.domain.records import Service
from directory_service.listings.domain.spreadsheet_cells import running_cells

UNKNOWN_SHOWN = 5
"""Unknown columns that are named."""


@dataclass(frozen=True)
class Draft:
    """A good row: the record that it asks for, and the one that is there (None: the service is new)."""

    line: int
    record: Service
    before: Service | None


@dataclass(frozen=True)
class RejectedRow:
    """A row that is left out, with every fault of it; `service` where it is known which one it means."""

    line: int
    name: str
    faults: tuple[Fault, ...]
    service: UUID | None


@dataclass
class Reading:
    """All rows in the file's order; `examples` are lines of the template's own row; `missing` stand in no row."""

    drafts: list[Draft] = field(default_factory=list)
    rejected: list[RejectedRow] = field(default_factory=list)
    examples: list[int] = field(default_factory=list)
    missing: list[Service] = field(default_factory=list)


@dataclass(frozen=True)
class Sender:
    """Whose file it is and when it came: `at` is aware, `new_id` gives the same id for the same text.

    `confirmed_on`: the day on which everything in the file is said to be right, None where that is not said.
    """

    organization: UUID
    own: Sequence[Service]
    known: SheetReferences
    new_id: Callable[[str], UUID]
    at: datetime
    confirmed_on: date | None = None


def read_sheet(table: SheetTable, sender: Sender) -> Reading:
    """Raises BadSheet: `columns` that are not ours, or neither `id` nor `name` (`no-name`)."""
    unknown = [column for column in table.columns if column not in HEADER]
    if unknown:
        raise BadSheet("columns", unknown=[(column[:40], _meant(column[:40])) for column in unknown[:UNKNOWN_SHOWN]])
    if not {ID, NAME} & set(table.columns):
        raise BadSheet("no-name")
    return _Reader(sender).read(table)


def _meant(column: str) -> str:
    return next(iter(get_close_matches(column, HEADER, 1, 0.7)), "")


class _Reader:
    def __init__(self, sender: Sender) -> None:
        self._sender = sender
        self._own = {record.id: record for record in sender.own}
        self._lines: dict[UUID, int] = {}
        self._found = Reading()

    def read(self, table: SheetTable) -> Reading:
        for line in table.lines:
            if line.cells.get(ID, "").strip().lower() == EXAMPLE:
                self._found.examples.append(line.number)
            else:
                self._read_line(line)
        self._found.missing = [record for record in self._sender.own if record.id not in self._lines]
        return self._found

    def _read_line(self, line: SheetLine) -> None:
        name = line.cells.get(NAME, "").strip()
        try:
            service = self._service_of(line, name)
        except BadCell as bad:
            self._reject(line, name, [bad.at(NAME if bad.code == "several" else ID)], None)
            return
        if service in self._lines:
            again = Fault(
                ID if line.cells.get(ID, "").strip() else NAME, "again", figures={"line": self._lines[service]}
            )
            self._reject(line, name, [again], service)
            return
        self._lines[service] = line.number
        before = self._own.get(service)
        record, faults = self._filled(line, before or Service(service, self._sender.organization, ""))
        if faults:
            self._reject(line, name or (before.name if before else ""), faults, service)
            return
        self._found.drafts.append(Draft(line.number, record, before))

    def _service_of(self, line: SheetLine, name: str) -> UUID:
        """Raises BadCell."""
        said = line.cells.get(ID, "").strip()
        if said:
            service = _uuid(said)
            if service not in self._own:
                raise BadCell("not-yours", said)
            return service
        meant = [record.id for record in self._sender.own if record.name.strip().casefold() == name.casefold()]
        if name and len(meant) > 1:
            raise BadCell("several", name)
        return meant[0] if name and meant else self._sender.new_id(name.casefold() or f"line {line.number}")

    def _filled(self, line: SheetLine, before: Service) -> tuple[Service, list[Fault]]:
        record, faults = before, [Fault("", "cells")] if line.overflows else []
        for name, cell in line.cells.items():
            if name == ID:
                continue
            try:
                record = replace(record, **read_cell(BY_NAME[name], cell, record, self._sender.known))
            except BadCell as bad:
                faults.append(bad.at(name))
        record = with_edited_lists(before, self._dated(record, before))
        return record, faults or _refused(record, before, line) or self._dangling(record, before)

    def _dangling(self, record: Service, before: Service) -> list[Fault]:
        """What a record that changes refers to has to be there, whether or not it stands in the file."""
        if record == before:
            return []
        known, own = self._sender.known, set(self._sender.known.places.values())
        gone = [Fault("districts", "district", str(code)) for code in record.districts if code not in known.districts]
        return gone + [Fault("places", "place", str(place)) for place in record.places if place not in own]

    def _dated(self, record: Service, before: Service) -> Service:
        """With the time of a figure that was typed, and the day on which all was said to be right."""
        confirmed = self._sender.confirmed_on
        if record.places_available is None:
            record = replace(record, places_as_of=None)
        elif confirmed or record.places_available != before.places_available:
            record = replace(record, places_as_of=self._sender.at)
        return replace(record, assured_date=confirmed) if confirmed else record

    def _reject(self, line: SheetLine, name: str, faults: Sequence[Fault], service: UUID | None) -> None:
        self._found.rejected.append(RejectedRow(line.number, name, tuple(faults), service))


def _refused(record: Service, before: Service, line: SheetLine) -> list[Fault]:
    """What the table of fields says of the whole record, cells that are not in the file included."""
    if record == before:
        return []
    written = SERVICE_FIELDS.write(record)
    wrong = [FieldFault("refused", path) for path in running_cells(written, SERVICE_FIELDS.write(before))]
    try:
        SERVICE_FIELDS.check(written)
    except InvalidFields as bad:
        wrong += bad.faults
    return [_as_cell(each, line) for each in wrong]


def _as_cell(fault: FieldFault, line: SheetLine) -> Fault:
    if fault.code == "ages":
        return Fault("maximum_age" if "maximum_age" in line.cells else "minimum_age", fault.code)
    field = fault.path.partition(".")[0]
    column = next((column.name for column in COLUMNS if column.field == field), "")
    return Fault(column, "required" if fault.code == "required" else "refused")


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
