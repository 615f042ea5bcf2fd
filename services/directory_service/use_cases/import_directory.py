"""Take a directory in: good rows go in, bad ones are named and kept out, and twice is the same as once.

An organisation goes in with its places and services, some organisations a transaction: nothing is ever half there.
What came from the same source before and is not in the file any more is removed; a row that was rejected is not gone,
what is stored of it stays. A dry run does all of it and takes it back, so that it counts the same.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from directory_service.domain import records
from directory_service.store.tables_listings import District, Location, Organization, Service, State
from directory_service.use_cases.directory_package import Package
from directory_service.use_cases.import_batch import Batch
from directory_service.use_cases.import_group import Group, groups_of
from directory_service.use_cases.import_report import REMOVED, TYPES, Report
from directory_service.use_cases.publish_listing import publish_listing
from directory_service.use_cases.remove_listing import bury, remove_organization, remove_place
from service_kit.db.engine import Database

BATCH = 50  # organisations
_AT_ONCE = 1_000  # organisations that are asked about in one statement
ROWS = 1_000  # and no more records than these, unless one organisation has them
Kept = Callable[[Sequence[UUID]], set[UUID]]
Progress = Callable[[int], None]


class _TakenBack(Exception):
    """Ends the transaction of a dry run."""


def import_directory(db: Database, package: Package, now: datetime, *, dry: bool = False) -> Report:
    """A package that is in memory. Runs as the worker's role; raises nothing for bad rows."""
    report = Report(rejected=package.rejected, source=package.source)
    known = {*package.organizations, *package.places, *package.services, *package.rejected_ids}
    Taking(db, package.source, now, dry=dry).run(groups_of(package), known.intersection, report)
    return report


class Taking:
    """One import into the directory. `dry`: count only.

    `outside`: the records come from a file of HSDS. Such a file is public: it says nothing about what only we know, so
    that stays (a suspension, a translation), and what the public does not see is never missing from it.
    """

    def __init__(self, db: Database, source: str, now: datetime, *, dry: bool = False, outside: bool = False) -> None:
        self._db, self._source, self._now, self._dry, self._outside = db, source, now, dry, outside
        self._moved: set[UUID] = set()  # what the file gave to another organisation; a dry run has taken that back
        with db.transaction() as session:
            self._districts = _districts(session)

    def run(
        self,
        groups: Iterable[Group],
        kept: Kept,
        report: Report,
        tell: Progress = lambda _: None,
        *,
        whole: bool = True,
    ) -> None:
        """Take the groups, then remove what left the file.

        `kept` says which ids the file still has; `whole` is false for a part of a directory, which removes nothing.
        `tell` hears how many organisations went in.
        """
        for batch in _batches(groups):
            with self.transaction() as session:
                taken = Batch(session, self._districts, self._source, self._now, outside=self._outside)
                taken.take(batch)
            for (kind, outcome), number in taken.counted.items():
                report.count(kind, outcome, number)
            report.rejected += taken.rejected
            self._moved |= taken.hands.moved
            tell(len(batch))
        if self._source and whole and not report.useless:
            self._remove_missing(kept, report)

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """One that a dry run takes back."""
        with suppress(_TakenBack), self._db.transaction() as session:
            yield session
            if self._dry:
                raise _TakenBack

    def _remove_missing(self, kept: Kept, report: Report) -> None:
        """Whatever the same source brought before and brings no longer, an organisation a time."""
        gone = [self._gone(table, kept) for table in (Organization, Location, Service)]
        stay = self._holding_kept(list(gone[0]), kept)
        gone[0] = {owner: ids for owner, ids in gone[0].items() if owner not in stay}
        owners = list(dict.fromkeys(owner for rows in gone for owner in rows))
        for start in range(0, len(owners), BATCH):
            with self.transaction() as session:
                for owner in owners[start : start + BATCH]:
                    _remove(session, owner, _Gone(*(rows.get(owner, []) for rows in gone)), self._now)
        for kind, rows in zip(TYPES, gone, strict=True):
            report.count(kind, REMOVED, sum(map(len, rows.values())))

    def _holding_kept(self, organizations: Sequence[UUID], kept: Kept) -> set[UUID]:
        """Which organisations that left the file hold what is in it: those were rejected, so both stay."""
        found: set[UUID] = set()
        for start in range(0, len(organizations), _AT_ONCE):
            these = organizations[start : start + _AT_ONCE]
            with self._db.transaction() as session:
                rows = [
                    row
                    for table in (Location, Service)
                    for row in session.execute(
                        select(table.id, table.organization_id).where(table.organization_id.in_(these))
                    )
                ]
            there = kept([each for each, _ in rows]) - self._moved
            found |= {owner for each, owner in rows if each in there}
        return found

    def _gone(self, table: Any, kept: Kept) -> dict[UUID, list[UUID]]:
        """Ids that left the file, by their organisation."""
        owner = Organization.id if table is Organization else table.organization_id
        wanted = select(table.id, owner).where(table.source == self._source)
        if table is not Location:
            wanted = wanted.where(table.deleted_at.is_(None))
        if self._outside:
            open_owner = exists().where(Organization.id == Location.organization_id, Organization.public)
            wanted = wanted.where(open_owner if table is Location else table.public)
        found: dict[UUID, list[UUID]] = {}
        with self._db.transaction() as session:
            rows = session.execute(wanted.execution_options(yield_per=1_000))
            for chunk in rows.partitions():
                there = kept([row[0] for row in chunk])
                for each, theirs in chunk:
                    if each not in there:
                        found.setdefault(theirs, []).append(each)
        return found


@dataclass(frozen=True)
class _Gone:
    """What of one organisation left the file: itself, places, services."""

    organizations: list[UUID]
    places: list[UUID]
    services: list[UUID]


def _remove(session: Session, owner: UUID, gone: _Gone, now: datetime) -> None:
    """Take them out. The organisation's answers are worked out once."""
    row = session.get(Organization, owner, with_for_update=True)
    for service in gone.services:
        bury(session, session.get_one(Service, service), now)
    if gone.organizations:
        remove_organization(session, owner, now)
        return
    for place in gone.places:
        remove_place(session, place, now)
    if gone.services and row is not None and row.deleted_at is None:
        publish_listing(session, row, now)


def _batches(groups: Iterable[Group]) -> Iterator[list[Group]]:
    batch: list[Group] = []
    rows = 0
    for group in groups:
        if batch and (len(batch) == BATCH or rows + group.rows() > ROWS):
            yield batch
            batch, rows = [], 0
        batch.append(group)
        rows += group.rows()
    if batch:
        yield batch


def _districts(session: Session) -> dict[int, records.District]:
    joined = select(District, State).join(State, State.code == District.state_code)
    return {
        district.code: records.District(
            district.code, district.name, state.code, state.name, state.iso, dict(district.names)
        )
        for district, state in session.execute(joined)
    }
