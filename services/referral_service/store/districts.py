"""Districts as the directory names them, and which of them a provider serves: what the officer's form offers."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from referral_service.domain.standing import ACTIVE
from referral_service.store.tables_directory import directory_district, directory_organization, directory_service
from service_kit.clock import Clock
from service_kit.db.engine import Database

FRESH = timedelta(minutes=1)
Names = Mapping[int, Mapping[str, str]]


def put_district_names(session: Session, told: Collection[Mapping[str, Any]]) -> None:
    """Keep the names that snapshots tell, by LGD code; of several the last."""
    known = {int(code): names for each in told for code, names in each.items()}
    if not known:
        return
    statement = insert(directory_district)
    differs = directory_district.c.names != statement.excluded.names
    keep = statement.on_conflict_do_update(
        index_elements=["code"], set_={"names": statement.excluded.names}, where=differs
    )
    session.execute(keep, [{"code": code, "names": dict(known[code])} for code in sorted(known)])


def served_districts(session: Session) -> Sequence[int]:
    """The districts (LGD codes) that a service of an active provider names."""
    service, organization = directory_service.c, directory_organization.c
    codes = (
        select(func.unnest(service.districts).label("code"))
        .join_from(directory_service, directory_organization, organization.id == service.organization_id)
        .where(~service.deleted, ~organization.deleted, organization.status == ACTIVE)
    )
    return sorted(set(session.scalars(codes)))


def registered_districts(session: Session) -> frozenset[int]:
    """The districts (LGD codes) in which an active organisation is, or which an active provider serves."""
    organization = directory_organization.c
    active = (~organization.deleted, organization.status == ACTIVE, organization.district.is_not(None))
    return frozenset({*session.scalars(select(organization.district).where(*active)), *served_districts(session)})


class DistrictNames:
    """Cache of the names of districts, a minute old at most: every page names some, and they hardly ever change.

    Promises: at most one look-up a minute and process. Not for deciding anything; the code decides.
    """

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db, self._clock = db, clock
        self._read: tuple[datetime, Names] | None = None

    def of(self, code: int) -> Mapping[str, str]:
        """The names of a district by language; empty where the directory never told any."""
        now = self._clock.now()
        if self._read is None or now - self._read[0] >= FRESH:
            rows = self._db.fetch_committed(select(directory_district.c.code, directory_district.c.names))
            self._read = now, {row.code: row.names for row in rows}
        return self._read[1].get(code, {})
