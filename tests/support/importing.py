"""Directories of other publishers for the import tests: files on disk, and what they do to a directory."""

import csv
import json
import os
from collections.abc import Iterable, Mapping
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from directory_service.importing.use_cases.import_files import (
    ImportOptions,
    import_files,
)
from directory_service.importing.use_cases.import_report import Report
from support.listings import Directory

SHARED = Path(os.environ.get("SETU_SAMPLE_DATA_DIR", Path(__file__).parents[3] / "shared" / "sample-data"))


class LazilyIndexed(Directory):
    """A directory whose index follows when somebody reads, not after each of many imports: it is half their time."""

    is_behind = False

    def index(self) -> None:
        """Note that there may be something to index."""
        self.is_behind = True

    def pack(self) -> bool:
        """Make the datapackage of what is in the index, if another one is due."""
        self.follow()
        return super().pack()

    def follow(self) -> None:
        """What the worker does within a second."""
        if self.is_behind:
            super().index()
        self.is_behind = False


class Following(FlaskClient):
    """A visitor before whom the worker has always followed."""

    directory: LazilyIndexed

    def open(self, *arguments: Any, **more: Any) -> TestResponse:
        """Ask once what was imported is in the index."""
        self.directory.follow()
        return super().open(*arguments, **more)


def ohana() -> Path:
    """A real export of HSDS 1.x; a test that needs it skips with the reason, and in CI fails."""
    folder = SHARED / "ohana-sample-csv"
    if not folder.is_dir():
        reason = f"the old export is not at {folder} (SETU_SAMPLE_DATA_DIR)"
        if os.environ.get("SETU_REQUIRE_SHARED_DATA") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    return folder


def take(directory: Directory, place: Path | str, **wishes: Any) -> Report:
    """Import with the directory's clock, and let the public find it."""
    report = import_files(directory.worker, ImportOptions(str(place), **wishes), directory.now)
    directory.index()
    return report


def write_table(path: Path, rows: Iterable[Mapping[str, Any]]) -> Path:
    """A CSV file of these rows."""
    found = list(rows)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(dict.fromkeys(name for row in found for name in row)))
        writer.writeheader()
        writer.writerows(found)
    return path


def write_json(path: Path, value: Any) -> Path:
    """A JSON file."""
    path.write_text(json.dumps(value), encoding="utf-8")
    return path


def said(report: Report) -> str:
    """Everything that the report tells, as one text."""
    return "\n".join(report.lines())


def as_json(report: Report) -> Any:
    """The report as the command writes it."""
    file = StringIO()
    report.write_json(file)
    return json.loads(file.getvalue())
