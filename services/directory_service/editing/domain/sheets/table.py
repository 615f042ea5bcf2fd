"""The bytes of a CSV file as rows of text, or in clear words why not.

UTF-8 is taken, with or without its mark, and UTF-16 with its mark, which is how a spreadsheet program saves "Unicode
text". Anything else would have to be guessed, and a wrong guess turns names into nonsense that is public the next
minute; so it is refused with the line at fault. Comma, semicolon and tab are told apart by the first line.
"""

import codecs
import csv
import io
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from directory_service.editing.domain.sheets.faults import BadSheet
from directory_service.listings.domain.spreadsheet_cells import safe_cell

LARGEST = 2 * 1024 * 1024
"""Bytes of a file."""
MOST_ROWS = 500
LONGEST_CELL = 100_000
"""Characters; of no column are so many taken."""
_SEPARATORS = ",;\t"
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_OFFICE = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")  # .xlsx and .ods are zips, .xls is an older container


@dataclass(frozen=True)
class SheetLine:
    """A row with text in it: the file's line on which it begins, from 1; its cells by column; and one cell too many."""

    number: int
    cells: Mapping[str, str]
    overflows: bool = False


@dataclass(frozen=True)
class SheetTable:
    """The columns in the file's order, and its rows."""

    columns: tuple[str, ...]
    lines: tuple[SheetLine, ...]


def table_of(content: bytes) -> SheetTable:
    """Raises BadSheet.

    Codes: `empty`, `too-large`, `office`, `encoding`, `not-text`, `quotes`, `long-cell`, `column-twice`, `too-many`.
    """
    text = text_of(content)
    first = next((line for line in io.StringIO(text) if line.strip()), "")
    csv.field_size_limit(max(LARGEST, csv.field_size_limit()))  # of the whole process, and an error like a quote's
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(_SEPARATORS, key=first.count), strict=True)
    try:
        numbered = _numbered(reader)
        rows = list(islice(numbered, MOST_ROWS + 1))
        count = len(rows) - 1 + sum(1 for _ in numbered)
    except csv.Error:
        raise BadSheet("quotes", line=reader.line_num) from None
    if count < 1:
        raise BadSheet("empty")
    if count > MOST_ROWS:
        raise BadSheet("too-many", most=MOST_ROWS, rows=count)
    (_, header), *rest = rows
    columns = _columns(header)
    return SheetTable(tuple(filter(None, columns)), tuple(_line(number, columns, cells) for number, cells in rest))


def text_of(content: bytes) -> str:
    """The text of the bytes. Raises BadSheet."""
    if not content.strip():
        raise BadSheet("empty")
    if len(content) > LARGEST:
        raise BadSheet("too-large", most=LARGEST // 1024 // 1024)
    if content.startswith(_OFFICE):
        raise BadSheet("office")
    encoding = "utf-16" if content.startswith(_UTF16) else "utf-8-sig"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        raise BadSheet("encoding", line=content[: error.start].count(b"\n") + 1) from None
    if "\0" in text:
        raise BadSheet("not-text")
    return text


def _numbered(reader: Any) -> Iterator[tuple[int, list[str]]]:
    begins = 1
    for cells in reader:
        if any(len(cell) > LONGEST_CELL for cell in cells):
            raise BadSheet("long-cell", line=begins, most=LONGEST_CELL)
        if any(cell.strip() for cell in cells):
            yield begins, cells
        begins = reader.line_num + 1


def _columns(header: Sequence[str]) -> list[str]:
    columns = [cell.strip().lower().replace(" ", "_") for cell in header]
    times = Counter(column for column in columns if column)
    if twice := next((column for column, many in times.items() if many > 1), None):
        raise BadSheet("column-twice", column=twice)
    return columns


def _line(number: int, columns: Sequence[str], cells: Sequence[str]) -> SheetLine:
    nameless = [cell for column, cell in zip(columns, cells, strict=False) if not column]
    overflows = any(cell.strip() for cell in (*cells[len(columns) :], *nameless))
    found = {column: cell.replace("\r\n", "\n") for column, cell in zip(columns, cells, strict=False) if column}
    return SheetLine(number, found, overflows)


def file_of(rows: Sequence[Sequence[str]]) -> bytes:
    """The rows as CSV that spreadsheet programs open rightly: UTF-8 with its mark, lines as in RFC 4180, no formula."""
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\r\n").writerows([safe_cell(cell) for cell in row] for row in rows)
    return codecs.BOM_UTF8 + out.getvalue().encode()
