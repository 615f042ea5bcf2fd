"""Read model of what the directory says: whole snapshots, applied only if newer.

Public facts, and who is home (`staffed`, `stands_in_for`), which an event of an older version does not tell: one as new
that tells it is applied to a row that lacks it, so that an upgrade in any order ends the same.
"""

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
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
from referral_service.store.tables import directory_organization, directory_service
from setu.roles import CASE_WORKER, PRISON, PROVIDER

_ORGANIZATION = directory_organization.c
_SERVICE = directory_service.c
_FACTS = [_ORGANIZATION[name] for name in ("id", "name", "kind", "district", "status", "phone")]
_SOMEBODY_HOME = func.coalesce(_ORGANIZATION.staffed.contains([CASE_WORKER]), true())
_QUERY = (
    select(cast(_SERVICE.data, Text), _ORGANIZATION.name, _ORGANIZATION.phone, _SOMEBODY_HOME)
    .join_from(directory_service, directory_organization, _ORGANIZATION.id == _SERVICE.organization_id)
    .where(~_SERVICE.deleted, ~_ORGANIZATION.deleted, _ORGANIZATION.status == "active")
)
_IN_DISTRICT = _QUERY.where(_SERVICE.districts.contains(bindparam("districts", type_=_SERVICE.districts.type)))
_BY_ID = _QUERY.where(_SERVICE.id == any_(bindparam("ids", type_=ARRAY(Uuid))))


@dataclass(frozen=True)
class DirectoryOrganization:
    """An organisation as the directory published it. `district` is an LGD code."""

    id: UUID
    name: str
    kind: str
    district: int | None
    status: str
    phone: str | None


def listed_in(session: Session, district: int) -> Sequence[ListedService]:
    """The services of active organisations that serve the district."""
    return _listed(session, _IN_DISTRICT, districts=[district])


def listed_by_id(session: Session, ids: Collection[UUID]) -> Mapping[UUID, ListedService]:
    """Those of the services that exist, of active organisations."""
    return {service.id: service for service in _listed(session, _BY_ID, ids=list(ids))}


def find_organization(session: Session, organization: UUID) -> DirectoryOrganization | None:
    """One organisation that was not deleted, or None."""
    row = session.execute(select(*_FACTS).where(_ORGANIZATION.id == organization, ~_ORGANIZATION.deleted)).first()
    return None if row is None else DirectoryOrganization(*row)


def names_of_organizations(session: Session, ids: Collection[UUID]) -> Mapping[UUID, str]:
    """The names of those that the directory knows."""
    query = select(_ORGANIZATION.id, _ORGANIZATION.name).where(_ORGANIZATION.id.in_(ids), ~_ORGANIZATION.deleted)
    return {row.id: row.name for row in session.execute(query)}


def list_prisons(session: Session, *, other_than: UUID) -> Sequence[DirectoryOrganization]:
    """Every active prison but this one, by name."""
    listed = and_(_ORGANIZATION.kind == PRISON, _ORGANIZATION.status == "active", ~_ORGANIZATION.deleted)
    query = select(*_FACTS).where(listed, _ORGANIZATION.id != other_than)
    rows = session.execute(query.order_by(_ORGANIZATION.name, _ORGANIZATION.id))
    return [DirectoryOrganization(*row) for row in rows]


def providers_without_case_worker(
    session: Session, districts: Collection[int], limit: int
) -> tuple[int, Sequence[DirectoryOrganization]]:
    """How many active providers of the districts have nobody who can take a referral, and the first by name."""
    lacking = and_(_ORGANIZATION.staffed.is_not(None), ~_ORGANIZATION.staffed.contains([CASE_WORKER]))
    working = and_(_ORGANIZATION.kind == PROVIDER, _ORGANIZATION.status == "active", ~_ORGANIZATION.deleted)
    theirs = and_(_ORGANIZATION.district.in_(districts), working, lacking)
    count = session.scalar(select(func.count()).where(theirs)) or 0
    rows = session.execute(select(*_FACTS).where(theirs).order_by(_ORGANIZATION.name, _ORGANIZATION.id).limit(limit))
    return count, [DirectoryOrganization(*row) for row in rows]


def stands_in_for(session: Session, organization: UUID) -> Sequence[int]:
    """The districts without a coordinator (LGD codes) that fall to this body."""
    query = select(_ORGANIZATION.stands_in_for).where(_ORGANIZATION.id == organization, ~_ORGANIZATION.deleted)
    return session.scalar(query) or ()


def put_organization(session: Session, data: Mapping[str, Any]) -> None:
    """Apply the snapshot if it is newer than what is kept."""
    values = {name: data.get(name) for name in _KEPT}
    session.execute(_PUT_ORGANIZATION, {"id": UUID(data["organization_id"]), **values})


def put_service(session: Session, data: Mapping[str, Any]) -> None:
    """Apply the snapshot if it is newer than what is kept."""
    put_services(session, [data])


def put_services(session: Session, snapshots: Sequence[Mapping[str, Any]]) -> None:
    """Apply each, in this order, if it is newer than what is kept; in one round trip."""
    session.execute(_PUT_SERVICE, [_service_row(data) for data in snapshots])


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
    values = {column.name: statement.excluded[column.name] for column in table.c if not column.primary_key}
    newer = or_(table.c.version < statement.excluded.version, says_more(statement))
    return statement.on_conflict_do_update(index_elements=["id"], set_=values, where=newer)


def _tells_who_is_home(statement: Insert) -> ColumnElement[bool]:
    told = statement.excluded
    as_new = _ORGANIZATION.version == told.version
    return and_(as_new, _ORGANIZATION.staffed.is_(None), told.staffed.is_not(None))


_KEPT = ("version", "deleted", "name", "kind", "district", "status", "phone", "staffed", "stands_in_for")
_PUT_ORGANIZATION = _if_newer(directory_organization, _tells_who_is_home)
_PUT_SERVICE = _if_newer(directory_service)


def _listed(session: Session, query: Select[Any], **bound: object) -> Sequence[ListedService]:
    return [_to_service(*row) for row in session.execute(query, bound)]


@lru_cache(maxsize=512)
def _to_service(
    snapshot: str, organization_name: str, organization_phone: str | None, somebody_home: bool
) -> ListedService:
    """Read once for as long as it says the same: a service is asked for far more often than it changes."""
    data = json.loads(snapshot)
    known = data if data.get("phone") else {**data, "phone": organization_phone}
    return from_snapshot(known, organization_name, somebody_home=somebody_home)
