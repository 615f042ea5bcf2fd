"""Read model of what the directory says: whole snapshots, applied only if newer.

Public facts, and who is home (`staffed`, `stands_in_for`), which an event of an older version does not tell: one as new
that tells it is applied to a row that lacks it, so that an upgrade in any order ends the same.
"""

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Select,
    Table,
    Text,
    Uuid,
    and_,
    any_,
    bindparam,
    case,
    cast,
    false,
    func,
    or_,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import ARRAY, Insert, insert
from sqlalchemy.orm import Session

from referral_service.domain.listed_service import ListedService, from_snapshot
from referral_service.domain.matching.eligibility import TAKING
from referral_service.domain.standing import ACTIVE, SUSPENDED
from referral_service.store.districts import put_district_names
from referral_service.store.tables_directory import directory_organization, directory_service
from setu.districts import districts_nearby
from setu.roles import CASE_WORKER, PRISON, PROVIDER

_ORGANIZATION = directory_organization.c
_SERVICE = directory_service.c
_FACTS = [_ORGANIZATION[name] for name in ("id", "name", "kind", "district", "status", "phone")]
_SOMEBODY_HOME = func.coalesce(any_(_ORGANIZATION.staffed) == CASE_WORKER, true())
_OF_PROVIDER = (_ORGANIZATION.name, _ORGANIZATION.phone, _ORGANIZATION.district, _SOMEBODY_HOME)
_QUERY = (
    select(cast(_SERVICE.data, Text), *_OF_PROVIDER)
    .join_from(directory_service, directory_organization, _ORGANIZATION.id == _SERVICE.organization_id)
    .where(~_SERVICE.deleted, ~_ORGANIZATION.deleted, _ORGANIZATION.status == ACTIVE)
)
_SENDER = directory_organization.alias()
_SENDER_IS_SUSPENDED = (
    select(_SENDER.c.id).where(_SENDER.c.id == bindparam("sender", type_=Uuid), _SENDER.c.status == SUSPENDED).exists()
)
_IN_DISTRICT = _QUERY.where(_SERVICE.districts.contains(bindparam("districts", type_=_SERVICE.districts.type)))
_IN_ANY_DISTRICT = _QUERY.where(_SERVICE.districts.overlap(bindparam("districts", type_=_SERVICE.districts.type)))
_TAKES_SOMEBODY = and_(
    func.coalesce(_SERVICE.data["accepting"].astext, "").in_(TAKING),
    _SERVICE.data["needs"].has_any(bindparam("needs", type_=ARRAY(Text))),
)
_FOR_NEEDS = _IN_ANY_DISTRICT.where(_TAKES_SOMEBODY)
_NOT_AT_HOME = ~_SERVICE.districts.contains(bindparam("home", type_=_SERVICE.districts.type))
_NEARBY = (
    _FOR_NEEDS.where(_NOT_AT_HOME)
    .order_by(_SERVICE.data["accepting"].astext, _SERVICE.data["name"].astext, _SERVICE.id)
    .limit(bindparam("most"))
)
_BY_DISTRICT_OR_ID = _QUERY.where(
    or_(
        _SERVICE.districts.contains(bindparam("districts", type_=_SERVICE.districts.type)),
        _SERVICE.id == any_(bindparam("ids", type_=ARRAY(Uuid))),
    )
)
_BY_ID = _QUERY.where(_SERVICE.id == any_(bindparam("ids", type_=ARRAY(Uuid))))
_BY_ID_FOR = _BY_ID.where(~_SENDER_IS_SUSPENDED)


@dataclass(frozen=True)
class DirectoryOrganization:
    """An organisation as the directory published it. `district` is an LGD code; `status`: see `domain/standing.py`."""

    id: UUID
    name: str
    kind: str
    district: int | None
    status: str
    phone: str | None


def listed_in(session: Session, district: int) -> Sequence[ListedService]:
    """The services of active organisations that serve the district."""
    return _listed(session, _IN_DISTRICT, districts=[district])


def listed_for_needs(session: Session, districts: Collection[int], needs: Collection[str]) -> Sequence[ListedService]:
    """The services of active organisations that serve one of the districts and take somebody for one of the needs."""
    return _listed(session, _FOR_NEEDS, districts=sorted(districts), needs=sorted(needs))


