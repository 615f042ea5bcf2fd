"""Put an organisation's snapshot into the outbox: the one place where `directory.organization.changed.v1` is made.

A snapshot is the public facts, and beside them what only Setu's own services are told: who is home (`staffed`,
`stands_in_for`) and which body is a state's. Each part has a counter of its own, and the snapshot's version is their
sum: it grows with both, while the version that the public sees does not move when somebody signs in.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from types import MappingProxyType

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory_service.organizations.store.tables import District, Organization
from service_kit.db import outbox
from service_kit.envelope import Event
from service_kit.ids import SystemIds
from setu.roles import COORDINATING_BODY

NO_NAMES: Mapping[str, Mapping[str, str]] = MappingProxyType({})
ORGANIZATION_CHANGED = "directory.organization.changed.v1"


def publish_organization(session: Session, row: Organization, now: datetime) -> None:
    """Outbox the snapshot, `deleted` where the row is a tombstone. `now` (aware) is its time."""
    outbox.add(session, organization_event(row, now, _names_of(session, row.stands_in_for)))


def organization_event(row: Organization, now: datetime, names: Mapping[str, Mapping[str, str]] = NO_NAMES) -> Event:
    """The event itself, for whoever writes many at once. `staffed` is left out where it was never worked out.

    `names`: of districts, beside that of its own.
    """
    told = row.snapshot or {}
    data = {
        **told,
        "district_names": {**told.get("district_names", {}), **names},
        **({} if row.staffed is None else {"staffed": list(row.staffed)}),
        "stands_in_for": list(row.stands_in_for),
        **({"whole_state": True} if _is_a_states(row) else {}),
        "version": row.version + row.staffing_version,
        "deleted": row.deleted_at is not None,
    }
    return Event(type=ORGANIZATION_CHANGED, subject=str(row.id), data=data, id=SystemIds().uuid(), time=now)


def _names_of(session: Session, districts: Collection[int]) -> Mapping[str, Mapping[str, str]]:
    found = session.scalars(select(District).where(District.code.in_(districts))) if districts else ()
    return {str(one.code): {"en": one.name, **one.names} for one in found}


def _is_a_states(row: Organization) -> bool:
    return row.kind == COORDINATING_BODY and bool(row.record.get("whole_state"))
