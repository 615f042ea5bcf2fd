"""Read model of the directory's public facts: whole snapshots, applied only if newer."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import Select, Table, Text, Uuid, any_, bindparam, cast, select
from sqlalchemy.dialects.postgresql import ARRAY, Insert, insert
from sqlalchemy.orm import Session

from referral_service.domain.listed_service import ListedService, from_snapshot
from referral_service.store.tables import directory_organization, directory_service

_ORGANIZATION = directory_organization.c
_SERVICE = directory_service.c
_QUERY = (
    select(cast(_SERVICE.data, Text), _ORGANIZATION.name, _ORGANIZATION.phone)
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
    columns = (_ORGANIZATION[name] for name in ("id", "name", "kind", "district", "status", "phone"))
    row = session.execute(select(*columns).where(_ORGANIZATION.id == organization, ~_ORGANIZATION.deleted)).first()
    return None if row is None else DirectoryOrganization(*row)


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


def _if_newer(table: Table) -> Insert:
    statement = insert(table)
    values = {column.name: statement.excluded[column.name] for column in table.c if not column.primary_key}
    newer = table.c.version < statement.excluded.version
    return statement.on_conflict_do_update(index_elements=["id"], set_=values, where=newer)


_KEPT = ("version", "deleted", "name", "kind", "district", "status", "phone")
_PUT_ORGANIZATION, _PUT_SERVICE = _if_newer(directory_organization), _if_newer(directory_service)


def _listed(session: Session, query: Select[Any], **bound: object) -> Sequence[ListedService]:
    return [_to_service(*row) for row in session.execute(query, bound)]


@lru_cache(maxsize=512)
def _to_service(snapshot: str, organization_name: str, organization_phone: str | None) -> ListedService:
    """Read once for as long as it says the same: a service is asked for far more often than it changes."""
    data = json.loads(snapshot)
    return from_snapshot(data if data.get("phone") else {**data, "phone": organization_phone}, organization_name)
