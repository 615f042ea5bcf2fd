"""Remove what the same source brought before and brings no longer; stop first where that is too much.

The check comes before anything is written: a file that is a part, or was cut, would empty the directory. An
organisation stays where it holds what is in the file, or what came from elsewhere. A dry run says the same.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import exists, false, func, select
from sqlalchemy.orm import Session

from directory_service.importing.domain.removals import is_too_much
from directory_service.importing.use_cases.import_report import TYPES
from directory_service.listings.store.tables import (
    Location,
    Service,
)
from directory_service.listings.use_cases.publish_listing import publish_listing
from directory_service.listings.use_cases.remove_listing import (
    remove_location,
    remove_organization,
    write_tombstone,
)
from directory_service.organizations.store.tables import Organization
from service_kit.db.engine import Database

NAMED = 20
"""Records that a refusal names."""
_CHUNK = 1_000
_TABLES: dict[str, Any] = dict(zip(TYPES, (Organization, Location, Service), strict=True))


class FileContents(Protocol):
    """What a file holds."""

    def kept(self, ids: Sequence[UUID]) -> set[UUID]:
        """Those of the ids that the file has, good or not."""

    def owners(self, ids: Sequence[UUID]) -> Mapping[UUID, UUID]:
        """To which organisation the file gives places and services."""


class TooManyRemovals(Exception):
    """More would be removed than goes without being allowed. Nothing was changed."""

    def __init__(self, source: str, number: int, known: int, names: Sequence[str]) -> None:
        super().__init__(f"{number} of {known} records of {source} would be removed")
        self.source, self.number, self.known, self.names = source, number, known, names

    def lines(self) -> Iterator[str]:
        """What a person needs in order to decide: how many, which, and how to allow it."""
        yield f"Stopped, nothing was changed: {self.number} of the {self.known} records that came from"
        yield f"{self.source} before are not in this file and would be removed:"
        yield from (f"  {name}" for name in self.names)
        if self.number > len(self.names):
            yield f"  … and {self.number - len(self.names)} more"
        yield "If the file is only a part, or was cut, get the whole of it. If they are really gone, allow this number:"
        yield f"  --source {self.source} --allow-removals {self.number}"


@dataclass
class Missing:
    """Ids that left the file, by kind and organisation."""

    by_owner: dict[str, dict[UUID, list[UUID]]] = field(default_factory=lambda: {kind: {} for kind in TYPES})
    names: dict[UUID, str] = field(default_factory=dict)

    def count(self, kind: str) -> int:
        """How many of a kind."""
        return sum(map(len, self.by_owner[kind].values()))

    def records(self) -> Iterator[tuple[str, UUID, str]]:
        """Kind, id and name of each."""
        for kind, owners in self.by_owner.items():
            yield from ((kind, key, self.names[key]) for keys in owners.values() for key in keys)

    def owners(self) -> list[UUID]:
        """The organisations that lose something, or go."""
        return list(dict.fromkeys(owner for rows in self.by_owner.values() for owner in rows))


@dataclass(frozen=True)
class Removals:
    """What left the file of one source. `outside`: the file is public, so what is hidden is never missing from it."""

    db: Database
    source: str
    contents: FileContents
    outside: bool

    def check(self, allowed: int | None) -> None:
        """Raises TooManyRemovals where too much would go, unless exactly so many are allowed. Memory stays flat."""
        gone, names = Counter[str](), list[str]()
        for kind, row in self._rows_gone(None):
            gone[kind] += 1
            if len(names) < NAMED:
                names.append(f"{kind} {row.name} ({row.id})")
        number = gone.total()
        if number in {0, allowed}:
            return
        known = self._count_known()
        if is_too_much(gone, known):
            raise TooManyRemovals(self.source, number, sum(known.values()), names)

    def count(self) -> int:
        """How many records would go."""
        return sum(1 for _ in self._rows_gone(None))

    def missing(self, moved: AbstractSet[UUID], renamed: AbstractSet[UUID] = frozenset()) -> Missing:
        """Everything that left the file; `moved` went to another organisation, though a dry run took that back.

        `renamed`: copies of shared places that the file has, under ids that they got while it was imported.
        """
        found = Missing()
        for kind, row in self._rows_gone(moved):
            if row.id in renamed:
                continue
            found.by_owner[kind].setdefault(row.owner, []).append(row.id)
            found.names[row.id] = str(row.name or "")
        return found

    def _rows_gone(self, moved: AbstractSet[UUID] | None) -> Iterator[tuple[str, Any]]:
        """Kind and row of all that left the file; `moved` None: nothing is written yet, so the file tells who moves."""
        for kind, table in _TABLES.items():
            for chunk in self._stored(table):
                there = self.contents.kept([row.id for row in chunk])
                gone = [row for row in chunk if row.id not in there]
                if table is Organization:
                    holding = self._holding([row.id for row in gone], moved)
                    gone = [row for row in gone if row.id not in holding]
                yield from ((kind, row) for row in gone)

    def _count_known(self) -> dict[str, int]:
        with self.db.transaction() as session:
            return {
                kind: session.scalar(select(func.count()).select_from(self._wanted(table).subquery())) or 0
                for kind, table in _TABLES.items()
            }

    def _wanted(self, table: Any) -> Any:
        owner = Organization.id if table is Organization else table.organization_id
        place = func.coalesce(Location.record["name"].astext, Location.record["area"].astext)
        name = place if table is Location else table.name
        wanted = select(table.id, owner.label("owner"), name.label("name")).where(table.source == self.source)
        if table is not Location:
            wanted = wanted.where(table.deleted_at.is_(None))
        if self.outside:
            open_owner = exists().where(Organization.id == Location.organization_id, Organization.public)
            wanted = wanted.where(open_owner & ~Location.confidential if table is Location else table.public)
        return wanted

    def _stored(self, table: Any) -> Iterator[Sequence[Any]]:
        with self.db.transaction() as session:
            rows = session.execute(self._wanted(table).execution_options(yield_per=_CHUNK))
            yield from rows.partitions()

    def _holding(self, organizations: Sequence[UUID], moved: AbstractSet[UUID] | None) -> set[UUID]:
        """Which organisations stay: with a record that is in the file and stays theirs, or that came from elsewhere."""
        holding: set[UUID] = set()
        if not organizations:
            return holding
        with self.db.transaction() as session:
            for table in (Location, Service):
                for rows in _in_chunks(session, _rows_of(table, organizations)):
                    there = self.contents.kept([row.id for row in rows])
                    leaving = self._leaving(rows) if moved is None else moved
                    stays = there - leaving
                    holding |= {row.owner for row in rows if row.source != self.source or row.id in stays}
        return holding

    def _leaving(self, rows: Sequence[Any]) -> set[UUID]:
        """What the file gives to another organisation; a confidential place does not change hands so."""
        owners = self.contents.owners([row.id for row in rows])
        return {row.id for row in rows if not row.confidential and owners.get(row.id, row.owner) != row.owner}


def _rows_of(table: Any, organizations: Sequence[UUID]) -> Any:
    confidential = Location.confidential if table is Location else false()
    found = select(table.id, table.organization_id.label("owner"), table.source, confidential.label("confidential"))
    found = found.where(table.organization_id.in_(organizations))
    return found.where(Service.deleted_at.is_(None)) if table is Service else found


def _in_chunks(session: Session, wanted: Any) -> Iterator[Sequence[Any]]:
    yield from session.execute(wanted.execution_options(yield_per=_CHUNK)).partitions()


def remove_missing(session: Session, missing: Missing, owners: Iterable[UUID], now: datetime) -> None:
    """Take out what these organisations lost. Their answers are worked out once each."""
    for owner in owners:
        row = session.get(Organization, owner, with_for_update=True)
        organizations, places, services = (missing.by_owner[kind].get(owner, []) for kind in TYPES)
        for service in services:
            write_tombstone(session, session.get_one(Service, service), now)
        if organizations:
            remove_organization(session, owner, now)
            continue
        for place in places:
            remove_location(session, place, now, publish=False)
        if row is not None and row.deleted_at is None:
            publish_listing(session, row, now)
