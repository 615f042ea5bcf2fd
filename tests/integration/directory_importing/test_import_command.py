"""`setu directory import` as a person types it."""

import json
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from directory_service.cli import commands
from directory_service.importing import cli
from support.importing import (
    ohana,
    write_json,
)
from support.listings import an_id


@pytest.fixture
def setu(fresh_database: Callable, settings_env: Callable) -> Callable[..., Result]:
    environment = settings_env("directory", fresh_database("directory"), process="worker")
    return lambda *words: CliRunner().invoke(commands, [str(word) for word in words], env=environment)


def last_line(result: Result) -> str:
    return result.stdout.strip().splitlines()[-1]


def test_a_rehearsal_prints_what_the_import_then_does(
    setu: Callable[..., Result], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cli, "BETWEEN_LINES", 0.0)  # seconds between lines of progress
    counted = "added 53 changed 0 removed 0 unchanged 0 rejected 0; rows read 486 taken 486 rejected 0"

    rehearsal = setu("import", ohana(), "--dry-run")
    done = setu("import", ohana(), "--report", tmp_path / "report.json")
    again = setu("import", ohana())

    assert rehearsal.exit_code == done.exit_code == again.exit_code == 0, done.output
    assert last_line(rehearsal) == last_line(done) == counted
    assert done.stdout.splitlines()[-4:-1] == [
        f"{kind}: added {number} changed 0 removed 0 unchanged 0"
        for kind, number in (("organization", 8), ("location", 22), ("service", 23))
    ]
    assert last_line(again).startswith("added 0 changed 0 removed 0 unchanged 53 rejected 0;")
    assert "Importing: 8 of 8 organisations" in done.stderr
    told = json.loads((tmp_path / "report.json").read_text())
    assert told["source"] == "ohana-sample-csv"
    assert told["counts"]["added"] == 53
    assert told["by_type"]["service"]["added"] == 23
    assert any("keywords" in reason for note in told["notes"] for reason in note["reasons"])


def test_only_an_import_of_nothing_fails(setu: Callable[..., Result], tmp_path: Path) -> None:
    organization = {"id": str(an_id("Owner")), "name": "Owner", "description": "Owns."}
    bad = {"id": "x", "name": "Bad", "description": "No id."}

    some = setu("import", write_json(tmp_path / "some.json", {"organizations": [organization, bad | {"id": None}]}))
    none = setu("import", write_json(tmp_path / "none.json", {"organizations": [bad | {"id": None}]}))
    absent = setu("import", tmp_path / "absent.json")

    assert (some.exit_code, last_line(some)) == (
        0,
        "added 1 changed 0 removed 0 unchanged 0 rejected 1; rows read 2 taken 1 rejected 1",
    )
    assert (none.exit_code, last_line(none)) == (
        1,
        "added 0 changed 0 removed 0 unchanged 0 rejected 1; rows read 1 taken 0 rejected 1",
    )
    assert absent.exit_code == 1
    assert "is not there" in absent.output


def test_a_zip_is_a_datapackage(setu: Callable[..., Result], tmp_path: Path) -> None:
    setu("import", ohana())

    result = setu("export", tmp_path / "out.zip")

    assert result.exit_code == 0
    assert "datapackage.json" in zipfile.ZipFile(tmp_path / "out.zip").namelist()
    counted = r"added 0 changed 0 removed 0 unchanged 53 rejected 0; rows read (\d+) taken \1 rejected 0"
    assert re.fullmatch(counted, last_line(setu("import", tmp_path / "out.zip")))
