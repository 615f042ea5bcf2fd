"""List what a referrer sent in 90 days, newest first: the own, and for prison health staff what the team shares."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from referral_service.domain.referrer_view import View
from referral_service.domain.sent_referral import SentReferral
from referral_service.store.sent import list_sent_rows
from referral_service.use_cases.read_sent import record_list_read
from service_kit import cursor
from service_kit.cursor import Page
from service_kit.identity import Principal


def list_sent(
    session: Session,
    reader: Principal,
    *,
    now: datetime,
    states: Sequence[str] = (),
    limit: int = 25,
    after: str | None = None,
) -> Page[SentReferral]:
    """One page. `states` are views; `after` is a cursor (raises BadCursor for a made-up one)."""
    shown, last = list_sent_rows(
        session,
        reader,
        now=now,
        states=[View(state) for state in states],
        after=cursor.decode(after),
        limit=limit,
    )
    record_list_read(session, reader, now)
    return Page(shown, None if last is None else cursor.encode(*last))
