"""File of people, line by line, with the columns of `setu directory members import`. Pure; accounts decide the rest."""

from collections.abc import Mapping
from dataclasses import dataclass

from directory_service.editing.domain.sheets.table import table_of
from directory_service.listings.domain.spreadsheet_cells import would_run
from directory_service.registry.domain.plan import LineFault
from directory_service.registry.domain.unit_entry import EntryFault
from directory_service.registry.domain.unit_file import check_columns
from setu.roles import (
    CASE_WORKER,
    COORDINATOR,
    COURT,
    GIVEN_BY_TWO,
    OFFICER,
    POLICE_UNIT,
    PRISON,
    PROVIDER,
    PROVIDER_MANAGER,
    ROLES,
    UNIT_SUPERVISOR,
    roles_of_kind,
)

NEEDED = ("name", "user_name", "role")
COLUMNS = (*NEEDED, "organization", "phone", "mail", "language", "districts")
FIRST_ROLES: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys((POLICE_UNIT, COURT, PRISON), (UNIT_SUPERVISOR, OFFICER)),
    PROVIDER: (PROVIDER_MANAGER,),
}
"""Kind of organisation → the roles of the people with whom one begins."""


@dataclass(frozen=True)
class PersonCells:
    """One line: its cells without blanks around them, '' for a column that is not there."""

    line: int
    cells: Mapping[str, str]
    districts: tuple[int, ...]


def roles_of_file(role: str, kind: str) -> tuple[str, ...]:
    """The roles that a file may give which somebody in this role sends; `kind`: of the own organisation.

    Case workers are added by their provider's own manager; no file gives what two people give.
    """
    names = [name for name in ROLES if name != CASE_WORKER] if role == COORDINATOR else roles_of_kind(kind)
    return tuple(name for name in names if name not in GIVEN_BY_TWO)


def read_people_file(content: bytes) -> tuple[list[PersonCells], list[LineFault]]:
    """The lines, and what is wrong with the form of a cell. Raises BadSheet where the file cannot be used."""
    table = table_of(content)
    check_columns(table.columns, COLUMNS, COLUMNS[len(NEEDED) :])
    people: list[PersonCells] = []
    faults: list[LineFault] = []
    for line in table.lines:
        cells = {column: line.cells.get(column, "").strip() for column in COLUMNS}
        wrong = [EntryFault(column, "formula") for column in COLUMNS if would_run(line.cells.get(column, ""))]
        wrong += [EntryFault("", "cells")] if line.overflows else []
        codes = cells["districts"].replace(";", " ").split()
        wrong += (
            [] if all(code.isdecimal() and len(code) <= 5 for code in codes) else [EntryFault("districts", "codes")]
        )
        faults += [LineFault(line.number, fault) for fault in wrong]
        if not wrong:
            people.append(PersonCells(line.number, cells, tuple(int(code) for code in codes)))
    return people, faults
