"""Read one sent referral, as its sender or, among prison health staff, a colleague of the team may know it.

Promises: each look of prison health staff is in the audit log, the own ones too, and leaves no other trace. When not to
use it: inside an act, which has a log line of its own (`act_as_referrer.py`).
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from referral_service.domain.sent_referral import SentReferral
from referral_service.store.sent import get_sent
from service_kit.db import audit
from service_kit.identity import Principal
from setu.roles import CUSTODY_HEALTH


def read_sent(session: Session, reader: Principal, referral_id: UUID, *, now: datetime) -> SentReferral:
    """Raises NotFound for what is neither the reader's nor the team's."""
    found = get_sent(session, reader, referral_id, now=now)
    if reader.role == CUSTODY_HEALTH:
        audit.record(session, "referral.sent.read", ("referral", referral_id), reader, now)
    return found


def record_list_read(session: Session, reader: Principal, now: datetime) -> None:
    """A look at a list of the team's, in the same log."""
    if reader.role == CUSTODY_HEALTH:
        audit.record(session, "referral.sent.list", ("organization", reader.organization), reader, now)
