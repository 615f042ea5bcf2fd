"""kill -9 in the middle of an import: every organisation is there whole or not at all, and trying again finishes it."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from directory_service.importing.use_cases.import_directory import (
    BATCH,
    BATCH_COMMITTED,
    BATCH_WRITTEN,
)
from directory_service.importing.use_cases.import_files import (
    ImportOptions,
    import_files,
)
from directory_service.listings.store.tables import Service
from directory_service.organizations.store.tables import Organization
from directory_service.settings import load
from service_kit.db.engine import Database
from support.fresh_databases import Urls
from support.importing import write_json
from support.listings import (
    Directory,
    an_id,
)

PROCESS = Path(__file__).with_name("importing_process.py")
OWNERS = BATCH * 2 + 20


@pytest.fixture
def new_directory(fresh_database: Callable[[str], Urls], settings_env: Callable) -> Iterator[Callable[[], Directory]]:
    made: list[Directory] = []

    def make() -> Directory:
        urls = fresh_database("directory")
        directory = Directory(Database(urls.worker), Database(urls.web), load(settings_env("directory", urls)))
        directory.add_districts()
        made.append(directory)
        return directory

    yield make
    for each in made:
        each.close()


def organization(number: int, word: str) -> dict[str, Any]:
    """With a service at a place, all of which say the word."""
    place = {"id": str(an_id(f"Hall {number}")), "location_type": "physical", "name": f"{word} hall"}
    service = {
        "id": str(an_id(f"Service {number}")),
        "name": f"{word} service",
        "status": "active",
        "service_at_locations": [{"id": str(an_id(f"at {number}")), "location": place}],
    }
    owner = {"id": str(an_id(f"Owner {number}")), "name": f"{word} {number}", "description": "Owns."}
    return {**owner, "services": [service]}


def plain(value: Any) -> Any:
    """Without the history."""
    if isinstance(value, dict):
        return {name: plain(inner) for name, inner in value.items() if name != "metadata"}
    return [plain(each) for each in value] if isinstance(value, list) else value


def public(directory: Directory) -> dict[str, Any]:
    """What the public sees of each organisation, but for the history, whose entries have ids of their own."""
    with directory.worker.transaction() as session:
        rows = session.execute(select(Organization.id, Organization.document).where(Organization.public))
        found = {str(row.id): plain(json.loads(row.document)) for row in rows}
        services = select(Service.organization_id, Service.document).where(Service.deleted_at.is_(None))
        for owner, document in session.execute(services):
            found[str(owner)]["theirs"] = plain(json.loads(document))
    return found


@pytest.mark.parametrize("place", [f"{BATCH_WRITTEN}:2", f"{BATCH_COMMITTED}:2"])
def test_an_import_that_was_killed_left_whole_organisations_and_is_finished_by_the_next(
    new_directory: Callable[[], Directory], tmp_path: Path, place: str
) -> None:
    killed, calm = new_directory(), new_directory()
    before = write_json(
        tmp_path / "list.json", {"organizations": [organization(each, "Old") for each in range(OWNERS)]}
    )
    for directory in (killed, calm):
        import_files(directory.worker, ImportOptions(str(before)), directory.now)
    old = public(killed)
    after = [organization(each, "New") for each in range(OWNERS) if each % 30 != 7]
    path = write_json(tmp_path / "list.json", {"organizations": after})
    import_files(calm.worker, ImportOptions(str(path)), calm.now)
    new = public(calm)

    url = killed.worker.engine.url.render_as_string(hide_password=False)
    command = [sys.executable, str(PROCESS), url, str(path)]
    died = subprocess.run(command, env={**os.environ, "SETU_FAILPOINT": place}, check=False, timeout=120)

    assert died.returncode == -signal.SIGKILL
    half = public(killed)
    assert half.keys() == old.keys(), "nothing is removed before everything is in"
    assert {key for key in half if half[key] not in (old[key], new.get(key))} == set()
    assert 0 < sum(half[key] == new.get(key) for key in half) < len(new)

    import_files(killed.worker, ImportOptions(str(path)), killed.now)
    assert public(killed) == new
