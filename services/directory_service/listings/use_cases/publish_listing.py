"""Work out again everything that the public sees of one organisation, and tell the world what changed.

Called inside the transaction of every change of an organisation, its places or its services. It compares the new
answers with the ones kept; where they are the same nothing is written, no version moves and no event goes out (so a
change of a confidential address leaves no trace outside). The caller holds the organisation's row lock.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property, partial
from hashlib import sha256
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session, undefer
from sqlalchemy.orm.attributes import flag_modified

from directory_service.listings.domain import records
from directory_service.listings.domain.fields import LOCATION_FIELDS, ORGANIZATION_FIELDS
from directory_service.listings.domain.hsds import (
    organizations,
    services,
)
from directory_service.listings.domain.snapshots import (
    organization_snapshot,
    service_snapshot,
)
from directory_service.listings.store.history import newest
from directory_service.listings.store.tables import (
    Location,
    Service,
    ServiceAtLocation,
)
from directory_service.listings.use_cases.load_stored_service import load_stored_service
from directory_service.listings.use_cases.publish_event import publish_event
from directory_service.organizations.domain.standing import is_public
from directory_service.organizations.store.tables import (
    District,
    Organization,
    Published,
    State,
)

Document = dict[str, Any]


def publish_listing(session: Session, row: Organization, now: datetime) -> None:
    """Bring documents, snapshots and versions of one organisation and its services up to date; outbox the events."""
    session.flush()
    rows = list(session.scalars(_services_of(row.id)))
    listing = _listing(session, row, rows)
    at_places: dict[UUID, list[ServiceAtLocation]] = {}
    publish_known(row, listing, rows, now, Sinks(at_places.__setitem__, partial(publish_event, session)))
    if at_places:
        session.execute(delete(ServiceAtLocation).where(ServiceAtLocation.service_id.in_(at_places)))
        session.add_all(each for theirs in at_places.values() for each in theirs)
    session.flush()


@dataclass(frozen=True)
class Sinks:
    """Where events go, and the rows of service_at_location that take the place of all that a service had."""

    replace_places: Callable[[UUID, list[ServiceAtLocation]], None]
    publish: Callable[[Organization | Service, datetime], None]


def publish_known(
    row: Organization, listing: records.ProviderListing, rows: Sequence[Service], now: datetime, sinks: Sinks
) -> None:
    """The same from records at hand: `rows` are the services' rows, in the order of `listing.services`.

    For whoever has just written them all.
    """
    _publish_organization(row, listing, now, sinks)
    basic = organizations.organization_basic(listing.organization)
    embedded = organizations.organization_embedded(listing.organization)
    places = {place.id: place for place in listing.places}
    for record, service in zip(listing.services, rows, strict=True):
        own = [places[place] for place in record.places if place in places]
        _publish_service(service, _Facts(record, listing, own, basic, embedded), now, sinks)


class _Facts:
    """A service among what it hangs on. Each document is worked out once; whoever changes one copies it first."""

    def __init__(
        self,
        record: records.Service,
        listing: records.ProviderListing,
        places: list[records.Location],
        basic: Document,
        embedded: Document,
    ) -> None:
        self.record, self.listing, self.places = record, listing, places
        self.basic, self.embedded = basic, embedded

    @cached_property
    def summary(self) -> Document:
        return {**services.service_basic(self.record), "organization": self.basic}

    @cached_property
    def document(self) -> Document:
        return services.service_whole(self.record, self.listing, self.places, self.embedded)

    def snapshot(self) -> Document:
        return service_snapshot(self.record, self.listing.organization, self.places, self.listing.districts)


def _services_of(organization: UUID) -> Any:
    kept = select(Service).where(Service.organization_id == organization, Service.deleted_at.is_(None))
    return kept.order_by(Service.id).options(undefer(Service.snapshot))


def _listing(session: Session, row: Organization, rows: list[Service]) -> records.ProviderListing:
    of_this = select(Location.record).where(Location.organization_id == row.id).order_by(Location.id)
    places = tuple(LOCATION_FIELDS.load(record) for record in session.scalars(of_this))
    found = tuple(load_stored_service(service.record) for service in rows)
    codes = {place.district for place in places} | {code for service in found for code in service.districts}
    known = districts(session, codes | {row.district_code})
    return records.ProviderListing(
        ORGANIZATION_FIELDS.load(row.record), places, found, known, newest(session, [row.id])
    )


def districts(session: Session, codes: set[int]) -> Mapping[int, records.District]:
    """The districts with these LGD codes, as far as they are known."""
    joined = select(District, State).join(State, State.code == District.state_code).where(District.code.in_(codes))
    return {
        district.code: records.District(
            district.code, district.name, state.code, state.name, state.iso, dict(district.names)
        )
        for district, state in session.execute(joined)
    }


def _publish_organization(row: Organization, listing: records.ProviderListing, now: datetime, sinks: Sinks) -> None:
    document = organizations.organization_whole(listing)
    snapshot = organization_snapshot(listing.organization, listing.districts)
    public = is_public(row.status, row.kind)
    if not _moves(row, [document, snapshot, public], now):
        return
    row.public, row.snapshot = public, snapshot
    row.summary = to_bytes(organizations.organization_basic(listing.organization))
    row.document = to_bytes(document)
    sinks.publish(row, now)


def _publish_service(row: Service, facts: _Facts, now: datetime, sinks: Sinks) -> None:
    organization, document, snapshot = facts.listing.organization, facts.document, facts.snapshot()
    public = is_public(organization.status, organization.kind)
    if not _moves(row, [document, snapshot, public], now):
        return  # its rows of service_at_location say nothing that its document does not say
    row.public, row.snapshot = public, snapshot
    row.summary = to_bytes(dated(facts.summary, row.modified_at))
    row.document = to_bytes(dated(document, row.modified_at))
    row.term_ids = sorted({UUID(each) for each in _terms_of(document)})
    flag_modified(row, "term_ids")  # else services without a term make statements of another shape among the others
    sinks.replace_places(row.id, _at_locations(row, facts))
    sinks.publish(row, now)


def _terms_of(document: Document) -> Iterator[str]:
    for attribute in document["attributes"]:
        term = attribute.get("taxonomy_term_id") or attribute.get("taxonomy_term", {}).get("id")
        if term:
            yield str(term)


def _at_locations(row: Service, facts: _Facts) -> list[ServiceAtLocation]:
    summary, document = dated(facts.summary, row.modified_at), dated(facts.document, row.modified_at)
    inside = document.pop("service_at_locations", [])
    return [
        ServiceAtLocation(
            id=UUID(at_place["id"]),
            organization_id=row.organization_id,
            service_id=row.id,
            location_id=place.id,
            public=row.public,
            summary=to_bytes(services.at_location_basic(summary, facts.record, place)),
            document=to_bytes({**at_place, "service": document}),
            modified_at=row.modified_at,
        )
        for place, at_place in zip(facts.places, inside, strict=True)
    ]


def _moves(row: Published, answers: list[object], now: datetime) -> bool:
    """Whether the answers differ from the kept ones; if so the version has gone up."""
    fingerprint = sha256(to_bytes(answers)).digest()
    if row.fingerprint == fingerprint:
        return False
    row.fingerprint, row.version, row.modified_at = fingerprint, row.version + 1, now
    return True


def dated(document: Document, modified_at: datetime) -> Document:
    """The document with the moment (aware) at which anything in it changed last."""
    moment = modified_at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return {**document, "last_modified": moment}


def to_bytes(document: object) -> bytes:
    """Compact UTF-8 JSON, the same bytes for the same value."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"), default=str).encode()