def listed_nearby(
    session: Session, home: int, districts: Collection[int], needs: Collection[str], most: int
) -> Sequence[ListedService]:
    """The same, without what serves `home`: at most so many, open ones first, by name."""
    nearby = {"home": [home], "districts": sorted(districts), "needs": sorted(needs), "most": most}
    return _listed(session, _NEARBY, **nearby)


def listed_in_or_by_id(session: Session, district: int, ids: Collection[UUID]) -> Sequence[ListedService]:
    """The services that serve the district, and those of these that exist; all of active organisations."""
    return _listed(session, _BY_DISTRICT_OR_ID, districts=[district], ids=list(ids))


def listed_by_id(session: Session, ids: Collection[UUID]) -> Mapping[UUID, ListedService]:
    """Those of the services that exist, of active organisations."""
    return {service.id: service for service in _listed(session, _BY_ID, ids=list(ids))}


def listed_for(session: Session, ids: Collection[UUID], sender: UUID) -> Mapping[UUID, ListedService]:
    """The same, and none where the sender's unit is suspended or closing: it sends nothing new."""
    return {service.id: service for service in _listed(session, _BY_ID_FOR, ids=list(ids), sender=sender)}


def find_organization(session: Session, organization: UUID) -> DirectoryOrganization | None:
    """One organisation that was not deleted, or None."""
    row = session.execute(select(*_FACTS).where(_ORGANIZATION.id == organization, ~_ORGANIZATION.deleted)).first()
    return None if row is None else DirectoryOrganization(*row)


def names_of_organizations(session: Session, ids: Collection[UUID]) -> Mapping[UUID, str]:
    """The names of those that the directory knows; nothing is asked for none."""
    if not ids:
        return {}
    query = select(_ORGANIZATION.id, _ORGANIZATION.name).where(_ORGANIZATION.id.in_(ids), ~_ORGANIZATION.deleted)
    return {row.id: row.name for row in session.execute(query)}


def list_prisons(session: Session, *, other_than: UUID) -> Sequence[DirectoryOrganization]:
    """Every active prison but this one, by name."""
    listed = and_(_ORGANIZATION.kind == PRISON, _ORGANIZATION.status == ACTIVE, ~_ORGANIZATION.deleted)
    query = select(*_FACTS).where(listed, _ORGANIZATION.id != other_than)
    rows = session.execute(query.order_by(_ORGANIZATION.name, _ORGANIZATION.id))
    return [DirectoryOrganization(*row) for row in rows]


def providers_without_case_worker(
    session: Session, districts: Collection[int], limit: int
) -> tuple[int, Sequence[DirectoryOrganization]]:
    """How many active providers of the districts have nobody who can take a referral, and the first by name."""
    lacking = and_(_ORGANIZATION.staffed.is_not(None), ~_ORGANIZATION.staffed.contains([CASE_WORKER]))
    working = and_(_ORGANIZATION.kind == PROVIDER, _ORGANIZATION.status == ACTIVE, ~_ORGANIZATION.deleted)
    theirs = and_(_ORGANIZATION.district.in_(districts), working, lacking)
    count = session.scalar(select(func.count()).where(theirs)) or 0
    rows = session.execute(select(*_FACTS).where(theirs).order_by(_ORGANIZATION.name, _ORGANIZATION.id).limit(limit))
    return count, [DirectoryOrganization(*row) for row in rows]


def stands_in_for(session: Session, organization: UUID) -> Sequence[int]:
    """The districts without a coordinator (LGD codes) that fall to this body; a session would outlive the answer."""
    query = select(_ORGANIZATION.stands_in_for).where(_ORGANIZATION.id == organization, ~_ORGANIZATION.deleted)
    return session.scalar(query) or ()


def districts_overseen(session: Session, organization: UUID) -> Sequence[int]:
    """Every district (LGD codes) of the state whose body it is; none of any other. Its data officers reach them all."""
    working = and_(~_ORGANIZATION.deleted, _ORGANIZATION.status == ACTIVE)
    return session.scalar(select(_ORGANIZATION.oversees).where(_ORGANIZATION.id == organization, working)) or ()


