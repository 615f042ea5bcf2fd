"""Read the ready-made answers: one statement for an item, two for a page, whatever is in them."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Text, case, cast, exists, func, literal_column, null, select
from sqlalchemy.orm import InstrumentedAttribute, Session, undefer

from directory_service.hsds.store.near_postcode import near_postcode
from directory_service.listings.store.change_feed import shown_since
from directory_service.listings.store.tables import (
    Location,
    Service,
    ServiceAtLocation,
    TaxonomyTerm,
)
from directory_service.listings.store.tables_changes import Change
from directory_service.organizations.store.tables import Organization
from service_kit.db.engine import Database


@dataclass(frozen=True)
class StoredDocument:
    """A ready-made answer; `gone` where the id was deleted. `document` is None where the client holds this version."""

    version: int
    document: bytes | None
    modified_at: datetime
    gone: bool = False


@dataclass(frozen=True)
class Page:
    """One page of ready-made answers, and how many there are in all; `after` is where the next page goes on."""

    total: int
    rows: Sequence[bytes]
    after: UUID | None = None


@dataclass(frozen=True)
class ListPart:
    """Which rows of a list in the order of its ids: those after an id, or else the `page`-th `size` from 1.

    `counted`: whether the total is wanted.
    """

    page: int
    size: int
    after: UUID | None = None
    counted: bool = True

    def of(self, wanted: Select[Any]) -> Select[Any]:
        """The selection of ids cut to it and one more, in the index, so that no row is read that comes before."""
        key = wanted.selected_columns[0]
        cut = wanted.offset((self.page - 1) * self.size) if self.after is None else wanted.where(key > self.after)
        ids = cut.limit(self.size + 1).subquery()
        return wanted.where(key.in_(select(ids.c[0])))

    def goes_on(self, ids: Sequence[UUID]) -> UUID | None:
        """Where the next part goes on; `ids` are those that `of` found."""
        return ids[self.size - 1] if len(ids) > self.size else None


@dataclass(frozen=True)
class RowFilter:
    """Which rows of a list: all conditions must hold (AND)."""

    search: str | None = None
    organization_id: UUID | None = None
    modified_after: datetime | None = None
    taxonomy_term_id: UUID | None = None
    taxonomy_id: UUID | None = None
    postcode: str | None = None
    proximity: float | None = None  # metres
    parent_id: UUID | None = None  # of taxonomy terms
    top_only: bool = False

    @property
    def asks_of_services(self) -> bool:
        """Whether there is a condition that a service fulfils."""
        return any((self.search, self.organization_id, self.modified_after, self.taxonomy_term_id, self.taxonomy_id))


def service_item(db: Database, service: UUID, held: Collection[str] = ()) -> StoredDocument | None:
    """The whole document of a public service; left out where its version is one that the client holds."""
    return _item(db, Service, service, held)


def organization_item(db: Database, organization: UUID, held: Collection[str] = ()) -> StoredDocument | None:
    """The whole document of a public provider; left out where its version is one that the client holds."""
    return _item(db, Organization, organization, held)


def own_service_item(session: Session, service: UUID) -> StoredDocument:
    """The whole document of a service for its own organisation, approved or not; it must be there."""
    row = session.get_one(Service, service, options=[undefer(Service.document)])
    return StoredDocument(row.version, row.document or b"", row.modified_at)


def services_of(session: Session, owners: Sequence[UUID]) -> dict[UUID, list[bytes]]:
    """The whole documents of the public services of these providers, in one statement."""
    found: dict[UUID, list[bytes]] = {owner: [] for owner in owners}
    wanted = select(Service.organization_id, Service.document).where(Service.organization_id.in_(owners))
    for owner, document in session.execute(wanted.where(Service.public).order_by(Service.id)):
        found[owner].append(document or b"{}")
    return found


def _item(
    db: Database, table: type[Service | Organization], wanted: UUID, held: Collection[str]
) -> StoredDocument | None:
    """One statement, and no document over the wire to a client that has it."""
    is_held = cast(table.version, Text).in_(held)
    document = case((is_held, null()), else_=table.document)
    columns = (table.version, document, table.modified_at, table.deleted_at.is_not(None))
    is_shown = table.public | table.deleted_at.is_not(None)
    rows = db.fetch_committed(select(*columns).where(table.id == wanted, is_shown))
    return next((StoredDocument(row[0], row[1], row[2], gone=row[3]) for row in rows), None)


def at_location_item(session: Session, wanted: UUID) -> StoredDocument | None:
    """The whole document of a service at a place; its version is the service's."""
    columns: list[Any] = [Service.version, ServiceAtLocation.document, ServiceAtLocation.modified_at]
    joined = select(*columns, ServiceAtLocation.public).join(Service, Service.id == ServiceAtLocation.service_id)
    row = session.execute(joined.where(ServiceAtLocation.id == wanted)).one_or_none()
    if row is None:
        return deleted_item(session, "service_at_location", wanted)
    return StoredDocument(row.version, row.document, row.modified_at) if row.public else None


