"""Take a package into the directory: good rows go in, bad ones are named and kept out, and twice is the same as once.

An organisation goes in with its places and services, fifty organisations a transaction: nothing is ever half there.
What came from the same source before and is not in the package any more is removed; a row that was rejected is not
gone, what is stored of it stays.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory_service.domain import records
from directory_service.store.tables_listings import Location, Organization, Service
from directory_service.use_cases.directory_package import Package, Rejected
from directory_service.use_cases.package_orphans import reject_orphans
from directory_service.use_cases.publish_listing import publish_listing
from directory_service.use_cases.remove_listing import remove_organization, remove_place, remove_service
from directory_service.use_cases.save_listing import (
    Outcome,
    write_organization_row,
    write_place_row,
    write_service_row,
)
from service_kit.db.engine import Database

REMOVED = "removed"
BATCH = 50


@dataclass
class Report:
    """What an import did; organisations, places and services are counted alike."""

    counts: Counter[str] = field(default_factory=Counter)
    rejected: list[Rejected] = field(default_factory=list)

    def summary(self) -> str:
        """The last line that scripts rely on."""
        words = [f"{word} {self.counts[word]}" for word in (*Outcome, REMOVED)]
        added, changed, unchanged, removed = words
        return f"{added} {changed} {removed} {unchanged} rejected {len(self.rejected)}"

    @property
    def useless(self) -> bool:
        """Whether nothing at all could be taken."""
        return bool(self.rejected) and not any(self.counts.values())


@dataclass(frozen=True)
class _Group:
    """An organisation of the package (or only its id, where it is in the directory already) with what hangs on it."""

    id: UUID
    organization: records.Organization | None
    places: list[records.Place]
    services: list[records.Service]


def import_directory(db: Database, package: Package, now: datetime) -> Report:
    """Runs as the worker's role. Returns the report; raises nothing for bad rows."""
    report = Report(rejected=package.rejected)
    with db.transaction() as session:
        reject_orphans(session, package)
    groups = list(_groups(package))
    for start in range(0, len(groups), BATCH):
        with db.transaction() as session:
            for group in groups[start : start + BATCH]:
                report.counts.update(_take(session, group, package.source, now))
    if package.source:
        with db.transaction() as session:
            report.counts[REMOVED] += _remove_missing(session, package, now)
    return report


def _groups(package: Package) -> Iterator[_Group]:
    ids = dict.fromkeys(package.organizations)
    ids |= dict.fromkeys(place.organization_id for place in package.places.values())
    ids |= dict.fromkeys(service.organization_id for service in package.services.values())
    places: dict[UUID, list[records.Place]] = {each: [] for each in ids}
    services: dict[UUID, list[records.Service]] = {each: [] for each in ids}
    for place in package.places.values():
        places[place.organization_id].append(place)
    for service in package.services.values():
        services[service.organization_id].append(service)
    for each in ids:
        yield _Group(each, package.organizations.get(each), places[each], services[each])


def _take(session: Session, group: _Group, source: str, now: datetime) -> Counter[str]:
    counts: Counter[str] = Counter()
    if group.organization is not None:
        row, outcome = write_organization_row(session, group.organization, now, source)
        counts[outcome] += 1
        session.flush()
    else:
        row = session.get_one(Organization, group.id, with_for_update=True)
    counts.update(write_place_row(session, place, now, source) for place in group.places)
    session.flush()
    counts.update(write_service_row(session, service, now, source) for service in group.services)
    if set(counts) - {Outcome.UNCHANGED}:
        publish_listing(session, row, now)
    return counts


def _remove_missing(session: Session, package: Package, now: datetime) -> int:
    """Whatever the same source brought before and brings no longer; organisations last, with what is left of them."""
    kept = {*package.organizations, *package.places, *package.services, *package.rejected_ids}
    removed = 0
    for table, remove in ((Service, remove_service), (Location, remove_place), (Organization, remove_organization)):
        of_source = select(table.id).where(table.source == package.source)
        gone = [each for each in session.scalars(of_source) if each not in kept]
        removed += sum(remove(session, each, now) for each in gone)
        session.flush()
    return removed
