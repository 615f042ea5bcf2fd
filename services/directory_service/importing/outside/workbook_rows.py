"""Rows of a spreadsheet file (.xlsx, .xlsm, .ods, .xls), each sheet a table that is called as the sheet is.

Cells are read as people see them: a whole number has no point, a day is ISO 8601, an error or an empty cell says
nothing. The library reads a sheet whole, so a file has a limit, and is read in a child process that has one of memory
and time: what a file takes of these cannot be known before (`workbook_cells`).
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any
from zipfile import ZipFile, is_zipfile

from directory_service.importing.outside.csv_rows import CsvRow, headings
from directory_service.importing.outside.unpacked_size import check_unpacked_size
from directory_service.importing.outside.unreadable import CannotRead
from directory_service.importing.outside.workbook_cells import MEGABYTES, SECONDS

ENDINGS = frozenset({".xlsx", ".xlsm", ".ods", ".xls"})
LARGEST = 100 * 1024**2  # bytes, as it is and unpacked
_LONGEST_LINE = 32 * 1024**2  # of the child's JSON: what this process, which has no limit, takes at once
_CHILD = "directory_service.importing.outside.workbook_cells"
Lines = Iterator[tuple[int, list[str]]]


def workbook_rows(path: Path, wanted: Callable[[str], bool]) -> Iterator[tuple[str, CsvRow]]:
    """Sheet and row of every row with text in it, the first of a sheet being its headings. Raises CannotRead.

    Sheets that are not `wanted` are not read; it is asked for each once those before it are through.
    """
    if path.stat().st_size > LARGEST:
        raise CannotRead(f"{path.name} is not readable: it is larger than {LARGEST // 1024**2} MB; save it as CSV")
    if is_zipfile(path):
        with ZipFile(path) as archive:
            check_unpacked_size(archive, LARGEST)
    with _child(path) as child:
        for sheet in child.sheets():
            if child.answer(wanted(sheet)):
                yield from ((sheet, row) for row in _rows(f"{path.name} {sheet}", child.lines()))


def _rows(name: str, lines: Iterable[tuple[int, list[str]]]) -> Iterator[CsvRow]:
    header: list[str] | None = None
    for line, said in lines:
        if header is None:
            header = headings(name, said, line)
            continue
        overflows = any(text and not column for column, text in zip(header, said, strict=False))
        cells_by_column = {column: text for column, text in zip(header, said, strict=False) if column}
        yield CsvRow(cells_by_column, line, overflows)


@contextmanager
def _child(path: Path) -> Iterator["_Child"]:
    """The child process, which ends with the block."""
    command = (sys.executable, "-P", "-m", _CHILD, str(path.resolve()))
    with (
        TemporaryFile() as errors,
        subprocess.Popen(  # noqa: S603 # our own module; of the file it is told the path alone
            command,
            env=_environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            encoding="utf-8",
        ) as process,
    ):
        try:
            yield _Child(path.name, process, errors)
        finally:
            process.kill()
            if process.stdin is not None:
                with suppress(BrokenPipeError):  # an answer that it did not read is flushed once more
                    process.stdin.close()


def _environment() -> dict[str, str]:
    """What the child needs of ours: native code that a hostile file may take over is told no key and no password."""
    needed = {name: value for name, value in os.environ.items() if name in ("PATH", "LANG") or name.startswith("LC_")}
    return {**needed, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}


class _Child:
    """What the child process says, line by line. All methods raise CannotRead where it found a fault, or died."""

    def __init__(self, name: str, process: subprocess.Popen[str], errors: IO[bytes]) -> None:
        self._name, self._process, self._errors = name, process, errors
        self._sheet = ""
        self._next = self._read()

    def sheets(self) -> Iterator[str]:
        """The names of the sheets, each to be answered."""
        while "sheet" in self._next:
            self._sheet = self._next["sheet"]
            yield self._sheet

    def answer(self, wanted: bool) -> bool:
        """Whether the sheet shall be read, which is handed back."""
        with suppress(BrokenPipeError):  # what it died of is found as it is read
            print("wanted" if wanted else "left out", file=self._process.stdin, flush=True)
        self._next = self._read()
        return wanted

    def lines(self) -> Lines:
        """Number and texts of the rows of the sheet that was wanted last."""
        while "rows" in self._next:
            yield from self._next["rows"]
            self._next = self._read()

    def _read(self) -> dict[str, Any]:
        line = self._process.stdout.readline(_LONGEST_LINE) if self._process.stdout is not None else ""
        if len(line) == _LONGEST_LINE and not line.endswith("\n"):
            raise CannotRead(f"{self._name} is not readable: {self._where} has a row with too much text; shorten it")
        said: dict[str, Any] = json.loads(line) if line.endswith("\n") else {"fault": self._cause_of_death()}
        if "fault" in said:
            raise CannotRead(f"{self._name} is not readable: {said['fault']}")
        return said

    def _cause_of_death(self) -> str:
        code = self._process.wait()
        self._errors.seek(0)
        last = (self._errors.read().decode(errors="replace").strip().splitlines() or [""])[-1]
        if code > 0 and not last.startswith("MemoryError"):
            return f"it is no spreadsheet, or damaged ({last})"
        limits = f"{MEGABYTES:,} MB of memory, or {SECONDS} seconds"
        return f"{self._where} takes more than {limits}; delete what stands far apart from the table, or save it as CSV"

    @property
    def _where(self) -> str:
        return f"its sheet {self._sheet}" if self._sheet else "it"
