"""Mark own notices as read."""

from datetime import datetime
from uuid import UUID

from notification_service.store import notices
from service_kit.web import problems
from service_kit.web.context import ServiceContext
from service_kit.web.principal import Principal


def mark_read(tools: ServiceContext, who: Principal, notice: UUID) -> None:
    """Mark one; raises 404 where the reader has no such notice."""
    with tools.db.transaction(who.scope) as session:
        found = notices.mark_read(session, who, notice, now=tools.clock.now())
    if not found:
        raise problems.not_found()


def mark_all_read(tools: ServiceContext, who: Principal, *, until: datetime) -> None:
    """Mark all that are dated up to `until`; what came meanwhile stays unread."""
    with tools.db.transaction(who.scope) as session:
        notices.mark_all_read(session, who, now=tools.clock.now(), until=until)
