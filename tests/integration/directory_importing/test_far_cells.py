"""A small spreadsheet that would lay out more cells than memory holds is refused in words, and nothing else dies."""

import resource
from pathlib import Path

import pytest

from directory_service.importing.outside.unreadable import CannotRead
from directory_service.importing.outside.workbook_rows import workbook_rows
from support.workbooks import workbook

HEAD = '<row r="1"><c r="A1" t="inlineStr"><is><t>No</t></is></c></row>'
FAR = {
    "more than memory holds": HEAD + '<row r="40000"><c r="XFD40000"><v>1</v></c></row>',
    "more than a table may have": HEAD + '<row r="2000000"><c r="P2000000"><v>1</v></c></row>',
}


@pytest.mark.parametrize("data", FAR.values(), ids=FAR)
def test_cells_that_lie_far_apart_are_refused_in_words(tmp_path: Path, data: str) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    book = workbook(tmp_path / "book.xlsx", Clinics=data)
    assert book.stat().st_size < 5_000

    with pytest.raises(CannotRead, match="its cells lie too far apart"):
        list(workbook_rows(book, lambda _: True))

    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200_000  # kilobytes


def test_rows_and_columns_that_are_left_out_count(tmp_path: Path) -> None:
    data = '<row r="3"><c r="B3" t="inlineStr"><is><t>No</t></is></c></row><row r="5"><c r="B5"><v>7</v></c></row>'
    book = workbook(tmp_path / "book.xlsx", Notes="", Clinics=data)

    [(sheet, row)] = workbook_rows(book, lambda name: name == "Clinics")

    assert (sheet, row.line, dict(row.cells)) == ("Clinics", 5, {"No": "7"})


def test_who_reads_no_further_leaves_no_process(tmp_path: Path) -> None:
    rows: list[list[object]] = [["No"], *([number] for number in range(50_000))]
    reading = workbook_rows(workbook(tmp_path / "book.xlsx", Clinics=rows), lambda _: True)

    assert next(reading)[1].line == 2
    reading.close()  # type: ignore[attr-defined]  # a generator
