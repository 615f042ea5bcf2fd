"""Queries of the delivery log, and of failed messages to try again.

Whose rows these are is decided by row-level security and, doubled, by `visible_to`: a manager sees the own
organisation's, a coordinator the own districts'.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select, tuple_, update
from sqlalchemy.orm import Session
from sqlalchemy.sql import ColumnElement

from notification_service.domain.trial import TRIAL
from notification_service.store.tables import AttemptRow, DeliveryRow
from service_kit.cursor import Cursor
from setu.roles import COORDINATOR, PROVIDER_MANAGER

STATES = ("waiting", "sending", "sent", "delivered", "failed", "stopped", "suppressed", TRIAL)
FAILED, RESENDABLE = ("failed",), ("failed", "suppressed")
"""What is sent again with all others; and one by one: whether an address is free again, one who asks knows."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads: the role decides which of the other two counts."""

    role: str
    organization: UUID
    districts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Wanted:
    """The filters; empty ones let everything through."""

    states: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    since: datetime | None = None
    reference: str | None = None


def visible_to(reader: Reader) -> ColumnElement[bool]:
    """The relation that lets a reader in. Any other role sees nothing."""
    if reader.role == COORDINATOR:
        return DeliveryRow.district.in_(reader.districts)
    return (DeliveryRow.organization_id == reader.organization) & (reader.role == PROVIDER_MANAGER)


def _filters(wanted: Wanted) -> list[ColumnElement[bool]]:
    filters: list[ColumnElement[bool]] = []
    if wanted.states:
        filters.append(DeliveryRow.state.in_(wanted.states))
    if wanted.channels:
        filters.append(DeliveryRow.channel.in_(wanted.channels))
    if wanted.since is not None:
        filters.append(DeliveryRow.created_at >= wanted.since)
    if wanted.reference is not None:
        filters.append(DeliveryRow.reference == wanted.reference)
    return filters


def page(
    session: Session, reader: Reader, wanted: Wanted, *, limit: int, after: Cursor | None = None
) -> tuple[Sequence[DeliveryRow], bool]:
    """Return up to `limit` deliveries, newest first, and whether older ones follow."""
    rows = select(DeliveryRow).where(visible_to(reader), *_filters(wanted))
    if after is not None:
        rows = rows.where(tuple_(DeliveryRow.created_at, DeliveryRow.id) < after)
    newest_first = rows.order_by(DeliveryRow.created_at.desc(), DeliveryRow.id.desc()).limit(limit + 1)
    found = session.scalars(newest_first).all()
    return found[:limit], len(found) > limit


def counts(session: Session, reader: Reader) -> dict[str, int]:
    """Count the reader's deliveries by state, zeros included."""
    counted = select(DeliveryRow.state, func.count()).where(visible_to(reader)).group_by(DeliveryRow.state)
    return dict.fromkeys(STATES, 0) | {row[0]: row[1] for row in session.execute(counted)}


def one(session: Session, reader: Reader, delivery: UUID) -> DeliveryRow | None:
    """Return one delivery, None when it does not exist for this reader."""
    return session.scalars(select(DeliveryRow).where(visible_to(reader), DeliveryRow.id == delivery)).first()


def lock(session: Session, reader: Reader, delivery: UUID) -> DeliveryRow | None:
    """The same, locked until the transaction ends."""
    rows = select(DeliveryRow).where(visible_to(reader), DeliveryRow.id == delivery)
    return session.scalars(rows.with_for_update()).first()


def attempts_of(session: Session, delivery: UUID) -> Sequence[AttemptRow]:
    """Return the tries of a delivery, first one first."""
    return session.scalars(
        select(AttemptRow).where(AttemptRow.delivery_id == delivery).order_by(AttemptRow.number)
    ).all()


def try_again(
    session: Session, reader: Reader, *, now: datetime, wanted: Wanted, only: UUID | None = None
) -> list[UUID]:
    """Put the reader's failed deliveries that are still worth sending back in the queue, due now; return which.

    `only` this one, also if its address was suppressed.
    """
    chosen = [visible_to(reader), *_filters(wanted)]
    if only is None:
        return _requeue(session, [*chosen, DeliveryRow.state.in_(FAILED)], now)
    return _requeue(session, [*chosen, DeliveryRow.id == only, DeliveryRow.state.in_(RESENDABLE)], now)


def retry_everything(session: Session, *, now: datetime) -> int:
    """Put all failed deliveries that are still worth sending back in the queue, for an operator; return how many."""
    return len(_requeue(session, [DeliveryRow.state.in_(FAILED)], now))


def _requeue(session: Session, chosen: Sequence[ColumnElement[bool]], now: datetime) -> list[UUID]:
    """`retry_from` moves to the tries made so far, so that the schedule starts again while tries stay numbered."""
    again = (
        update(DeliveryRow)
        .where(DeliveryRow.worth_until > now, *chosen)
        .values(
            state="waiting",
            retry_from=DeliveryRow.attempts,
            next_attempt_at=now,
            finished_at=None,
            version=DeliveryRow.version + 1,
        )
        .returning(DeliveryRow.id)
    )
    return list(session.scalars(again, execution_options={"synchronize_session": False}))