def bodies_overseeing(session: Session, district: int) -> Sequence[UUID]:
    """The bodies of the state in which the district is."""
    working = and_(~_ORGANIZATION.deleted, _ORGANIZATION.status == ACTIVE)
    query = select(_ORGANIZATION.id).where(working, _ORGANIZATION.oversees.contains([district]))
    return session.scalars(query.order_by(_ORGANIZATION.id)).all()


def going_providers() -> Select[tuple[UUID]]:
    """The ids of providers that are closing or closed, for a condition."""
    return select(_ORGANIZATION.id).where(_ORGANIZATION.kind == PROVIDER, _ORGANIZATION.standing.in_(GOING))


def providers_closed_before(moment: datetime) -> Select[tuple[UUID]]:
    """The ids of providers that were closed by then, for a condition."""
    return select(_ORGANIZATION.id).where(_ORGANIZATION.kind == PROVIDER, _ORGANIZATION.closed_at <= moment)


def put_organization(session: Session, data: Mapping[str, Any], at: datetime | None = None) -> None:
    """Apply the snapshot if it is newer than what is kept. `at` (aware) is when it was told."""
    values = {name: data.get(name) for name in _KEPT}
    values["closed_at"] = at if data.get("standing") == CLOSED else None
    values["oversees"] = _districts_of_state(data.get("district")) if data.get("whole_state") else None
    session.execute(_PUT_ORGANIZATION, {"id": UUID(data["organization_id"]), **values})
    put_district_names(session, [data.get("district_names") or {}])


def put_service(session: Session, data: Mapping[str, Any]) -> None:
    """Apply the snapshot if it is newer than what is kept."""
    put_services(session, [data])


def put_services(session: Session, snapshots: Sequence[Mapping[str, Any]]) -> None:
    """Apply each, in this order, if it is newer than what is kept; in one round trip."""
    session.execute(_PUT_SERVICE, [_service_row(data) for data in snapshots])
    put_district_names(session, [data.get("district_names") or {} for data in snapshots])


def _districts_of_state(district: int | None) -> list[int] | None:
    return None if district is None else sorted({district, *districts_nearby(district)})


def _service_row(data: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": UUID(data["service_id"]),
        "organization_id": UUID(data["organization_id"]),
        "version": data["version"],
        "deleted": data["deleted"],
        "districts": [code for code in data.get("districts") or () if isinstance(code, int)],
        "data": dict(data),
    }


def _if_newer(table: Table, says_more: Callable[[Insert], ColumnElement[bool]] = lambda _: false()) -> Insert:
    statement = insert(table)
    values: dict[str, ColumnElement[Any]] = {
        column.name: statement.excluded[column.name] for column in table.c if not column.primary_key
    }
    if "closed_at" in values:  # the first time counts, until it is open again
        since = func.coalesce(table.c.closed_at, values["closed_at"])
        values["closed_at"] = case((values["closed_at"].is_not(None), since))
    newer = or_(table.c.version < statement.excluded.version, says_more(statement))
    return statement.on_conflict_do_update(index_elements=["id"], set_=values, where=newer)


def _tells_who_is_home(statement: Insert) -> ColumnElement[bool]:
    told = statement.excluded
    as_new = _ORGANIZATION.version == told.version
    return and_(as_new, _ORGANIZATION.staffed.is_(None), told.staffed.is_not(None))


CLOSED = "closed"
GOING = ("closing", CLOSED)
"""Standings of a provider that is leaving: what its team holds needs a coordinator's eye."""
_KEPT = ("version", "deleted", "name", "kind", "district", "status", "phone", "staffed", "stands_in_for", "standing")
_PUT_ORGANIZATION = _if_newer(directory_organization, _tells_who_is_home)
_PUT_SERVICE = _if_newer(directory_service)


def _listed(session: Session, query: Select[Any], **bound: object) -> Sequence[ListedService]:
    return [_to_service(*row) for row in session.execute(query, bound)]


@lru_cache(maxsize=512)
def _to_service(
    snapshot: str, organization_name: str, phone: str | None, district: int | None, somebody_home: bool
) -> ListedService:
    """Read once for as long as it says the same: a service is asked for far more often than it changes."""
    data = json.loads(snapshot)
    known = data if data.get("phone") else {**data, "phone": phone}
    return from_snapshot(known, organization_name, home_district=district, somebody_home=somebody_home)
