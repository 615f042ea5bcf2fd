"""Bulkhead around .xls: a process of its own reads such a file, with a limit of memory and of processor time.

Why: the library reads all sheets as it opens the file, makes every cell between the first and the last one, and takes
sizes as the file says them: one of 6 kB took a gigabyte, another ended the process, which no error handling sees. What
lies in a zip has limits that are looked at before (`sheet_extents`). Promises: whatever such a file does, the caller
gets rows or CannotRead.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any

from directory_service.importing.outside.sheet_extents import check_extent
from directory_service.importing.outside.unreadable import CannotRead

_PROGRAM = "directory_service.importing.outside.read_old_workbook"


def old_workbook_sheets(path: Path, wanted: Callable[[str], bool]) -> Iterator[tuple[str, Iterator[list[str]]]]:
    """Each sheet that is `wanted` with its rows, cells as text; the rows are read before the next sheet is asked for.

    Raises CannotRead.
    """
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    with subprocess.Popen(  # noqa: S603 # our own program; of the file it is told the path alone
        [sys.executable, "-P", "-m", _PROGRAM, str(path.resolve())],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as program:
        try:
            asked, told = _pipes(program)
            for sheet in filter(wanted, _next(told, path.name)["sheets"]):
                asked.write(json.dumps(sheet).encode() + b"\n")
                asked.flush()
                extent = _next(told, path.name)
                check_extent(path.name, sheet, extent["rows"], extent["columns"])
                yield sheet, iter(lambda: _next(told, path.name)["cells"], None)
        finally:
            program.kill()


def _pipes(program: subprocess.Popen[bytes]) -> tuple[IO[bytes], IO[bytes]]:
    if program.stdin is None or program.stdout is None:
        raise RuntimeError("started without pipes")
    return program.stdin, program.stdout


def _next(told: IO[bytes], name: str) -> dict[str, Any]:
    """The next thing that the program says. Raises CannotRead where it says what is wrong, or nothing more."""
    line = told.readline()
    if not line.endswith(b"\n"):
        reason = "it is damaged, or takes more memory or time than a table needs; save it as .xlsx or as CSV"
        raise CannotRead(f"{name} is not readable: {reason}")
    said: dict[str, Any] = json.loads(line)
    if fault := said.get("fault"):
        raise CannotRead(f"{name} is not readable: {fault}")
    return said
