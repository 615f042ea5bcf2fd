"""Note that both sides reviewed an agreement, and when they look at it again. The coordinator's work, like signatures.

Promises: the day lies in the agreement's days and is not ahead, so a date that was only planned is no review; what was
told of the review that was due stops, and the next one is told anew.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from directory_service.partnership.domain import agreements as rules
from directory_service.partnership.store.tables_agreements import Agreement
from directory_service.partnership.use_cases.write_agreement import find_agreement
from service_kit.db import audit
from service_kit.errors import Conflict
from service_kit.identity import Principal
from setu.india import day_in_india


class BadReview(ValueError):
    """Which day cannot be, as `args[0]`: `held_on` or `next_on`."""


def review_agreement(
    session: Session, who: Principal, agreement: UUID, review: rules.Review, seen: int, now: datetime
) -> Agreement:
    """Note it. Raises NotFound, Stale, BadReview; Conflict where the agreement is not in force."""
    row, today = find_agreement(session, who, agreement, seen=seen), day_in_india(now)
    if rules.state_on(row.state, row.terms, today) not in rules.IN_FORCE:
        raise Conflict
    if fault := review.fault(row.terms, row.reviewed_on, today):
        raise BadReview(fault)
    row.reviewed_on, row.review_closed, row.review_reminded = review.held_on, review.next_on is None, None
    row.review_on = review.next_on or row.review_on
    row.version += 1
    detail = {"held_on": review.held_on.isoformat(), "next_on": review.next_on.isoformat() if review.next_on else ""}
    audit.record(session, "agreement.review", ("agreement", row.id), who, now, detail=detail)
    return row
