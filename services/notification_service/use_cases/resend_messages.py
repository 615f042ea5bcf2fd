"""Retry failed messages: one of them, or all since a moment. Both are written to the audit log, with the reason."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from notification_service.store import delivery_log
from notification_service.store.delivery_log import Reader, Wanted
from notification_service.store.tables import DeliveryRow
from service_kit.context import ServiceContext
from service_kit.db import audit
from service_kit.errors import NotFound
from service_kit.identity import Principal


class NotFailedError(Exception):
    """Only a message that was given up can be sent again; this one has moved on, or comes too late."""


def reader_of(who: Principal) -> Reader:
    """Return whose log a signed-in person reads."""
    return Reader(role=who.role, organization=who.organization, districts=who.districts)


def find_delivery(dependencies: ServiceContext, who: Principal, delivery: UUID) -> DeliveryRow:
    """Return one delivery; raises 404 where it does not exist for the reader."""
    with dependencies.db.transaction(who.scope) as session:
        return _require_delivery(delivery_log.one(session, reader_of(who), delivery))


def resend_one(
    dependencies: ServiceContext,
    who: Principal,
    delivery: UUID,
    *,
    reason: str = "",
    check: Callable[[int], None] = lambda _version: None,
) -> DeliveryRow:
    """Put one failed message back; `check` may refuse its version. Raises 404 or NotFailedError.

    The row is locked before its version is looked at, so that the version which was checked is the one that changes.
    """
    with dependencies.db.transaction(who.scope) as session:
        check(_require_delivery(delivery_log.lock(session, reader_of(who), delivery)).version)
        again = delivery_log.try_again(
            session, reader_of(who), now=dependencies.clock.now(), wanted=Wanted(), only=delivery
        )
        if not again:
            raise NotFailedError("Only a message that has failed and is still worth sending can be sent again.")
        _record(session, dependencies, who, str(delivery), 1, reason)
    return find_delivery(dependencies, who, delivery)


def _require_delivery(row: DeliveryRow | None) -> DeliveryRow:
    if row is None:
        raise NotFound
    return row


def replay(dependencies: ServiceContext, who: Principal, *, since: datetime, reason: str = "") -> int:
    """Put every failed message since `since` (aware) back; return how many."""
    with dependencies.db.transaction(who.scope) as session:
        wanted = Wanted(since=since)
        again = delivery_log.try_again(session, reader_of(who), now=dependencies.clock.now(), wanted=wanted)
        _record(session, dependencies, who, "", len(again), reason)
    return len(again)


def _record(
    session: Session, dependencies: ServiceContext, who: Principal, object_id: str, count: int, reason: str
) -> None:
    detail = {"count": str(count), **({"reason": reason} if reason else {})}
    audit.record(session, "resend", ("delivery", object_id), who, dependencies.clock.now(), detail=detail)
