"""API keys as rows: the one that a request presents, and those of an organisation.

Row-level security shows a key's row to the transaction that says its digest, and an organisation's keys to its manager.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Integer, case, delete, func, or_, select, true, type_coerce, update
from sqlalchemy.dialects.postgresql import ARRAY, array
from sqlalchemy.orm import Session

from directory_service.accounts.store.tables import ApiKey
from directory_service.organizations.domain.retention import ENDED_KEYS_KEPT
from directory_service.organizations.domain.standing import ACTIVE, PENDING
from directory_service.organizations.store.tables import Organization
from setu.roles import COORDINATING_BODY

_coordinated = func.coordinated_districts(Organization.id, type_=ARRAY(Integer))
_of_body = _coordinated.concat(Organization.stands_in_for)
_more = case((Organization.kind == COORDINATING_BODY, _of_body), else_=array([], type_=Integer))
_districts = type_coerce(_more.concat(array([Organization.district_code])), ARRAY(Integer))
"""The own district; of a body also those of its coordinators, and those that fall to it."""
_over = func.least(ApiKey.ended_at, ApiKey.expires_at)  # NULL where a key has no end yet


class PresentedKey(NamedTuple):
    """A key that is in use; `kind` and `districts` are its organisation's, `last_used_on` a day in India."""

    id: UUID
    organization: UUID
    kind: str
    districts: Sequence[int]
    scopes: list[str]
    created_at: datetime
    last_used_on: date | None
    expires_at: datetime | None
    is_pending: bool


def presented_key(session: Session, digest: bytes, now: datetime) -> PresentedKey | None:
    """The key of this digest, if it is in use. From here on the transaction sees its row and may note its use."""
    session.execute(
        select(
            func.set_config("setu.api_key", digest.hex(), true()),
            # counting and the day of last use may be lost with the machine, so nobody waits for the disk
            func.set_config("synchronous_commit", "off", true()),
        )
    )
    columns = (
        ApiKey.id,
        ApiKey.organization_id,
        Organization.kind,
        _districts,
        ApiKey.scopes,
        ApiKey.created_at,
        ApiKey.last_used_on,
        ApiKey.expires_at,
        (Organization.status == PENDING).label("is_pending"),
    )
    found = session.execute(
        select(*columns)
        .join(Organization, Organization.id == ApiKey.organization_id)
        .where(ApiKey.digest == digest, _in_use(now))
        .where(Organization.status.in_((PENDING, ACTIVE)), Organization.deleted_at.is_(None))
    ).one_or_none()
    return PresentedKey(*found) if found else None


def note_use(session: Session, key: UUID, day: date) -> None:
    """Write down the day of last use."""
    session.execute(update(ApiKey).where(ApiKey.id == key).values(last_used_on=day))


def keys_of(session: Session, organization: UUID, now: datetime) -> Sequence[ApiKey]:
    """An organisation's keys: those in use first, the newest first; ended ones for 90 days."""
    shown = or_(_over.is_(None), _over > now - ENDED_KEYS_KEPT)
    order = (_in_use(now).desc(), ApiKey.created_at.desc(), ApiKey.id)
    return session.scalars(select(ApiKey).where(ApiKey.organization_id == organization, shown).order_by(*order)).all()


def forget_ended_keys(session: Session, now: datetime) -> None:
    """Delete what ended, by somebody or by itself, more than 90 days ago. Needs the worker's role."""
    session.execute(delete(ApiKey).where(_over <= now - ENDED_KEYS_KEPT))


def keys_in_use(session: Session, organization: UUID, now: datetime) -> int:
    """How many."""
    counted = select(func.count()).where(ApiKey.organization_id == organization, _in_use(now))
    return session.scalar(counted) or 0


def _in_use(now: datetime) -> Any:
    return ApiKey.ended_at.is_(None) & or_(ApiKey.expires_at.is_(None), ApiKey.expires_at > now)
