"""An import that would empty a directory stops, says what would go and how to allow it; nothing is changed."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from flask.testing import FlaskClient
from sqlalchemy import event, text

from directory_service.cli import commands
from directory_service.importing.use_cases.import_removals import TooManyRemovals
from support.importing import (
    said,
    take,
    write_json,
)
from support.listings import (
    Directory,
    a_provider,
    a_service,
    an_id,
)

PROVIDERS = [{"id": str(an_id(name)), "name": name, "description": "Owns."} for name in ("Alo", "Nodi", "Pakhi")]


def documents(number: int) -> list[dict[str, Any]]:
    """Services of three organisations, each at a place of its own."""
    return [
        {
            "id": str(an_id(f"Service {each}")),
            "name": f"Service {each:03}",
            "status": "active",
            "organization": PROVIDERS[each % 3],
            "service_at_locations": [
                {
                    "id": str(an_id(f"at {each}")),
                    "location": {"id": str(an_id(f"Hall {each}")), "location_type": "physical", "name": f"Hall {each}"},
                }
            ],
        }
        for each in range(number)
    ]


def edition(folder: Path, rows: list[dict[str, Any]], name: str = "list.json") -> Path:
    return write_json(folder / name, rows)


def everything(directory: Directory) -> list[str]:
    """Every row of the directory and what waits to be told, as text."""
    tables = ("organization", "location", "service", "service_at_location", "outbox", "change", "listing_history")
    with directory.worker.transaction() as session:
        return [
            str(row)
            for table in tables
            for row in session.execute(text(f"SELECT t::text FROM {table} t ORDER BY 1"))  # noqa: S608 # names above
        ]


def test_an_import_that_would_remove_more_than_a_tenth_changes_nothing(directory: Directory, tmp_path: Path) -> None:
    take(directory, edition(tmp_path, documents(30)))
    before = everything(directory)
    changed = [{**each, "name": "Renamed"} for each in documents(26)]

    for dry in (True, False):
        with pytest.raises(TooManyRemovals) as stopped:
            take(directory, edition(tmp_path, changed), dry=dry)

        assert (stopped.value.number, stopped.value.known) == (8, 63)
        assert everything(directory) == before
    told = list(stopped.value.lines())
    assert told[-1].strip() == "--source list --allow-removals 8"
    assert sum("Service 02" in line for line in told) == 4
    with pytest.raises(TooManyRemovals):
        take(directory, tmp_path / "list.json", allowed=9)
    rehearsal = take(directory, tmp_path / "list.json", allowed=8, dry=True)
    done = take(directory, tmp_path / "list.json", allowed=8)
    assert done.counts["removed"] == rehearsal.counts["removed"] == 8, said(done)


def test_the_first_twenty_are_named_and_the_rest_counted(directory: Directory, tmp_path: Path) -> None:
    take(directory, edition(tmp_path, documents(30)))

    with pytest.raises(TooManyRemovals) as stopped:
        take(directory, edition(tmp_path, documents(1)))

    assert len(stopped.value.names) == 20
    assert "  … and 40 more" in list(stopped.value.lines())  # of 2 organisations, 29 places, 29 services


def test_a_file_that_only_looks_like_an_edition_removes_nothing(directory: Directory, tmp_path: Path) -> None:
    take(directory, edition(tmp_path, documents(30)))

    part = take(directory, edition(tmp_path, documents(3), "a-partner-of-theirs.json"))
    named = take(directory, edition(tmp_path, documents(29), "another-name.json"), source="list")

    assert part.source == "list"
    assert part.counts["removed"] == 0
    assert "54 records that came from list before are not in this file and stay" in said(part)
    assert named.counts["removed"] == 2, said(named)


def test_what_a_provider_entered_itself_does_not_go_with_its_publishers_edition(
    directory: Directory, visitor: FlaskClient, tmp_path: Path
) -> None:
    rows = documents(60)
    take(directory, edition(tmp_path, rows))
    owner = a_provider("Alo")
    own = a_service(owner, "Typed here")
    directory.save(own)

    left = [each for each in rows if each["organization"]["name"] != "Alo"]
    report = take(directory, edition(tmp_path, left), allowed=40)

    assert report.by_type["organization", "removed"] == 0, said(report)
    assert report.counts["removed"] == 40
    assert visitor.get(f"/api/services/{own.id}").status_code == 200
    assert visitor.get(f"/api/services/{rows[0]['id']}").status_code == 410


def test_an_organisation_that_loses_many_places_is_published_once(directory: Directory, tmp_path: Path) -> None:
    rows = documents(60)
    take(directory, edition(tmp_path, rows))
    published: list[str] = []

    def note(*given: Any) -> None:
        if "UPDATE organization SET" in given[2]:
            published.append(given[2])

    event.listen(directory.worker.engine, "before_cursor_execute", note)
    try:
        gone = {an_id(f"Service {each}") for each in range(0, 15, 3)}  # five of one organisation, with their places
        left = [each for each in rows if each["id"] not in {str(each) for each in gone}]
        report = take(directory, edition(tmp_path, left))
    finally:
        event.remove(directory.worker.engine, "before_cursor_execute", note)

    assert report.counts["removed"] == 10, said(report)
    assert len(published) == 1


@pytest.fixture
def environment(fresh_database: Callable, settings_env: Callable) -> dict[str, str]:
    return dict(settings_env("directory", fresh_database("directory"), process="worker"))


def test_the_command_ends_with_three_and_says_how_to_allow_it(environment: dict[str, str], tmp_path: Path) -> None:
    def setu(*words: object) -> Result:
        return CliRunner().invoke(commands, [str(word) for word in words], env=environment)

    assert setu("import", edition(tmp_path, documents(30))).exit_code == 0

    short = edition(tmp_path, documents(3))
    rehearsal, stopped = setu("import", short, "--dry-run"), setu("import", short)

    assert (rehearsal.exit_code, stopped.exit_code) == (3, 3), stopped.output
    assert rehearsal.stderr == stopped.stderr
    assert "--source list --allow-removals 54" in stopped.stderr
    assert stopped.stderr.count("\n  organization ") + stopped.stderr.count("\n  location ") == 20
    assert setu("import", short, "--allow-removals", "0").exit_code == 2
    allowed = setu("import", short, "--source", "list", "--allow-removals", "54")
    assert allowed.exit_code == 0
    assert allowed.stdout.splitlines()[-1] == (
        "added 0 changed 0 removed 54 unchanged 9 rejected 0; rows read 3 taken 3 rejected 0"
    )
