"""A provider puts a new service into the directory, under an id that nobody has used."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from directory_service.domain import records
from directory_service.store.tables_listings import District, Location, Service
from directory_service.use_cases.save_service import save_service


class ServiceExists(Exception):
    """The id is taken, by whomever, or was and is deleted."""


class NotYourPlace(LookupError):
    """A place of the record is not one of the organisation's."""


class UnknownDistrict(LookupError):
    """A district of the record is not in the directory's table."""


def create_service(session: Session, record: records.Service, now: datetime) -> None:
    """Raises ServiceExists, NotYourPlace, UnknownDistrict. The session's scope is the organisation's."""
    own = set(session.scalars(select(Location.id).where(Location.organization_id == record.organization_id)))
    for place in record.places:
        if place not in own:
            raise NotYourPlace(f"{place} is not a place of your organisation")
    known = set(session.scalars(select(District.code).where(District.code.in_(record.districts))))
    for district in record.districts:
        if district not in known:
            raise UnknownDistrict(f"{district} is not a known district (LGD code)")
    _claim(session, record, now)
    save_service(session, record, now)


def _claim(session: Session, record: records.Service, now: datetime) -> None:
    """Take the id; of two requests at once one gets it, whatever the isolation level."""
    blank = {"record": {}, "name": "", "status": "active", "accepting": "open", "needs": [], "districts": []}
    row = insert(Service).values(
        id=record.id, organization_id=record.organization_id, modified_at=now, search_text="", **blank
    )
    taken = session.execute(row.on_conflict_do_nothing(index_elements=["id"]).returning(Service.id)).first()
    if taken is None:
        raise ServiceExists(str(record.id))
