"""Clock of agreements: they follow their units, and end with a party.

Vacant focal points end, handovers to whoever has left, and orphaned feeds.

Drafts become active, and a version ends once its renewal has begun. An agreement in which somebody is being named ends
the next time, so that nothing here waits for that. Why the clock's work: whoever closes an
organisation sees no agreement of another district.
"""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from directory_service.accounts.store.tables import Membership
from directory_service.partnership.domain.agreements import DRAFT
from directory_service.partnership.store.agreements import end_agreements_of_gone, replaced_agreements
from directory_service.partnership.store.calendar_feeds import end_orphaned_feeds
from directory_service.partnership.store.focal_points import may_lock_focal_points
from directory_service.partnership.store.handovers import end_handovers_of_ended, end_handovers_to_gone
from directory_service.partnership.store.tables_agreements import Agreement, FocalPoint
from directory_service.partnership.use_cases.move_agreements import move_agreements
from directory_service.partnership.use_cases.write_agreement import activate_if_complete, mark_ended
from setu.india import day_in_india


def tend_agreements(session: Session, now: datetime) -> None:
    """Needs the worker's role; running it twice changes nothing. `now` is aware."""
    end_agreements_of_gone(session, now)
    end_handovers_of_ended(session, now)
    end_handovers_to_gone(session, now)
    move_agreements(session, now)
    _empty_vacant_posts(session, now)
    end_orphaned_feeds(session, now)
    signed = (Agreement.unit_signed_on.is_not(None), Agreement.provider_signed_on.is_not(None))
    drafts = (
        select(Agreement).where(Agreement.state == DRAFT, *signed).with_for_update(skip_locked=True, key_share=True)
    )
    for row in session.scalars(drafts).all():
        activate_if_complete(session, row, now)
    for row in replaced_agreements(session, day_in_india(now)):
        if may_lock_focal_points(session, row.id):
            mark_ended(session, row, now)


def _empty_vacant_posts(session: Session, now: datetime) -> None:
    """A focal point's post falls vacant with the membership of whoever had it."""
    gone = select(Membership.id).where(Membership.ended_at.is_not(None))
    vacant = update(FocalPoint).where(FocalPoint.ended_at.is_(None), FocalPoint.membership_id.in_(gone))
    session.execute(vacant.values(ended_at=now))
