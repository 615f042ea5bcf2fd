"""kill -9 in the middle of an import: every organisation is there whole or not at all, and trying again finishes it."""

import json
import os
import signal
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from conftest import Keys, environment_of
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
from support.fresh_databases import FreshDatabases, Urls
from support.importing import write_json
from support.kit.forked import end_of, load_services, start_forked
from support.listings import (
    Directory,
    an_id,
)

PROGRAM = "support.faults.importing_process"
SOURCE = "A list"  # whoever names none has nothing removed
OWNERS = BATCH * 2 + 20


@dataclass(frozen=True)
class Calm:
    """Two lists of a publisher, and what the public sees after each where nothing dies."""

    before: Path
    after: Path
    old: Mapping[str, Any]
    new: Mapping[str, Any]


@contextmanager
def a_directory(urls: Urls, environment: Mapping[str, str]) -> Iterator[Directory]:
    directory = Directory(Database(urls.worker), Database(urls.web), load(environment))
    with closing(directory):
        directory.add_districts()
        yield directory


@pytest.fixture(scope="module")
def calm(fresh_databases: FreshDatabases, keys: Keys, tmp_path_factory: pytest.TempPathFactory) -> Calm:
    folder = tmp_path_factory.mktemp("calm")
    every = [organization(each, "Old") for each in range(OWNERS)]
    fewer = [organization(each, "New") for each in range(OWNERS) if each % 30 != 7]
    before = write_json(folder / "before.json", {"organizations": every})
    after = write_json(folder / "after.json", {"organizations": fewer})
    with (
        fresh_databases.clone("directory") as urls,
        a_directory(urls, environment_of(keys, folder, urls)) as directory,
    ):
        seen = []
        for path in (before, after):
            import_files(directory.worker, ImportOptions(str(path), source=SOURCE), directory.now)
            seen.append(public(directory))
    assert seen[1].keys() < seen[0].keys(), "some leave the directory"
    return Calm(before, after, *seen)


@pytest.fixture
def killed(fresh_database: Callable[[str], Urls], settings_env: Callable[..., dict[str, str]]) -> Iterator[Directory]:
    urls = fresh_database("directory")
    with a_directory(urls, settings_env("directory", urls)) as directory:
        yield directory


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


def dies(directory: Directory, path: Path, place: str) -> int | None:
    """What ended the process that imported this file and was to die there."""
    load_services()
    url = directory.worker.engine.url.render_as_string(hide_password=False)
    environment = {**os.environ, "SETU_FAILPOINT": place}
    return end_of(start_forked(f"{PROGRAM}:main", url, str(path), SOURCE, environment=environment), 120)


def as_after(calm: Calm, found: Mapping[str, Any]) -> int:
    """How many organisations are as they are after the second list."""
    return sum(found[key] == calm.new.get(key) for key in found)


def test_an_import_that_was_killed_left_whole_organisations_and_is_finished_by_the_next(
    killed: Directory, calm: Calm
) -> None:
    import_files(killed.worker, ImportOptions(str(calm.before), source=SOURCE), killed.now)

    changed = [as_after(calm, public(killed))]
    for place in (f"{BATCH_WRITTEN}:2", f"{BATCH_COMMITTED}:2"):  # the second try dies further on
        assert dies(killed, calm.after, place) == -signal.SIGKILL, place
        old, new, half = calm.old, calm.new, public(killed)
        assert half.keys() == old.keys(), "nothing is removed before everything is in"
        assert {key for key in half if half[key] not in (old[key], new.get(key))} == set(), place
        changed.append(as_after(calm, half))
    begun = changed[0]
    assert changed == [begun, begun + BATCH, begun + 2 * BATCH], "what was committed stays, what was not is not there"
    assert changed[-1] < len(calm.new)

    import_files(killed.worker, ImportOptions(str(calm.after), source=SOURCE), killed.now)
    assert public(killed) == calm.new
