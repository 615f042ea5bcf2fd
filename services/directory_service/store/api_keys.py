"""API keys as rows: the one that a request presents, and those of an organisation.

Row-level security shows a key's row to the transaction that says its digest, and an organisation's keys to its manager.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, or_, select, text, update
from sqlalchemy.orm import Session

from directory_service.store.tables_accounts import ApiKey
from directory_service.store.tables_listings import Organization

SHOWN = timedelta(days=90)
"""How long an ended key stays in its organisation's list; the audit log keeps it for good."""
# Counting and the day of last use may be lost with the machine, so nobody waits for the disk.
_PRESENT = text("SELECT set_config('setu.api_key', :digest, true), set_config('synchronous_commit', 'off', true)")


def presented_key(session: Session, digest: bytes, now: datetime) -> Any | None:
    """The key of this digest that is in use, with its organisation's `kind` and `district_code`, or None.

    From here on the transaction sees that key's row and may note its use.
    """
    session.execute(_PRESENT, {"digest": digest.hex()})
    found = (
        select(
            ApiKey.id,
            ApiKey.organization_id,
            ApiKey.scopes,
            ApiKey.created_at,
            ApiKey.last_used_on,
            Organization.kind,
            Organization.district_code,
        )
        .join(Organization, Organization.id == ApiKey.organization_id)
        .where(ApiKey.digest == digest, _in_use(now), Organization.status != "suspended")
    )
    return session.execute(found).one_or_none()


def note_use(session: Session, key: UUID, day: date) -> None:
    """Write down the day of last use."""
    session.execute(update(ApiKey).where(ApiKey.id == key).values(last_used_on=day))


def keys_of(session: Session, organization: UUID, now: datetime) -> Sequence[ApiKey]:
    """An organisation's keys: those in use first, the newest first; ended ones for 90 days."""
    over = func.least(ApiKey.ended_at, ApiKey.expires_at)
    shown = or_(over.is_(None), over > now - SHOWN)
    order = (_in_use(now).desc(), ApiKey.created_at.desc(), ApiKey.id)
    return session.scalars(select(ApiKey).where(ApiKey.organization_id == organization, shown).order_by(*order)).all()


def keys_in_use(session: Session, organization: UUID, now: datetime) -> int:
    """How many."""
    counted = select(func.count()).where(ApiKey.organization_id == organization, _in_use(now))
    return session.scalar(counted) or 0


def _in_use(now: datetime) -> Any:
    return ApiKey.ended_at.is_(None) & or_(ApiKey.expires_at.is_(None), ApiKey.expires_at > now)
