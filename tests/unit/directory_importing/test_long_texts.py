"""A small file whose cells say a long text many times takes little at once of the process that imports it."""

import json
import subprocess
import sys
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from directory_service.importing.outside.unreadable import CannotRead
from directory_service.importing.outside.workbook_rows import workbook_rows

MODULE = "directory_service.importing.outside.workbook_cells"
SPACES = {
    "manifest": "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0",
    **{each: f"urn:oasis:names:tc:opendocument:xmlns:{each}:1.0" for each in ("office", "table", "text")},
}


def open_document(path: Path, *rows: str) -> Path:
    """A sheet of one column."""
    cells = "".join(
        f'<table:table-row><table:table-cell office:value-type="string"><text:p>{each}</text:p></table:table-cell>'
        "</table:table-row>"
        for each in rows
    )
    spaces = " ".join(f'xmlns:{name}="{space}"' for name, space in SPACES.items())
    body = f'<office:body><office:spreadsheet><table:table table:name="Clinics">{cells}</table:table>'
    content = f"<office:document-content {spaces}>{body}</office:spreadsheet></office:body></office:document-content>"
    with ZipFile(path, "w", ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content)
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
    return path


def test_rows_with_long_texts_come_few_at_a_time(tmp_path: Path) -> None:
    book = open_document(tmp_path / "book.ods", "name", *["x" * 2_000] * 4_000)

    asked = (sys.executable, "-m", MODULE, str(book))
    told = subprocess.run(asked, input="wanted\n", capture_output=True, text=True, check=True).stdout.splitlines()

    assert sum(len(json.loads(line).get("rows", ())) for line in told) == 4_001
    assert max(map(len, told)) < 1_200_000
    assert sum(1 for _ in workbook_rows(book, lambda _: True)) == 4_000


def test_a_row_that_is_longer_than_any_row_should_be_is_refused(tmp_path: Path) -> None:
    book = open_document(tmp_path / "book.ods", "name", "Nodi", "x" * 40_000_000)

    with pytest.raises(CannotRead, match=r"book\.ods is not readable: its sheet Clinics has a row with too much text"):
        list(workbook_rows(book, lambda _: True))


def test_a_row_with_as_much_text_as_office_programs_write_is_read(tmp_path: Path) -> None:
    longest = "ক" * 32_767
    book = open_document(tmp_path / "book.ods", "name", *[longest] * 100)

    assert {row.cells["name"] for _, row in workbook_rows(book, lambda _: True)} == {longest}
