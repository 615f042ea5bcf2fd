"""What the public pages show of services that were found, and of districts: one statement each.

Rows bring the record (which never holds a confidential place's address), the public snapshot and the provider's names.
Not for finding: `use_cases.find_services` does that, in the index.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from directory_service.listings.store.tables import Service
from directory_service.organizations.store.tables import (
    District,
    Organization,
    State,
)


@dataclass(frozen=True)
class ShownService:
    """A public service as the pages read it; `document`, its HSDS document, only where one service is asked for."""

    id: UUID
    record: dict[str, Any]
    snapshot: dict[str, Any]
    organization_id: UUID
    organization: dict[str, Any]
    modified_at: datetime
    gone: bool = False
    document: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class KnownDistrict:
    """A district that a person may mean."""

    code: int
    name: str
    names: dict[str, str]
    state: str


def services_shown(session: Session, ids: Sequence[str]) -> list[ShownService]:
    """The public ones among these, in the order of the ids."""
    wanted = _rows().where(Service.id.in_(map(UUID, ids)), Service.public)
    found = {str(row.id): _to_shown_service(row) for row in session.execute(wanted)}
    return [found[each] for each in ids if each in found]


def find_service(session: Session, service: UUID) -> ShownService | None:
    """A public service, or the trace of one that was deleted (`gone`)."""
    row = session.execute(_rows().add_columns(Service.document).where(Service.id == service)).one_or_none()
    if row is None or not (row.public or row.deleted_at):
        return None
    return replace(_to_shown_service(row), document=json.loads(row.document or b"{}"))


def districts_named(session: Session, codes: Sequence[int]) -> list[KnownDistrict]:
    """The districts with these LGD codes, by state and name."""
    wanted = (
        select(District.code, District.name, District.names, State.name.label("state"))
        .join(State, State.code == District.state_code)
        .where(District.code.in_(codes))
        .order_by(State.name, District.name)
    )
    return [KnownDistrict(row.code, row.name, dict(row.names), row.state) for row in session.execute(wanted)]


def _rows() -> Any:
    columns: list[Any] = [Service.id, Service.record, Service.snapshot, Service.modified_at, Service.deleted_at]
    owner: list[Any] = [Organization.id.label("owner_id"), Organization.record.label("owner")]
    joined = select(*columns, Service.public, *owner)
    return joined.join(Organization, Organization.id == Service.organization_id)


def _to_shown_service(row: Row[Any]) -> ShownService:
    return ShownService(
        row.id, row.record, row.snapshot or {}, row.owner_id, row.owner, row.modified_at, gone=bool(row.deleted_at)
    )
