"""The process that reads a hostile spreadsheet knows no secret, and is told of by name however it dies."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from directory_service.importing.outside.unreadable import CannotRead
from directory_service.importing.outside.workbook_cells import SECONDS
from directory_service.importing.outside.workbook_rows import workbook_rows
from support.sheets.old_workbooks import old_workbook

MODULE = "directory_service.importing.outside.workbook_cells"
TABLE = [(0, 0, "name"), (1, 0, "Nodi")]


@pytest.fixture
def book(tmp_path: Path) -> Path:
    return old_workbook(tmp_path / "book.xls", {"Clinics": TABLE})


def reading_process() -> int:
    """The one that waits to hear whether a sheet is wanted."""
    children = " ".join(each.read_text() for each in Path("/proc/self/task").glob("*/children")).split()
    [pid] = [each for each in children if MODULE in Path(f"/proc/{each}/cmdline").read_text()]
    return int(pid)


def test_it_has_no_secret_of_the_environment(book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SETU_DATABASE", "postgresql://directory:password@localhost/directory")
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    told: set[str] = set()

    def wanted(_: str) -> bool:
        environment = Path(f"/proc/{reading_process()}/environ").read_text()
        told.update(each.partition("=")[0] for each in environment.split("\0") if each)
        return True

    assert [row.cells for _, row in workbook_rows(book, wanted)] == [{"name": "Nodi"}]
    assert {"PYTHONPATH", "LC_ALL"} <= told
    assert {name for name in told if not name.startswith("LC_")} <= {"PYTHONPATH", "PATH", "LANG"}


def test_one_that_dies_before_it_reads_the_answer_is_a_file_that_cannot_be_read(book: Path) -> None:
    def wanted(_: str) -> bool:
        pid = reading_process()
        os.kill(pid, signal.SIGKILL)
        os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
        return True

    with pytest.raises(CannotRead, match=r"book\.xls is not readable: its sheet Clinics takes more than"):
        list(workbook_rows(book, wanted))


def test_where_memory_cannot_be_limited_the_time_at_the_processor_is() -> None:
    refuse = (
        "import resource; limit = resource.setrlimit\n"
        "def refusing(which, limits):\n"
        "    if which == resource.RLIMIT_AS: raise ValueError('current limit exceeds maximum limit')\n"
        "    limit(which, limits)\n"
        "resource.setrlimit = refusing\n"
    )
    asked = f"{refuse}import {MODULE} as child; child.limit_resources(); print(resource.getrlimit(resource.RLIMIT_CPU))"

    told = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True).stdout

    assert told.strip() == str((SECONDS, SECONDS))
