"""An .xls file is read by a process of its own, which may die of it; whoever imports it is told so."""

import resource
from pathlib import Path
from struct import pack

import pytest

from directory_service.importing.outside.unreadable import CannotRead
from directory_service.importing.outside.workbook_rows import workbook_rows
from support.sheets.old_workbooks import old_workbook

TABLE = [(0, 0, "name"), (0, 1, "beds"), (1, 0, "Nodi"), (1, 1, 12.0)]
NODI = {"name": "Nodi", "beds": "12"}
CORNER = (65535, 255, 1.0)
NO_SHEET_IS_SO_LARGE = pack("<IIHHH", 0, 0x7FFFFFFF, 0, 0xFFFF, 0)


def rows(path: Path, wanted: str = "") -> list[tuple[str, dict[str, str]]]:
    return [(sheet, row.cells) for sheet, row in workbook_rows(path, lambda each: not wanted or each == wanted)]


def test_its_sheets_are_read_as_those_of_newer_files(tmp_path: Path) -> None:
    book = old_workbook(tmp_path / "book.xls", {"Clinics": TABLE, "Notes": [(0, 0, "note"), (2, 0, "x")]})

    assert rows(book) == [("Clinics", NODI), ("Notes", {"note": "x"})]
    assert rows(book, "Notes") == [("Notes", {"note": "x"})]


def test_what_it_takes_is_taken_by_another_process(tmp_path: Path) -> None:
    book = old_workbook(tmp_path / "book.xls", {"Clinics": [*TABLE, CORNER]})
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    with pytest.raises(
        CannotRead, match=r"book\.xls is not readable: its sheet Clinics takes more than 1,024 MB .* save it as CSV"
    ):
        rows(book)

    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000, "kB"


def test_a_sheet_that_says_it_has_more_cells_than_there_are_bytes_is_refused(tmp_path: Path) -> None:
    book = old_workbook(tmp_path / "book.xls", {"Clinics": TABLE}, NO_SHEET_IS_SO_LARGE)

    with pytest.raises(CannotRead, match="it takes more than 1,024 MB"):
        rows(book)


def test_what_is_no_spreadsheet_is_said_to_be_none(tmp_path: Path) -> None:
    book = tmp_path / "book.xls"
    book.write_bytes(b"\xd0\xcf\x11\xe0" + bytes(600))

    with pytest.raises(CannotRead, match="no spreadsheet, or damaged"):
        rows(book)
