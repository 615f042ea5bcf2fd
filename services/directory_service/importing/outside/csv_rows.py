"""Parse the rows of a CSV file as publishers write them, and notice where the file broke off.

Comma, semicolon, tab or bar; the encoding is `text_encoding`'s. Memory holds a row, and no line without end. CSV has no
end mark. So a file that ends inside quotes or in a row with too few cells is cut; one whose whole last row has no line
break may be. A header has at most as many columns as a spreadsheet: each row, however short, fills them all.
"""

import csv
import io
from collections import Counter
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import zip_longest
from typing import IO, Any

from directory_service.importing.outside.text_encoding import encoding_of
from directory_service.importing.outside.unreadable import CannotRead, CutShort

_END = "\x1e"  # a row of its own after the last one, unless a quote is still open
_LARGEST_CELL = 16 * 1024 * 1024  # characters
_MOST_COLUMNS = 16_384  # of a sheet of any spreadsheet program
_LONGEST_LINE = 4 * _LARGEST_CELL  # characters; a few megabytes unpack to a line of gigabytes


@dataclass(frozen=True)
class CsvRow:
    """The cells by column, the line on which the row begins, and whether it has more cells than the header."""

    cells: dict[str, str]
    line: int
    overflows: bool = False


class _Lines:
    """The lines of a file and the end mark. `last` is the latest line of the file; `given` whether the mark is out.

    Raises CannotRead for a line without end.
    """

    def __init__(self, name: str, text: IO[str]) -> None:
        self._name, self._text, self.last, self.given = name, text, "", False

    def __iter__(self) -> Iterator[str]:
        for line in iter(partial(self._text.readline, _LONGEST_LINE), ""):
            if len(line) == _LONGEST_LINE:
                reason = f"it has a line of more than {_LONGEST_LINE // 1024**2} million letters"
                raise CannotRead(f"{self._name} is not readable: {reason}")
            self.last = line
            yield line
        self.given = True
        yield _END

    def ended(self) -> bool:
        """Whether the file's last line has a line break."""
        return self.last.endswith(("\n", "\r")) or not self.last


def csv_rows(name: str, file: IO[bytes], declared: str = "") -> Generator[CsvRow, None, bool]:
    """Every row with text in it; returns whether the last one ends with a line break. Raises CannotRead, CutShort."""
    encoding = encoding_of(name, file, declared)
    text = io.TextIOWrapper(file, encoding="utf-8-sig" if encoding == "utf-8" else encoding, newline="")
    sample = text.readline(_LONGEST_LINE)
    text.seek(0)
    lines = _Lines(name, text)
    separator = max(",;\t|", key=sample.count) if sample else ","
    csv.field_size_limit(_LARGEST_CELL)  # of the whole process: another library may have set it meanwhile
    reader = csv.reader(lines, delimiter=separator, strict=False)
    header: list[str] | None = None
    values: list[str] = []
    line = 1
    for cells in _narrow(name, reader):
        if lines.given:
            _check_end(name, line, cells, lines, short=header is not None and 0 < len(values) < len(header))
            break
        values = cells
        if header is None:
            header = headings(name, cells, line)
        elif any(cells):
            overflows = len(cells) > len(header) and any(cells[len(header) :])
            whole = zip_longest(header, cells[: len(header)], fillvalue="")  # a short row lacks no column
            yield CsvRow(dict(whole), line, overflows)
        line = reader.line_num + 1
    return lines.ended()


def headings(name: str, cells: Sequence[str], line: int) -> list[str]:
    """The columns' names. Raises CannotRead for more than a spreadsheet has, and where two are the same.

    Of two of one name a row could hold but one. `line`: where they stand.
    """
    if len(cells) > _MOST_COLUMNS:
        reason = f"line {line} names {len(cells):,} columns, and no table has more than {_MOST_COLUMNS:,}"
        raise CannotRead(f"{name} is not readable: {reason}")
    header = [column.strip() for column in cells]
    for column, number in Counter(filter(None, header)).items():
        if number > 1:
            raise CannotRead(f"{name} is not readable: it has {number} columns that are called {column}")
    return header


def _narrow(name: str, reader: Any) -> Iterator[list[str]]:
    """The rows, as long as none of their cells is endless, as behind a quote that nothing closes."""
    try:
        yield from reader
    except csv.Error:
        reason = f"line {reader.line_num} has a cell of more than {_LARGEST_CELL // 1024**2} million letters"
        raise CannotRead(f"{name} is not readable: {reason}") from None


def _check_end(name: str, line: int, cells: list[str], lines: _Lines, *, short: bool) -> None:
    if cells != [_END]:
        raise CutShort(f"{name} is cut short: a quote that opens in line {line} is not closed")
    if short and not lines.ended():
        raise CutShort(f"{name} is cut short: its last row, line {line - 1}, has too few cells and no line break")
