"""Read one referral as its sender may see it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from referral_service.domain.wall import SentReferral
from referral_service.store.sent import find_sent
from service_kit.errors import NotFound
from service_kit.identity import Principal


def get_sent(session: Session, sender: Principal, referral_id: UUID, *, now: datetime) -> SentReferral:
    """Raises NotFound for what is another's, absent, or older than 90 days."""
    sent = find_sent(session, sender.account, sender.organization, referral_id, now=now, since=sender.since)
    if sent is None:
        raise NotFound
    return sent
