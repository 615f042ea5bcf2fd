"""Sources made at random: each row goes in or is named, nothing is said that no row holds, and no cut removes anything.

`make test` plays a few seeds of each kind, always the same; `make soak` SETU_RANDOM_SOURCES of them, from its own.
"""

import json
import os
import random
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from conftest import Keys, environment_of
from directory_service.importing.outside.unreadable import CannotRead
from directory_service.importing.use_cases.import_files import ImportOptions, import_files
from directory_service.importing.use_cases.import_removals import TooManyRemovals
from directory_service.importing.use_cases.import_report import Report
from directory_service.listings.store.tables import Location, Service, ServiceAtLocation, TaxonomyTerm
from directory_service.organizations.store.tables import Organization
from directory_service.settings import load
from service_kit.db.engine import Database
from support.fresh_databases import FreshDatabases
from support.hsds.random_sources import KINDS, RandomSource, random_source
from support.importing import said
from support.listings import Directory

COUNT, CUTS = int(os.environ.get("SETU_RANDOM_SOURCES", "3")), int(os.environ.get("SETU_RANDOM_CUTS", "5"))
SEED = int(os.environ.get("SETU_SOAK_SEED", "1"))
_POINTS = ("id", "last_modified")
#: What HSDS demands and a source may leave out.
FILLED_IN = {"active", "physical"}


@pytest.fixture(scope="module")
def filled(
    fresh_databases: FreshDatabases, keys: Keys, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Directory]:
    with fresh_databases.clone("directory") as urls:
        environment = environment_of(keys, tmp_path_factory.mktemp("filled"), urls)
        made = Directory(Database(urls.worker), Database(urls.web), load(environment))
        with closing(made):
            made.add_districts()
            yield made


def take(directory: Directory, source: RandomSource, **wishes: Any) -> Report:
    options = ImportOptions(str(source.path), source.mapping, source.label, **wishes)
    return import_files(directory.worker, options, directory.now)


def seeds() -> Iterator[int]:
    yield from range(SEED * 1_000, SEED * 1_000 + COUNT)


@pytest.mark.parametrize("kind", KINDS)
def test_each_row_goes_in_or_is_named_and_nothing_is_said_that_no_row_holds(
    filled: Directory, tmp_path: Path, kind: str
) -> None:
    for seed in seeds():
        source = random_source(kind, seed, tmp_path)
        if not source.marks:
            continue

        rehearsal = take(filled, source, dry=True)
        report = take(filled, source)
        again = take(filled, source)

        documents, records = documents_of(filled, source.label), records_of(filled, source.label)
        named = {row.where for row in report.rejected}
        kept_out = {where for where, mark in source.marks.items() if mark not in records}
        told = (kind, seed, said(report))
        assert kept_out <= named, (kept_out - named, told)
        assert (report.rows["read"], report.rows["rejected"]) == (len(source.marks), len(kept_out)), told
        assert rehearsal.last_line() == report.last_line(), told
        assert again.counts["added"] == again.counts["changed"] == again.counts["removed"] == 0, told
        invented = {str(each) for each in leaves(documents)} - source.held - FILLED_IN
        assert not invented, told


@pytest.mark.parametrize("kind", KINDS)
def test_no_cut_of_a_source_removes_anything(filled: Directory, tmp_path: Path, kind: str) -> None:
    draw = random.Random(f"cuts {kind} {SEED}")  # noqa: S311 # repeatable, not secret
    source = next(each for seed in seeds() if len((each := random_source(kind, seed, tmp_path)).marks) > 3)
    take(filled, source)
    before = records_of(filled, source.label)
    files = sorted(source.path.iterdir()) if source.path.is_dir() else [source.path]

    for _ in range(CUTS):
        path = draw.choice(files)
        whole = path.read_bytes()
        at = draw.randrange(1, len(whole))
        if whole[:at].endswith(b"\n") and path.suffix == ".csv":
            continue  # a table that ends with a whole line is a table, and a tenth of it may leave an edition
        path.write_bytes(whole[:at])
        try:
            report = take(filled, source, dry=True)
        except (CannotRead, TooManyRemovals):
            report = None
        path.write_bytes(whole)

        assert report is None or report.counts["removed"] == 0, (path.name, at, said(report))
    assert records_of(filled, source.label) == before


def records_of(directory: Directory, label: str) -> str:
    """Everything that is stored of a source, as text; terms are of all sources, their words of one."""
    with directory.worker.transaction() as session:
        found: list[Any] = [bytes(each).decode() for each in session.scalars(select(TaxonomyTerm.document))]
        for table in (Organization, Service, Location):
            found += session.scalars(select(table.record).where(table.source == label).order_by(table.id))
    return json.dumps(found, ensure_ascii=False)


def documents_of(directory: Directory, label: str) -> list[Any]:
    """Every answer about a source's records."""
    with directory.worker.transaction() as session:
        found = [
            *session.scalars(select(Organization.document).where(Organization.source == label, Organization.public)),
            *session.scalars(select(Service.document).where(Service.source == label, Service.public)),
            *session.scalars(
                select(ServiceAtLocation.document)
                .join(Service, Service.id == ServiceAtLocation.service_id)
                .where(Service.source == label, Service.public)
            ),
        ]
    return [json.loads(bytes(each)) for each in found]


def leaves(value: Any) -> Iterator[Any]:
    """Every text and number, but for ids, what points to one, and when it was put in here.

    Of a statement of the profile its code and value: the words of a term are the profile's.
    """
    if isinstance(value, dict):
        term = value.get("taxonomy_term", {})
        if term.get("taxonomy", "").startswith("harm-reduction-in/"):
            yield from (said for said in (term["code"], value.get("value")) if said)
            return
        for name, inner in value.items():
            if name not in _POINTS and not name.endswith("_id"):
                yield from leaves(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from leaves(inner)
    else:
        yield value
