"""Coarsen the part of town of places that were hidden before it was looked at: it may repeat the name or the street.

Promises: a place changes in one transaction with what the public sees of its organisation and with what its history
and requests tell; where nothing repeats, nothing is written. What is hidden from now on comes coarse into the directory
(`save_listing.fill_location`); what a process of the release before hides beside this one is found by the rounds of
`sweep_hidden_places.py`.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory_service.listings.domain import records
from directory_service.listings.domain.confidential_locations import change_tells_where
from directory_service.listings.domain.fields import LOCATION_FIELDS
from directory_service.listings.domain.history import Difference
from directory_service.listings.store.tables import Location, LocationConfidential
from directory_service.listings.use_cases.coarsen_place import coarsen_place, names_of_district
from directory_service.listings.use_cases.forget_repeated_areas import forget_repeated_areas, told_areas
from directory_service.listings.use_cases.publish_listing import publish_listing
from directory_service.listings.use_cases.save_listing import write_location_row
from directory_service.organizations.store.tables import Organization
from service_kit.db.engine import Database

_HIDDEN = (
    select(Location.id, Location.organization_id, Location.record, LocationConfidential.exact)
    .join(LocationConfidential, LocationConfidential.location_id == Location.id)
    .where(Location.confidential)
)


def coarsen_areas(db: Database, now: datetime, changed_since: datetime | None = None) -> int:
    """How many places were changed, of those whose row changed since (None: of all).

    `db` sees all rows; times are aware.
    """
    wanted = _HIDDEN if changed_since is None else _HIDDEN.where(Location.modified_at >= changed_since)
    with db.transaction() as session:
        told: dict[UUID, list[Difference]] = {}
        for key, change in told_areas(session, changed_since):
            told.setdefault(key, []).append(change)
        rows = session.execute(wanted.execution_options(yield_per=500))
        telling = [(row.id, row.organization_id) for row in rows if _is_telling(session, row, told.get(row.id, ()))]
    for place, organization in telling:
        _coarsen(db, place, organization, now)
    return len(telling)


def _is_telling(session: Session, row: Any, told: Iterable[Difference]) -> bool:
    place = _with_exact_fields(row)
    if coarsen_place(session, place) is not place:
        return True
    if not any(change_tells_where(change, [place]) for change in told):
        return False
    named = names_of_district(session, place.district)
    return any(change_tells_where(change, [place], named) for change in told)


def _with_exact_fields(row: Any) -> records.Location:
    return LOCATION_FIELDS.load({**row.record, **row.exact})


def _coarsen(db: Database, place: UUID, organization: UUID, now: datetime) -> None:
    with db.transaction() as session:
        owner = session.get_one(Organization, organization, with_for_update=True)
        row = session.execute(_HIDDEN.where(Location.id == place)).one_or_none()
        if row is None:
            return
        write_location_row(session, _with_exact_fields(row), now)
        forget_repeated_areas(session, _with_exact_fields(row))
        if owner.deleted_at is None:
            publish_listing(session, owner, now)
