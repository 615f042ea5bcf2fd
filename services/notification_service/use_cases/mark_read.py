"""Mark own notices as read: one, those about a referral, those that lead to a page, or all."""

from datetime import datetime
from uuid import UUID

from notification_service.domain.routing_table import READ_AT
from notification_service.store import notices
from notification_service.store.tables import NoticeRow
from service_kit.context import ServiceContext
from service_kit.errors import NotFound
from service_kit.identity import Principal


def mark_read(dependencies: ServiceContext, who: Principal, notice: UUID) -> NoticeRow:
    """Mark one and return it; raises 404 where the reader has no such notice."""
    with dependencies.db.transaction(who.scope) as session:
        found = notices.mark_read(session, who, notice, now=dependencies.clock.now())
    if found is None:
        raise NotFound
    return found


def mark_read_about(dependencies: ServiceContext, who: Principal, referral: UUID) -> None:
    """Mark the reader's notices about one referral; there may be none."""
    with dependencies.db.transaction(who.scope) as session:
        notices.mark_read_about(session, who, referral, now=dependencies.clock.now())


def mark_read_at(dependencies: ServiceContext, who: Principal, page: str) -> None:
    """Mark the reader's notices that lead to a page which shows all of them; raises 404 for any other page."""
    if page not in READ_AT:
        raise NotFound
    with dependencies.db.transaction(who.scope) as session:
        notices.mark_kinds_read(session, who, READ_AT[page], now=dependencies.clock.now())


def mark_all_read(dependencies: ServiceContext, who: Principal, *, until: datetime) -> None:
    """Mark all that are dated up to `until`; what came meanwhile stays unread."""
    with dependencies.db.transaction(who.scope) as session:
        notices.mark_all_read(session, who, now=dependencies.clock.now(), until=until)
