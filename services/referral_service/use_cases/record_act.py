"""Record an act on a referral in the audit log: who did which event, and when."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from service_kit.db import audit
from service_kit.identity import Principal


def record_act(session: Session, actor: Principal, referral_id: UUID, event: str, now: datetime) -> None:
    """One entry, in the transaction of the act itself."""
    audit.record(session, f"referral.{event}", ("referral", referral_id), actor, now)
