"""Rows of a spreadsheet file (.xlsx, .xlsm, .ods, .xls), each sheet a table that is called as the sheet is.

Cells are read as people see them: a whole number has no point, a day is ISO 8601, an error or an empty cell says
nothing. The library reads a sheet whole, so a file has a limit, and so has the process that reads it (`sheet_reader`).
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import IO, Any, cast
from zipfile import ZipFile, is_zipfile

from directory_service.importing.outside.csv_rows import CsvRow, headings
from directory_service.importing.outside.unpacked_size import check_unpacked_size
from directory_service.importing.outside.unreadable import CannotRead

ENDINGS = frozenset({".xlsx", ".xlsm", ".ods", ".xls"})
LARGEST = 100 * 1024**2  # bytes, as it is and unpacked
TOO_FAR_APART = "its cells lie too far apart, or it is damaged; save it as CSV"
_READER = "directory_service.importing.outside.sheet_reader"
_MIDNIGHT = time(0)


def workbook_rows(path: Path, wanted: Callable[[str], bool]) -> Iterator[tuple[str, CsvRow]]:
    """Sheet and row of every row with text in it, the first of a sheet being its headings. Raises CannotRead.

    Sheets that are not `wanted` are not read; it is asked for each once those before it are through.
    """
    if path.stat().st_size > LARGEST:
        raise CannotRead(f"{path.name} is not readable: it is larger than {LARGEST // 1024**2} MB; save it as CSV")
    if is_zipfile(path):
        with ZipFile(path) as archive:
            check_unpacked_size(archive, LARGEST)
    with _reader() as process:
        stdin, stdout = cast("IO[str]", process.stdin), cast("IO[str]", process.stdout)
        _tell(stdin, str(path.absolute()))
        names: list[str] = _answer(stdout, path)
        for sheet in filter(wanted, names):
            _tell(stdin, sheet)
            yield from ((sheet, row) for row in _rows(f"{path.name} {sheet}", _lines(stdout, path)))


def _reader() -> "subprocess.Popen[str]":
    """It gets nothing of the environment but where the program lies."""
    environment = {"PYTHONPATH": os.pathsep.join(sys.path)}
    return subprocess.Popen(  # noqa: S603 # our own module; the file's name comes by the pipe
        [sys.executable, "-m", _READER],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        encoding="utf-8",
    )


def _tell(stdin: IO[str], said: str) -> None:
    stdin.write(json.dumps(said) + "\n")
    stdin.flush()


def _lines(stdout: IO[str], path: Path) -> Iterator[list[str]]:
    """The texts of every row of a sheet, from its first line. Raises CannotRead."""
    while (texts := _answer(stdout, path)) is not None:
        yield texts


def _answer(stdout: IO[str], path: Path) -> Any:
    line = stdout.readline()
    if not line:
        raise CannotRead(f"{path.name} is not readable: {TOO_FAR_APART}")
    answer = json.loads(line)
    if isinstance(answer, dict):
        raise CannotRead(f"{path.name} is not readable: {answer['fault']}")
    return answer


def _rows(name: str, lines: Iterator[list[str]]) -> Iterator[CsvRow]:
    header: list[str] | None = None
    for line, said in enumerate(lines, start=1):
        if not any(said):
            continue
        if header is None:
            header = headings(name, said)
            continue
        overflows = any(text and not column for column, text in zip(header, said, strict=False))
        cells_by_column = {column: text for column, text in zip(header, said, strict=False) if column}
        yield CsvRow(cells_by_column, line, overflows)


def as_text(cell: object) -> str:
    """What a person reads in a cell."""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    if isinstance(cell, datetime):
        return (cell.date() if cell.time() == _MIDNIGHT else cell).isoformat()
    if isinstance(cell, time):
        return cell.isoformat(timespec="minutes")
    if isinstance(cell, timedelta):
        minutes = int(cell.total_seconds()) // 60
        return f"{minutes // 60:02}:{minutes % 60:02}"
    return cell.isoformat() if isinstance(cell, date) else str(cell).strip()
