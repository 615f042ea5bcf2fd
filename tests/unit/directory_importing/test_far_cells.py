"""A cell in the last corner of a sheet is refused by name, before the library makes all cells before it."""

from pathlib import Path
from typing import IO, Literal
from zipfile import ZipFile, ZipInfo

import pytest

from directory_service.importing.outside.sheet_extents import MOST_CELLS, SheetLimit
from directory_service.importing.outside.unreadable import CannotRead
from directory_service.importing.outside.workbook_rows import workbook_rows

FORMATS = "http://schemas.openxmlformats.org"
MAIN, PACKAGE = f"{FORMATS}/spreadsheetml/2006/main", f"{FORMATS}/package/2006"
RELATION = f"{FORMATS}/officeDocument/2006/relationships"
OASIS = "urn:oasis:names:tc:opendocument:xmlns"
FIRST = '<row r="1"><c r="A1" t="inlineStr"><is><t>name</t></is></c></row>'
SECOND = '<row r="2"><c r="A2" t="inlineStr"><is><t>Nodi</t></is></c></row>'
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


@pytest.mark.parametrize("target", ["worksheets/sheet1.xml", "/xl/worksheets/sheet1.xml", "xl/worksheets/sheet1.xml"])
@pytest.mark.parametrize("cell", ["XFD1048576", "XFD1000", "F1000000"])
def test_a_cell_far_out_is_refused_with_its_sheet(tmp_path: Path, target: str, cell: str) -> None:
    book = office_xml(tmp_path / "book.xlsx", target, Clinics=FIRST + SECOND + far(cell))

    with pytest.raises(CannotRead, match=f"book.xlsx .*the sheet Clinics .*{MOST_CELLS:,} cells"):
        names(book)


def test_a_file_with_a_part_of_another_kind_is_looked_at_as_what_its_ending_says(tmp_path: Path) -> None:
    book = office_xml(tmp_path / "book.xlsx", Clinics=FIRST + SECOND + far("XFD1048576"))
    with ZipFile(book, "a") as archive:
        archive.writestr("content.xml", "<empty/>")

    with pytest.raises(CannotRead, match="the sheet Clinics"):
        names(book)


def test_cells_that_do_not_say_where_they_stand_follow_one_another(tmp_path: Path) -> None:
    wide = f"<row r='999999'>{'<c><v>1</v></c>' * 6}</row>"

    with pytest.raises(CannotRead, match="999,999 lines and 6 columns"):
        names(office_xml(tmp_path / "book.xlsx", Clinics=FIRST + wide))


@pytest.mark.parametrize(
    "apart", [far("XFD1048576", ""), far("A900000"), far("XFD2")], ids=["a style", "down", "right"]
)
def test_what_takes_little_room_is_read(tmp_path: Path, apart: str) -> None:
    assert names(office_xml(tmp_path / "book.xlsx", Clinics=FIRST + SECOND + apart))[0] == "Nodi"


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


class _Counting(ZipFile):
    opened = 0

    def open(
        self,
        name: str | ZipInfo,
        mode: Literal["r", "w"] = "r",
        pwd: bytes | None = None,
        *,
        force_zip64: bool = False,
    ) -> IO[bytes]:
        self.opened += name == "xl/workbook.xml"
        return super().open(name, mode, pwd, force_zip64=force_zip64)


def test_the_list_of_sheets_is_read_once_however_many_there_are(tmp_path: Path) -> None:
    sheets = {f"Sheet{number}": FIRST + SECOND for number in range(20)}
    with _Counting(office_xml(tmp_path / "book.xlsx", **sheets)) as archive:
        limit = SheetLimit(archive, "book.xlsx")
        for sheet in sheets:
            limit.check(sheet)

    assert archive.opened == 1
