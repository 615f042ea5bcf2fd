"""What a package, or a change that waits, left out before the directory knew "not said": open, free, for everybody."""

import json
from importlib import import_module
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select

from directory_service.importing.use_cases.export_directory import export_directory
from directory_service.listings.store.tables import ChangeRequest, Service
from support.importing import said, take, write_json
from support.listings import KOLKATA, Directory, a_provider, a_service, an_id

EVERYBODY = ["woman", "man", "transgender", "other"]
SAID = ("accepting", "cost", "genders")
NODI = {"id": str(an_id("Nodi")), "kind": "provider", "district": KOLKATA, "status": "active", "name": "Nodi"}
TALK = {"id": str(an_id("Talk")), "organization_id": NODI["id"], "name": "Talk", "needs": ["COUNS"], "cost": None}
TEA = {**TALK, "id": str(an_id("Tea")), "name": "Tea", "cost": "charged", "accepting": "closed", "genders": ["woman"]}
HEAD = {"package": "setu-directory", "source": "state", "organizations": [NODI], "places": [], "services": [TALK, TEA]}


def stored(directory: Directory) -> dict[str, list[Any]]:
    with directory.worker.transaction() as session:
        rows = list(session.scalars(select(Service.record)))
    return {row["name"]: [row.get(name) for name in SAID] for row in rows}


def test_a_package_of_the_first_version_says_what_it_left_out(directory: Directory, tmp_path: Path) -> None:
    old = write_json(tmp_path / "old.json", {**HEAD, "version": 1})

    report = take(directory, old)

    assert report.counts["added"] == 3, said(report)
    assert stored(directory) == {"Talk": ["open", "free", EVERYBODY], "Tea": ["closed", "charged", ["woman"]]}
    assert take(directory, old).counts["changed"] == 0


def test_a_package_of_today_invents_nothing_and_is_what_export_writes(
    directory: Directory, visitor: FlaskClient, tmp_path: Path
) -> None:
    take(directory, write_json(tmp_path / "new.json", {**HEAD, "version": 2}))

    export_directory(directory.worker, tmp_path / "out.json")

    assert stored(directory)["Talk"] == [None, None, None]
    assert json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))["version"] == 2
    assert take(directory, tmp_path / "out.json").counts["changed"] == 0


def a_request(name: str, directory: Directory, changes: list[dict[str, Any]], *, creates: bool) -> ChangeRequest:
    about = {"resource_type": "service", "resource_id": an_id(name), "organization_id": an_id("Nodi"), "version": 1}
    return ChangeRequest(id=an_id(f"r {name}"), changes=changes, creates=creates, asked_at=directory.now, **about)


def test_a_change_that_waits_since_before_says_what_it_left_out(directory: Directory) -> None:
    directory.save(a_provider(), a_service(a_provider(), "Talk"))
    named = {"field": "name", "before": None, "after": "New"}
    paid = {"field": "cost", "before": None, "after": "charged"}
    reopened = {"field": "accepting", "before": "closed", "after": None}
    with directory.worker.transaction() as session:
        session.add(a_request("Talk", directory, [paid, reopened], creates=False))
        session.add(a_request("New", directory, [named, paid], creates=True))
        session.flush()
        migration = import_module("directory_service.migrations.versions.0040_removed_listings")
        session.connection().exec_driver_sql(migration.SAY_WHAT_WAS_MEANT, {"usual": migration.USUAL})
        session.expire_all()
        found = {row.resource_id: row.changes for row in session.scalars(select(ChangeRequest))}

    assert found[an_id("Talk")] == [{**paid, "before": "free"}, {**reopened, "after": "open"}]
    new = {each["field"]: (each["before"], each["after"]) for each in found[an_id("New")]}
    assert new == {
        "name": (None, "New"),
        "cost": (None, "charged"),
        "accepting": (None, "open"),
        "genders": (None, EVERYBODY),
    }