def deleted_item(session: Session, kind: str, wanted: UUID) -> StoredDocument | None:
    """The trace of a row that is no more and that the public once saw."""
    noted = select(Change.noted_at).where(Change.kind == kind, Change.object_id == wanted, Change.public.is_(False))
    went = session.scalar(noted)
    return StoredDocument(0, b"", went, gone=True) if went else None


def page_of(
    session: Session, wanted: Select[Any], column: InstrumentedAttribute[Any] | ColumnElement[Any], part: ListPart
) -> Page:
    """A part of a selection of ids in their order; `column` holds the answers."""
    found = session.execute(part.of(wanted).add_columns(column)).all()
    rows = [document for _, document in found[: part.size]]
    return Page(total_of(session, wanted, part), rows, part.goes_on([key for key, _ in found]))


def total_of(session: Session, wanted: Select[Any], part: ListPart) -> int:
    """How many rows there are in all; 0 where the part is not counted."""
    if not part.counted:
        return 0
    return session.scalar(select(func.count()).select_from(wanted.subquery())) or 0


def at_locations(wanted: RowFilter) -> Select[Any]:
    """Ids of public services at their places; the conditions are the service's, and where asked the place's."""
    chosen = select(ServiceAtLocation.id).where(ServiceAtLocation.public).order_by(ServiceAtLocation.id)
    if wanted.asks_of_services:
        chosen = _that_fit(chosen.join(Service, Service.id == ServiceAtLocation.service_id), wanted)
    if wanted.postcode is None:
        return chosen
    chosen = chosen.join(Location, Location.id == ServiceAtLocation.location_id)
    return chosen.where(near_postcode(wanted.postcode, wanted.proximity))


def _that_fit(chosen: Select[Any], wanted: RowFilter) -> Select[Any]:
    for word in (wanted.search or "").lower().split():
        chosen = chosen.where(Service.search_text.contains(word, autoescape=True))
    if wanted.organization_id:
        chosen = chosen.where(Service.organization_id == wanted.organization_id)
    if wanted.modified_after:
        theirs = (Change.kind == "service") & (Change.object_id == Service.id)
        is_new = shown_since(wanted.modified_after) | (Service.modified_at >= wanted.modified_after)
        chosen = chosen.join(Change, theirs).where(is_new)
    for condition in _terms(wanted):
        chosen = chosen.where(condition)
    return chosen


#: A provider's name in every language, its other name and what it says of itself, in lower case.
_SAID_OF_ITSELF = func.lower(
    func.concat_ws(
        "\n",
        Organization.name,
        Organization.record["alternate_name"].astext,
        Organization.record["description"].astext,
        cast(func.jsonb_path_query_array(Organization.record, literal_column("'$.names.*'")), Text),
    )
)


def organizations(wanted: RowFilter) -> Select[Any]:
    """Ids of public providers; the taxonomy conditions hold for one of their services."""
    chosen = select(Organization.id).where(Organization.public).order_by(Organization.id)
    for word in (wanted.search or "").lower().split():
        chosen = chosen.where(_SAID_OF_ITSELF.contains(word, autoescape=True))
    theirs = [Service.organization_id == Organization.id, Service.public]
    for condition in _terms(wanted):
        chosen = chosen.where(exists().where(*theirs, condition))
    return chosen


def _terms(wanted: RowFilter) -> Iterator[ColumnElement[bool]]:
    if wanted.taxonomy_term_id:
        yield Service.term_ids.contains([wanted.taxonomy_term_id])
    if wanted.taxonomy_id:
        theirs = select(func.array_agg(TaxonomyTerm.id)).where(TaxonomyTerm.taxonomy_id == wanted.taxonomy_id)
        yield Service.term_ids.overlap(theirs.scalar_subquery())
