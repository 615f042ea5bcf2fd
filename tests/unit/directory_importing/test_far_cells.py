"""A file that asks for more memory than it may have is refused by name, and takes no more than a child process."""

import resource
import struct
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

from directory_service.importing.outside.unreadable import CannotRead
from directory_service.importing.outside.workbook_cells import MEGABYTES, SECONDS
from directory_service.importing.outside.workbook_rows import workbook_rows

FORMATS = "http://schemas.openxmlformats.org"
MAIN, PACKAGE = f"{FORMATS}/spreadsheetml/2006/main", f"{FORMATS}/package/2006"
RELATION = f"{FORMATS}/officeDocument/2006/relationships"
OASIS = "urn:oasis:names:tc:opendocument:xmlns"
FIRST = '<row r="1"><c r="A1" t="inlineStr"><is><t>name</t></is></c></row>'
SECOND = '<row r="2"><c r="A2" t="inlineStr"><is><t>Nodi</t></is></c></row>'
FREE, LAST = 0xFFFFFFFF, 0xFFFFFFFE  # sectors of a compound file
NAMED = '<table:table-row><table:table-cell office:value-type="string"><text:p>name</text:p></table:table-cell>{}'


def office_xml(path: Path, target: str = "worksheets/sheet1.xml", **sheets: str) -> Path:
    """A spreadsheet as office programs write it."""
    names = "".join(f'<sheet name="{name}" sheetId="{at}" r:id="r{at}"/>' for at, name in enumerate(sheets, 1))
    links = "".join(
        f'<Relationship Id="r{at}" Type="{RELATION}/worksheet" Target="{target.replace("1", str(at))}"/>'
        for at, _ in enumerate(sheets, 1)
    )
    root = f'<Relationship Id="r1" Type="{RELATION}/officeDocument" Target="xl/workbook.xml"/>'
    with ZipFile(path, "w") as archive:
        archive.writestr("[Content_Types].xml", f'<Types xmlns="{PACKAGE}/content-types"/>')
        archive.writestr("_rels/.rels", f'<Relationships xmlns="{PACKAGE}/relationships">{root}</Relationships>')
        workbook = f'<workbook xmlns="{MAIN}" xmlns:r="{RELATION}"><sheets>{names}</sheets></workbook>'
        archive.writestr("xl/workbook.xml", workbook)
        relations = f'<Relationships xmlns="{PACKAGE}/relationships">{links}</Relationships>'
        archive.writestr("xl/_rels/workbook.xml.rels", relations)
        for at, rows in enumerate(sheets.values(), 1):
            sheet = f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>'
            archive.writestr(f"xl/worksheets/sheet{at}.xml", sheet)
    return path


def open_document(path: Path, rows: str) -> Path:
    """The same as OpenDocument."""
    spaces = " ".join(f'xmlns:{each}="{OASIS}:{each}:1.0"' for each in ("office", "table", "text"))
    sheet = f'<table:table table:name="Clinics">{rows}</table:table>'
    body = f"<office:body><office:spreadsheet>{sheet}</office:spreadsheet></office:body>"
    with ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", f"<office:document-content {spaces}>{body}</office:document-content>")
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
    return path


def far(cell: str, content: str = "<v>1</v>") -> str:
    row = cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    return f'<row r="{row}"><c r="{cell}" s="1">{content}</c></row>'


def names(path: Path) -> list[str]:
    return [row.cells["name"] for _, row in workbook_rows(path, lambda _: True)]


def an_xls(path: Path, row: int, column: int) -> Path:
    """A table, and a number apart from it, in the smallest file of old Excel (BIFF8 in a compound file)."""

    def record(kind: int, data: bytes = b"") -> bytes:
        return struct.pack("<HH", kind, len(data)) + data

    def begin(kind: int) -> bytes:
        return record(0x809, struct.pack("<HHHHII", 0x600, kind, 0, 0, 0, 6))

    def label(at: int, text: str) -> bytes:
        return record(0x204, struct.pack("<HHHHB", at, 0, 0, len(text), 0) + text.encode())

    def workbook(sheet_at: int) -> bytes:
        return begin(5) + record(0x85, struct.pack("<IBB", sheet_at, 0, 0) + b"\x07\x00Clinics") + record(0x0A)

    def entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
        spelled = name.encode("utf-16le") + b"\0\0"
        ends = struct.pack("<HBBIII", len(spelled), kind, 1, FREE, FREE, child)
        return spelled.ljust(64, b"\0") + ends + b"\0" * 36 + struct.pack("<IQ", start, size)

    apart = record(0x203, struct.pack("<HHHd", row, column, 0, 1.0))
    sheet = begin(0x10) + label(0, "name") + label(1, "Nodi") + apart + record(0x0A)
    stream = (workbook(len(workbook(0))) + sheet).ljust(4096, b"\0")
    sectors = [FREE - 2, LAST, *range(3, 10), LAST]
    folder = entry("Root Entry", 5, 1, LAST, 0) + entry("Workbook", 2, FREE, 2, len(stream))
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16 + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + b"\0" * 6
    head += struct.pack("<10I", 0, 1, 1, 0, 4096, LAST, 0, LAST, 0, 0) + b"\xff" * 432
    table = struct.pack("<128I", *sectors, *[FREE] * (128 - len(sectors)))
    path.write_bytes(head + table + folder.ljust(512, b"\0") + stream)
    return path


