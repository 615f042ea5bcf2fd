"""Queries of webhook endpoints: whose they are, who subscribes, what came of the last attempts.

Whose rows a person or a program sees is decided by row-level security and, doubled, by `visible_to`.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Text, func, literal, select, true
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from notification_service.domain.webhook_types import REFERRAL_TYPES
from notification_service.store.tables import OrganizationRow
from notification_service.store.tables_webhooks import EndpointRow
from service_kit.identity import KEY_ROLE, Principal


def _subscribes(types: Collection[str]) -> ColumnElement[bool]:
    overlap: ColumnElement[bool] = EndpointRow.types.overlap(literal(sorted(types), ARRAY(Text)))
    return overlap


_ABOUT_REFERRALS = _subscribes(REFERRAL_TYPES)


def visible_to(who: Principal) -> ColumnElement[bool]:
    """The relation that lets a reader in: the own organisation's; by a key those about public facts alone."""
    own = (EndpointRow.organization_id == who.organization) & EndpointRow.removed_at.is_(None)
    return own & (~_ABOUT_REFERRALS if who.role == KEY_ROLE else true())


def all_of(session: Session, who: Principal) -> Sequence[EndpointRow]:
    """Return the reader's endpoints, the newest first."""
    newest_first = select(EndpointRow).where(visible_to(who)).order_by(EndpointRow.created_at.desc(), EndpointRow.id)
    return session.scalars(newest_first).all()


def count(session: Session, who: Principal) -> int:
    """Count them."""
    return session.scalar(select(func.count()).select_from(EndpointRow).where(visible_to(who))) or 0


def one(session: Session, who: Principal, endpoint: UUID, *, lock: bool = False) -> EndpointRow | None:
    """Return one endpoint, None where it does not exist for this reader; locked until the transaction ends if asked."""
    wanted = select(EndpointRow).where(visible_to(who), EndpointRow.id == endpoint)
    return session.scalar(wanted.with_for_update() if lock else wanted)


def subscribed(
    session: Session, types: Collection[str], organizations: Collection[UUID] | None = None
) -> Sequence[EndpointRow]:
    """Return every endpoint that gets one of these types; of these organisations only, if said. For the worker."""
    closed = select(OrganizationRow.id).where(OrganizationRow.deleted)
    wanted = (
        select(EndpointRow)
        .where(_subscribes(types), EndpointRow.removed_at.is_(None))
        .where(EndpointRow.organization_id.not_in(closed))
        .where(true() if organizations is None else EndpointRow.organization_id.in_(organizations))
    )
    return session.scalars(wanted.order_by(EndpointRow.id)).all()


def lock(session: Session, endpoint: UUID) -> EndpointRow:
    """Return one endpoint, locked until the transaction ends. For the worker."""
    return session.scalars(select(EndpointRow).where(EndpointRow.id == endpoint).with_for_update()).one()


def forget_removed(session: Session, before: datetime) -> None:
    """Delete tombstones from before that moment, with all that was sent there."""
    for row in session.scalars(select(EndpointRow).where(EndpointRow.removed_at < before)):
        session.delete(row)


def is_taken(session: Session, endpoint: UUID) -> bool:
    """Whether an endpoint of this id was made by the reader's organisation before, also one that is removed."""
    return session.get(EndpointRow, endpoint) is not None
