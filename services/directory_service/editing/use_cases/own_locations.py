"""Editable locations. Hiding an address never waits for anybody; showing one may.

Its own provider sees the exact address, also where that is confidential. A confidential location's address is in no
history and, unless it shall be shown, in no request. The part of town is public of such a location too: of a new
provider's the district stands there until a coordinator has read it.
"""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from directory_service.editing.domain.approval import is_new
from directory_service.editing.use_cases.editable import (
    Editable,
    IdTaken,
    Json,
    NotThere,
    OwnResource,
    ProposedChange,
    tag_of,
    waiting_for,
    with_waiting,
)
from directory_service.listings.domain import records
from directory_service.listings.domain.confidential_locations import may_tell
from directory_service.listings.domain.fields import LOCATION_FIELDS
from directory_service.listings.domain.history import Difference, applied, undone
from directory_service.listings.domain.hsds.edited_lists import with_district
from directory_service.listings.store.removed_listings import note_removal
from directory_service.listings.store.tables import (
    ChangeRequest,
    Location,
    LocationConfidential,
)
from directory_service.listings.use_cases.check_references import UnknownDistrict
from directory_service.listings.use_cases.coarsen_place import coarsen_place
from directory_service.listings.use_cases.publish_listing import districts
from directory_service.listings.use_cases.remove_listing import remove_location
from directory_service.listings.use_cases.save_listing import write_location_row
from directory_service.organizations.store.tables import (
    District,
    Organization,
)

OwnLocation = OwnResource[records.Location]


class EditableLocations(Editable[records.Location]):
    """`live` is what is stored with the exact address, `shown` the part that is not confidential."""

    resource_type = "location"
    audited_as, created_as = "place", "place"
    table = Location
    fields = LOCATION_FIELDS

    def load(self, session: Session, organization: UUID, resource: UUID) -> OwnLocation:
        """Nobody but the organisation sees a confidential address."""
        return own_location(session, organization, resource)

    def judged(self, row: Location) -> tuple[Json, object]:
        """Never with a confidential address; a location has no version that the public sees."""
        return row.record, row.modified_at.timestamp()

    def settled(self, session: Session, before: records.Location, record: records.Location) -> records.Location:
        """An address that came with a district's name gets the name of the one that was chosen.

        A copy of a shared place that is edited is a place of its own from then on. What everybody reads of a
        confidential one repeats nothing that is hidden.
        """
        if record != before:
            record = replace(record, shared_id=None)
        moved = districts(session, {record.district}) if record.district != before.district else {}
        same = record.hsds.get("addresses") == before.hsds.get("addresses")
        record = with_district(record, moved[record.district]) if moved and same else record
        return coarsen_place(session, record, before)

    def check(self, change: ProposedChange[records.Location]) -> None:
        """Raises UnknownDistrict, IdTaken."""
        location = change.record.id
        if change.own is None:
            taken = change.session.get(Location, location) is not None
            if taken or waiting_for(change.session, [location], self.resource_type):
                raise IdTaken(str(location))
        if change.session.get(District, change.record.district) is None:
            raise UnknownDistrict(f"{change.record.district} is not a known district (LGD code)")

    def in_force(self, change: ProposedChange[records.Location]) -> Json | None:
        """Of a new provider's confidential location the address, hidden, stands at once; its public words wait."""
        owner, record, live = change.owner, change.record, change.live
        if not (change.joins or is_new(owner.status, established=owner.established_at is not None)):
            return LOCATION_FIELDS.write(record)
        if not record.confidential:
            return None
        district = change.session.get_one(District, record.district)
        area, code = live.get("area", district.name), live.get("district", record.district)
        return LOCATION_FIELDS.write(coarsen_place(change.session, replace(record, area=area, district=code)))

    def store(self, session: Session, owner: Organization, record: records.Location, now: datetime) -> None:
        """The exact address of a confidential one in a table of its own."""
        write_location_row(session, self.owned(owner, record), now)

    def create(
        self, session: Session, owner: Organization, record: records.Location, now: datetime, *, publish: bool = True
    ) -> None:
        """Raises IdTaken: of two at once one gets the id, whatever the isolation level."""
        blank: Json = {"record": {}, "confidential": False, "modified_at": now}
        row = insert(Location).values(id=record.id, organization_id=owner.id, **blank)
        if session.execute(row.on_conflict_do_nothing(index_elements=["id"]).returning(Location.id)).first() is None:
            raise IdTaken(str(record.id))
        super().create(session, owner, record, now, publish=publish)

    def told(self, record: records.Location, changes: Sequence[Difference]) -> Sequence[Difference]:
        """As far as anybody may know it."""
        before = applied(LOCATION_FIELDS.write(record), undone(changes))
        states = [record, LOCATION_FIELDS.load(before)] if "area" in before else [record]
        return [each for each in changes if may_tell(each, states)]

    def forgets_requests(self, record: records.Location) -> bool:
        """They may tell an address that is confidential."""
        return record.confidential

    def audit_detail(self, change: ProposedChange[records.Location]) -> dict[str, str]:
        """Whether it is confidential now."""
        return {"confidential": str(change.record.confidential).lower()}

    def remove(self, session: Session, resource: UUID, now: datetime, *, publish: bool) -> None:
        """Its own history goes with it; the services stay, without it. No import brings it back."""
        note_removal(session, self.resource_type, resource, session.get_one(Location, resource).organization_id, now)
        remove_location(session, resource, now, publish=publish)


LOCATIONS = EditableLocations()


def own_location(session: Session, organization: UUID, location: UUID) -> OwnLocation:
    """Raises NotThere. The session's scope is the organisation's: nobody else sees a confidential address."""
    found = own_locations(session, organization, location)
    if not found:
        raise NotThere(str(location))
    return found[0]


def own_locations(session: Session, organization: UUID, only: UUID | None = None) -> list[OwnLocation]:
    """All of them by area and name, those that wait for a coordinator included; or `only` one."""
    stored = (
        select(Location, LocationConfidential.exact)
        .outerjoin(LocationConfidential, LocationConfidential.location_id == Location.id)
        .where(Location.organization_id == organization)
        .execution_options(populate_existing=True)
    )
    asked = select(ChangeRequest.resource_id).where(
        ChangeRequest.organization_id == organization, ChangeRequest.resource_type == "location"
    )
    if only is not None:
        stored, asked = stored.where(Location.id == only), asked.where(ChangeRequest.resource_id == only)
    rows = session.execute(stored).all()
    ids = {row.id for row, _ in rows} | set(session.scalars(asked))
    requests = waiting_for(session, list(ids), "location")
    found = [
        _to_own_location(row.id, row.record, exact if row.confidential else {}, requests.get(row.id))
        for row, exact in rows
    ]
    known = {each.id for each in found}
    found += [
        _to_own_location(location, {}, {}, request) for location, request in requests.items() if location not in known
    ]
    return sorted(found, key=lambda each: (each.record.area, each.record.name or "", each.id))


def _to_own_location(location: UUID, shown: Json, exact: Json | None, request: ChangeRequest | None) -> OwnLocation:
    live = {**shown, **(exact or {})}
    digest = sha256(json.dumps(live, sort_keys=True).encode()).hexdigest()[:16]
    record = LOCATION_FIELDS.load(with_waiting(live, request))
    return OwnLocation(location, live, shown, record, tag_of(digest, request), request)
