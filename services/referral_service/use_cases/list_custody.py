"""List the day of prison health staff: questions, and who leaves soon, of what the team shares and the own.

Promises: from their own rows alone; each look is in the audit log.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time

from sqlalchemy.orm import Session

from referral_service.domain.sent_referral import SentReferral
from referral_service.store import custody_lists
from referral_service.use_cases.read_sent import record_list_read
from service_kit import cursor
from service_kit.cursor import Page
from service_kit.identity import Principal

MOST_QUESTIONS = 100


def list_leaving(
    session: Session, reader: Principal, *, now: datetime, limit: int = 25, after: str | None = None
) -> Page[SentReferral]:
    """One page of who leaves in the next 14 days, the first first. Raises BadCursor for a made-up `after`."""
    last = cursor.decode(after)
    seen = None if last is None else (last.at.date(), last.id)
    rows = custody_lists.list_leaving(session, reader, now=now, after=seen, limit=limit + 1)
    record_list_read(session, reader, now)
    shown = rows[:limit]
    following = _cursor(*shown[-1]) if len(rows) > limit else None
    return Page([sent for sent, _day in shown], following)


def list_questions(session: Session, reader: Principal, *, now: datetime) -> Sequence[SentReferral]:
    """Every question that waits for an answer; in the same look as another list, so not logged apart."""
    return custody_lists.list_questions(session, reader, now=now, limit=MOST_QUESTIONS)


def _cursor(sent: SentReferral, day: date) -> str:
    return cursor.encode(datetime.combine(day, time(), UTC), sent.id)
