"""Directories of other publishers for the import tests: files on disk, and what they do to a directory."""

import csv
import json
import os
from collections.abc import Iterable, Mapping
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from directory_service.importing.use_cases.import_files import (
    ImportOptions,
    import_files,
)
from directory_service.importing.use_cases.import_report import Report
from support.listings import Directory

SHARED = Path(os.environ.get("SETU_SAMPLE_DATA_DIR", Path(__file__).parents[3] / "shared" / "sample-data"))


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
