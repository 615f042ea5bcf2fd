"""File of units, line by line. Pure; its columns, and what a cell may hold, are decided in `unit_entry.py`."""

from collections.abc import Sequence
from datetime import date

from directory_service.editing.domain.sheets.faults import BadSheet
from directory_service.editing.domain.sheets.table import table_of
from directory_service.registry.domain.plan import EntryLine, LineFault
from directory_service.registry.domain.unit_entry import COLUMNS, BadEntry, EntryFault, read_entry

OPTIONAL = ("parent_code", "opened_on")


def read_unit_file(content: bytes, today: date) -> tuple[list[EntryLine], list[LineFault]]:
    """The entries, and what is wrong with a field of a line. Raises BadSheet where the file cannot be used."""
    table = table_of(content)
    check_columns(table.columns, COLUMNS, OPTIONAL)
    entries: list[EntryLine] = []
    faults: list[LineFault] = []
    for line in table.lines:
        if line.overflows:
            faults.append(LineFault(line.number, EntryFault("", "cells")))
            continue
        try:
            entries.append(EntryLine(read_entry(line.cells, today), line.number))
        except BadEntry as bad:
            faults += [LineFault(line.number, fault) for fault in bad.faults]
            wrong = {fault.field for fault in bad.faults}
            if wrong <= {*OPTIONAL}:  # what else is wrong is told in the same go
                known = {name: cell for name, cell in line.cells.items() if name not in wrong}
                entries.append(EntryLine(read_entry(known, today), line.number))
    return entries, faults


def check_columns(found: Sequence[str], known: Sequence[str], optional: Sequence[str]) -> None:
    """Raises BadSheet: `columns` for one that is none of ours, `missing` for one that has to be there."""
    unknown = [name[:40] for name in found if name not in known]
    if unknown:
        raise BadSheet("columns", unknown=[(name, "") for name in unknown])
    missing = [name for name in known if name not in found and name not in optional]
    if missing:
        raise BadSheet("missing", columns=", ".join(missing))