@pytest.mark.parametrize("cell", ["XFD1048576", "XFD100000"])
def test_a_cell_far_out_is_refused_with_its_sheet(tmp_path: Path, cell: str) -> None:
    book = office_xml(tmp_path / "book.xlsx", Clinics=FIRST + SECOND + far(cell))

    with pytest.raises(CannotRead, match=f"book.xlsx .*its sheet Clinics takes more than {MEGABYTES:,} MB"):
        names(book)


def test_a_cell_far_out_in_a_file_of_old_excel_is_refused(tmp_path: Path) -> None:
    assert names(an_xls(tmp_path / "small.xls", 2, 3)) == ["Nodi", ""]

    with pytest.raises(CannotRead, match=r"book.xls .*takes more than"):
        names(an_xls(tmp_path / "book.xls", 0xFFFF, 0xFFFF))


@pytest.mark.parametrize("apart", [far("E1000000"), far("XFD2")], ids=["five million cells", "right"])
def test_what_takes_little_room_is_read(tmp_path: Path, apart: str) -> None:
    assert names(office_xml(tmp_path / "book.xlsx", Clinics=FIRST + SECOND + apart))[0] == "Nodi"


def test_the_child_process_has_its_limits() -> None:
    module = "directory_service.importing.outside.workbook_cells"
    limits = "[resource.getrlimit(each) for each in (resource.RLIMIT_AS, resource.RLIMIT_CPU)]"
    asked = f"import resource, {module} as child; child.limit_resources(); print({limits})"

    told = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True).stdout

    assert told.strip() == str([(MEGABYTES * 1024**2,) * 2, (SECONDS,) * 2])
    assert resource.getrlimit(resource.RLIMIT_AS)[0] == resource.RLIM_INFINITY


def test_a_sheet_that_nobody_wants_may_be_as_large_as_it_likes(tmp_path: Path) -> None:
    book = office_xml(tmp_path / "book.xlsx", Notes=FIRST + far("XFD1048576"), Clinics=FIRST + SECOND)

    rows = workbook_rows(book, lambda sheet: sheet == "Clinics")

    assert [row.cells for _, row in rows] == [{"name": "Nodi"}]


@pytest.mark.parametrize(
    "repeated",
    [
        'table:number-columns-repeated="16384" office:value-type="string"',
        'table:number-columns-repeated="' + "9" * 5_000 + '" office:value-type="string"',
    ],
    ids=["as many as there can be", "more than a number"],
)
def test_a_row_that_stands_for_many_is_refused(tmp_path: Path, repeated: str) -> None:
    cell = f"<table:table-cell {repeated}><text:p>x</text:p></table:table-cell></table:table-row>"
    rows = NAMED.format("</table:table-row>") + f'<table:table-row table:number-rows-repeated="1048575">{cell}'

    with pytest.raises(CannotRead, match=r"book\.ods"):
        names(open_document(tmp_path / "book.ods", rows))


def test_an_open_document_with_nothing_behind_its_table_is_read(tmp_path: Path) -> None:
    nothing = '<table:table-cell table:number-columns-repeated="16383"/></table:table-row>'
    below = f'<table:table-row table:number-rows-repeated="1048574">{nothing}'
    rows = NAMED.format(nothing) + NAMED.replace("name", "Nodi").format(nothing) + below

    assert names(open_document(tmp_path / "book.ods", rows)) == ["Nodi"]


def test_a_sheet_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(CannotRead, match=r"book.xlsx .*damaged"):
        names(office_xml(tmp_path / "book.xlsx", "worksheets/sheet1.bin", Clinics=FIRST))
