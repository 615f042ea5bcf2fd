"""A place as its own provider sees it: with the exact address, also where that is confidential, and what waits."""

import json
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory_service.editing.use_cases.provider_service import (
    NotThere,
    changes_of,
    waiting_for,
)
from directory_service.listings.domain import records
from directory_service.listings.domain.history import applied
from directory_service.listings.store.tables import (
    ChangeRequest,
    Location,
    LocationConfidential,
)
from directory_service.listings.use_cases.listing_records import read_place

Json = dict[str, Any]


@dataclass(frozen=True)
class OwnPlace:
    """`record` holds what waits; `live` is what is stored, `shown` the part that is not confidential."""

    id: UUID
    live: Json
    shown: Json
    record: records.Place
    tag: str
    waiting: ChangeRequest | None


def own_place(session: Session, organization: UUID, place: UUID) -> OwnPlace:
    """Raises NotThere. The session's scope is the organisation's: nobody else sees a confidential address."""
    found = [each for each in own_places(session, organization) if each.id == place]
    if not found:
        raise NotThere(str(place))
    return found[0]


def own_places(session: Session, organization: UUID) -> list[OwnPlace]:
    """All of them by area and name, those that wait for a coordinator included."""
    stored = select(Location, LocationConfidential.exact).outerjoin(
        LocationConfidential, LocationConfidential.location_id == Location.id
    )
    rows = session.execute(
        stored.where(Location.organization_id == organization).execution_options(populate_existing=True)
    ).all()
    of_places = (ChangeRequest.organization_id == organization, ChangeRequest.resource_type == "location")
    ids = {row.id for row, _ in rows} | set(session.scalars(select(ChangeRequest.resource_id).where(*of_places)))
    requests = waiting_for(session, list(ids), "location")
    found = [_own(row.id, row.record, exact if row.confidential else {}, requests.get(row.id)) for row, exact in rows]
    known = {each.id for each in found}
    found += [_own(place, {}, {}, request) for place, request in requests.items() if place not in known]
    return sorted(found, key=lambda each: (each.record.area, each.record.name or "", each.id))


def _own(place: UUID, shown: Json, exact: Json | None, request: ChangeRequest | None) -> OwnPlace:
    live = {**shown, **(exact or {})}
    record = read_place(applied(live, changes_of(request)) if request else live)
    digest = sha256(json.dumps(live, sort_keys=True).encode()).hexdigest()[:16]
    return OwnPlace(place, live, shown, record, f"{digest}-{request.version}" if request else digest, request)
