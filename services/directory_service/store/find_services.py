"""Look services up for the public pages: by district or words, need, and state of taking new people.

One statement a search. Rows bring what the page shows: the record (which never holds a place's address), the public
snapshot and the provider's names.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Integer, Row, case, cast, func, or_, select
from sqlalchemy.orm import Session

from directory_service.store.tables_listings import District, Organization, Service, State


@dataclass(frozen=True)
class Found:
    """A public service as the pages read it."""

    id: UUID
    record: dict[str, Any]
    snapshot: dict[str, Any]
    organization_id: UUID
    organization: dict[str, Any]
    modified_at: datetime
    gone: bool = False


@dataclass(frozen=True)
class KnownDistrict:
    """A district that a person may mean."""

    code: int
    name: str
    names: dict[str, str]
    state: str


def find_services(
    session: Session, *, districts: Sequence[int] = (), words: str = "", need: str | None = None, limit: int = 500
) -> list[Found]:
    """Active public services; those that take new people first, then by name."""
    rank = case({"open": 0, "waiting_list": 1}, value=Service.accepting, else_=2)
    wanted = _rows().where(Service.public, Service.status == "active").order_by(rank, Service.name, Service.id)
    if districts:
        wanted = wanted.where(Service.districts.overlap(list(districts)))
    for word in words.lower().split():
        name = func.lower(Organization.record["names"].astext + " " + Organization.name)
        wanted = wanted.where(
            or_(Service.search_text.contains(word, autoescape=True), name.contains(word, autoescape=True))
        )
    if need:
        wanted = wanted.where(Service.needs.contains([need]))
    return [_found(row) for row in session.execute(wanted.limit(limit))]


def find_service(session: Session, service: UUID) -> Found | None:
    """A public service, or the trace of one that was deleted (`gone`)."""
    row = session.execute(_rows().where(Service.id == service)).one_or_none()
    if row is None or not (row.public or row.deleted_at):
        return None
    return _found(row)


def districts_served(session: Session) -> list[KnownDistrict]:
    """Districts in which a public, active service works, by state and name."""
    served = select(cast(func.unnest(Service.districts), Integer)).where(Service.public, Service.status == "active")
    wanted = (
        select(District.code, District.name, District.names, State.name.label("state"))
        .join(State, State.code == District.state_code)
        .where(District.code.in_(served))
        .order_by(State.name, District.name)
    )
    return [KnownDistrict(row.code, row.name, dict(row.names), row.state) for row in session.execute(wanted)]


def _rows() -> Any:
    columns: list[Any] = [Service.id, Service.record, Service.snapshot, Service.modified_at, Service.deleted_at]
    owner: list[Any] = [Organization.id.label("owner_id"), Organization.record.label("owner")]
    joined = select(*columns, Service.public, *owner)
    return joined.join(Organization, Organization.id == Service.organization_id)


def _found(row: Row[Any]) -> Found:
    return Found(
        row.id, row.record, row.snapshot or {}, row.owner_id, row.owner, row.modified_at, gone=bool(row.deleted_at)
    )
