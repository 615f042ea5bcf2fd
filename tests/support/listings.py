"""Builders for organisations, places and services, and a directory of one's own in a test database."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import event, select, text
from sqlalchemy.orm import Session

from directory_service.finding.use_cases.index_changes import Indexer
from directory_service.hsds.domain.publication import Publication
from directory_service.hsds.store.package_folder import PackageFolder
from directory_service.hsds.use_cases.make_datapackage import DatapackageMaker
from directory_service.listings.domain import records
from directory_service.listings.domain.save_outcome import SaveOutcome
from directory_service.listings.store.tables import Service
from directory_service.listings.use_cases.publish_listing import publish_listing
from directory_service.listings.use_cases.save_listing import (
    write_location_row,
    write_organization_row,
    write_service_row,
)
from directory_service.listings.use_cases.save_organization import save_organization
from directory_service.organizations.store.tables import District, Organization, State
from directory_service.settings import Settings
from service_kit.clock import FrozenClock
from service_kit.db.engine import Database
from service_kit.db.tables import outbox
from service_kit.envelope import Event
from setu.opening_hours import Opening

NOON = datetime(2026, 11, 24, 6, 30, tzinfo=UTC)  # a Tuesday, 12:00 in India
KOLKATA = 315
_SPACE = UUID("00000000-0000-5000-8000-000000000000")
SECRET = ("Secret house", "13 Hidden Lane", "Near the hidden tree", "700042", "22.512345", "88.354321")


OPEN_TO_ALL: dict[str, Any] = {
    "accepting": "open",
    "cost": "free",
    "genders": ("woman", "man", "transgender", "other"),
}


def an_id(name: str) -> UUID:
    return uuid5(_SPACE, name)


def a_provider(name: str = "Nodi", **more: Any) -> records.Organization:
    return records.Organization(
        **{"id": an_id(name), "kind": "provider", "district": KOLKATA, "status": "active", "name": name, **more}
    )


def a_place(owner: records.Organization, **more: Any) -> records.Location:
    exact = {"name": "Clinic", "address_1": "1 Open Road", "city": "Kolkata", "postal_code": "700001"}
    return records.Location(
        **{
            "id": an_id(f"{owner.name} place"),
            "organization_id": owner.id,
            "district": KOLKATA,
            "area": "Central Kolkata",
            "landmark": "Behind the depot",
            **exact,
            **more,
        }
    )


def a_confidential_place(owner: records.Organization, **more: Any) -> records.Location:
    name, street, landmark, pin, latitude, longitude = SECRET
    exact = {"name": name, "address_1": street, "landmark": landmark, "postal_code": pin, "area": "South Kolkata"}
    where = {"latitude": float(latitude), "longitude": float(longitude)}
    return replace(a_place(owner), confidential=True, **{**exact, **where, **more})


def a_service(owner: records.Organization, name: str = "Medicine and care", **more: Any) -> records.Service:
    usual = {
        **OPEN_TO_ALL,
        "needs": ("OST", "TESTING"),
        "districts": (KOLKATA,),
        "languages": ("bn", "hi"),
        "phone": "+91 00000 00001",
        "schedules": (Opening("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "09:00", "17:00"),),
    }
    return records.Service(**{"id": an_id(name), "organization_id": owner.id, "name": name, **usual, **more})


@dataclass
class Directory:
    """A directory in a database of its own; every act is one transaction, a second after the one before."""

    worker: Database
    web: Database
    settings: Settings
    now: datetime = NOON
    clock: FrozenClock = field(default_factory=lambda: FrozenClock(NOON))  # of the web process and of the indexer

    def add_districts(self) -> None:
        with self.worker.transaction() as session:
            session.add(State(code=19, name="West Bengal", iso="IN-WB"))
            session.flush()
            session.add(District(code=KOLKATA, state_code=19, name="Kolkata", names={"hi": "कोलकाता", "bn": "কলকাতা"}))

    def save(self, *things: records.Organization | records.Location | records.Service, indexed: bool = True) -> None:
        for thing in things:
            self.now += timedelta(seconds=1)
            with self.worker.transaction() as session:
                save(session, thing, self.now)
        if indexed:
            self.index()

    def save_together(self, *things: records.Organization | records.Location | records.Service) -> None:
        """One act that publishes each organisation once, as an import does: a third of the time of many acts."""
        self.now += timedelta(seconds=1)
        with self.worker.transaction() as session:
            for thing in things:
                write_row(session, thing, self.now)
            for owner in {
                each.id if isinstance(each, records.Organization) else each.organization_id for each in things
            }:
                publish_listing(session, session.get_one(Organization, owner), self.now)
        self.index()

    def index(self) -> None:
        """What the worker does within a second: put what changed into the search index."""
        self.indexer.catch_up()

    def pack(self) -> bool:
        """What the worker does some seconds later: make the datapackage, if another one is due."""
        return self.packing.tend()

    @cached_property
    def packing(self) -> DatapackageMaker:
        folder = PackageFolder(self.settings.export_dir)
        return DatapackageMaker(self.worker, folder, Publication(), clock=self.clock, rest=0)

    @cached_property
    def indexer(self) -> Indexer:
        return Indexer(self.worker, self.settings.index_dir, clock=self.clock)

    def events(self) -> list[Event]:
        """Everything in the outbox, in order."""
        with self.worker.transaction() as session:
            bodies = session.scalars(select(outbox.c.body).order_by(outbox.c.position))
            return [Event.from_bytes(body.encode()) for body in bodies]

    def forget_events(self) -> None:
        with self.worker.transaction() as session:
            session.execute(text("DELETE FROM outbox"))

    def version(self, thing: records.Organization | records.Service) -> int:
        table = Organization if isinstance(thing, records.Organization) else Service
        with self.web.transaction() as session:
            return session.get_one(table, thing.id).version

    def close(self) -> None:
        self.indexer.close()
        self.worker.dispose()
        self.web.dispose()


def save(session: Session, thing: records.Organization | records.Location | records.Service, now: datetime) -> None:
    """Write one record as an edit does: under its organisation's lock, and published."""
    if isinstance(thing, records.Organization):
        save_organization(session, thing, now)
        return
    owner = session.get_one(Organization, thing.organization_id, with_for_update=True)
    if write_row(session, thing, now) is not SaveOutcome.UNCHANGED:
        publish_listing(session, owner, now)


def write_row(
    session: Session, thing: records.Organization | records.Location | records.Service, now: datetime
) -> SaveOutcome:
    """Write one record, and tell nobody yet."""
    if isinstance(thing, records.Organization):
        return write_organization_row(session, thing, now)[1]
    if isinstance(thing, records.Location):
        return write_location_row(session, thing, now)
    return write_service_row(session, thing, now)


@contextmanager
def counted(db: Database) -> Iterator[list[str]]:
    """The statements sent meanwhile, without the one that every transaction begins with."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if "set_config" not in statement:
            seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    yield seen
    event.remove(db.engine, "before_cursor_execute", note)
