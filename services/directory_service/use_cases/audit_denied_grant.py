"""Writing a refused grant into the log, in a transaction of its own, since the refused one was rolled back."""

from datetime import datetime

from sqlalchemy.orm import Session

from service_kit.db import audit
from service_kit.web.principal import Principal


def audit_denied_grant(session: Session, who: Principal, role: str, reason: str, now: datetime) -> None:
    """Who wanted to give which role, and the rule that stood against it."""
    audit.record(
        session,
        action="member.add",
        actor=who.account,
        organization=who.organization,
        object_type="organization",
        object_id=str(who.organization),
        outcome="denied",
        at=now,
        detail={"role": role, "why": reason},
    )
