"""Rows of a spreadsheet file (.xlsx, .xlsm, .ods, .xls), each sheet a table that is called as the sheet is.

Cells are read as people see them: a whole number has no point, a day is ISO 8601, an error or an empty cell says
nothing. The library reads a sheet whole, so a file has a limit, and a sheet one of how far out its cells stand.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from zipfile import ZipFile, is_zipfile

from python_calamine import CalamineError, CalamineWorkbook, PasswordError

from directory_service.importing.outside.cell_texts import cell_text
from directory_service.importing.outside.csv_rows import CsvRow, headings
from directory_service.importing.outside.old_workbook import old_workbook_sheets
from directory_service.importing.outside.sheet_extents import SheetLimit, check_open_document
from directory_service.importing.outside.unpacked_size import check_unpacked_size
from directory_service.importing.outside.unreadable import CannotRead

ENDINGS = frozenset({".xlsx", ".xlsm", ".ods", ".xls"})
LARGEST = 100 * 1024**2  # bytes, as it is and unpacked


def workbook_rows(path: Path, wanted: Callable[[str], bool]) -> Iterator[tuple[str, CsvRow]]:
    """Sheet and row of every row with text in it, the first of a sheet being its headings. Raises CannotRead.

    Sheets that are not `wanted` are not read; it is asked for each once those before it are through.
    """
    if path.stat().st_size > LARGEST:
        raise CannotRead(f"{path.name} is not readable: it is larger than {LARGEST // 1024**2} MB; save it as CSV")
    sheets = _zipped_sheets(path, wanted) if is_zipfile(path) else old_workbook_sheets(path, wanted)
    for sheet, cells in sheets:
        yield from ((sheet, row) for row in _rows(f"{path.name} {sheet}", cells))


def _zipped_sheets(path: Path, wanted: Callable[[str], bool]) -> Iterator[tuple[str, Iterable[Sequence[object]]]]:
    with ZipFile(path) as archive:
        check_unpacked_size(archive, LARGEST)
        check_open_document(archive, path.name)
        limit = SheetLimit(archive, path.name)
        try:
            with CalamineWorkbook.from_path(path) as book:
                for sheet in filter(wanted, book.sheet_names):
                    limit.check(sheet)
                    yield sheet, book.get_sheet_by_name(sheet).iter_rows()
        except PasswordError:
            raise CannotRead(f"{path.name} is not readable: it is locked by a password") from None
        except (CalamineError, OSError) as error:
            raise CannotRead(f"{path.name} is not readable: it is no spreadsheet, or damaged ({error})") from None


def _rows(name: str, cells: Iterable[Sequence[object]]) -> Iterator[CsvRow]:
    header: list[str] | None = None
    for line, row in enumerate(cells, start=1):
        said = [cell_text(cell) for cell in row]
        if not any(said):
            continue
        if header is None:
            header = headings(name, said)
            continue
        overflows = any(text and not column for column, text in zip(header, said, strict=False))
        cells_by_column = {column: text for column, text in zip(header, said, strict=False) if column}
        yield CsvRow(cells_by_column, line, overflows)
