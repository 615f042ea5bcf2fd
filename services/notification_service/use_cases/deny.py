"""Write a denial to the audit log, in a transaction of its own (the refused one left nothing behind)."""

from uuid import UUID

from service_kit.db import audit
from service_kit.web.context import ServiceContext
from service_kit.web.principal import Principal


def deny(tools: ServiceContext, who: Principal, object_type: str, object_id: UUID) -> None:
    """Record that `who` asked for something that does not exist for them."""
    with tools.db.transaction(who.scope) as session:
        audit.record(
            session,
            action="read",
            actor=who.account,
            organization=who.organization,
            object_type=object_type,
            object_id=str(object_id),
            outcome="not_found",
            at=tools.clock.now(),
        )
