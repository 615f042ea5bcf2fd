"""Clock of silent districts: no meeting was held for 45 days, its coordinators hear; for 60, the state's body, too.

Promises: each is told once after a meeting that was held, however often this runs; the next one that is held begins
anew. A district in which nobody is left to meet has no date ahead, and nobody is told. Needs the worker's role.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import case, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session, aliased

from directory_service.organizations.store.state_bodies import bodies_of_state
from directory_service.organizations.store.tables import District
from directory_service.partnership.domain.meetings import HELD, OPEN_STATES
from directory_service.partnership.domain.silence import TO_STATE_AFTER, WITHOUT_MEETING, is_overdue, state_hears
from directory_service.partnership.store.tables import Meeting
from directory_service.partnership.use_cases.publish_partnership_notice import (
    COORDINATION_DUE,
    OF_MEETING,
    TO_STATE,
    PartnershipNotice,
    publish_partnership_notice,
)
from setu.india import day_in_india

TOLD_COORDINATOR, TOLD_STATE = 1, 2


def remind_of_silence(session: Session, now: datetime) -> None:
    """Tell what is due now; `now` is aware."""
    today = day_in_india(now)
    for row in _counted_from(session, now):
        since = (day_in_india(row.starts_at) if row.state == HELD else None, day_in_india(row.proposed_at))
        if is_overdue(*since, today) and row.silence_told < TOLD_COORDINATOR:
            row.silence_told = TOLD_COORDINATOR
            _publish(session, row, [], OF_MEETING, now)
        elif state_hears(*since, today):  # at another look: two events of a minute have one version
            _tell_state(session, row, now)


def _counted_from(session: Session, now: datetime) -> Sequence[Meeting]:
    """Of each district with a date ahead: its last held meeting, or else its first one, where somebody may be due.

    Locked as little as can be: people write about the newest meeting while this looks each minute.
    """
    ahead = aliased(Meeting)
    has_date = select(ahead.id).where(
        ahead.district_code == Meeting.district_code, ahead.state.in_(OPEN_STATES), ahead.starts_at > now
    )
    held_at = case((Meeting.state == HELD, Meeting.starts_at))
    newest = (
        select(Meeting.id)
        .ext(distinct_on(Meeting.district_code))
        .where(has_date.exists())
        .order_by(Meeting.district_code, held_at.desc().nulls_last(), Meeting.proposed_at, Meeting.id)
    )
    since = case((Meeting.state == HELD, Meeting.starts_at), else_=Meeting.proposed_at)
    to_coordinator = (Meeting.silence_told < TOLD_COORDINATOR) & (since < now - WITHOUT_MEETING)
    to_state = (Meeting.silence_told < TOLD_STATE) & (since < now - WITHOUT_MEETING - TO_STATE_AFTER)
    wanted = select(Meeting).where(Meeting.id.in_(newest), to_coordinator | to_state)
    return session.scalars(wanted.with_for_update(skip_locked=True, key_share=True)).all()


def _tell_state(session: Session, row: Meeting, now: datetime) -> None:
    bodies = bodies_of_state(session, session.get_one(District, row.district_code).state_code)
    if bodies:
        row.silence_told = TOLD_STATE
        _publish(session, row, bodies, f"{OF_MEETING}_{TO_STATE}", now)


def _publish(session: Session, row: Meeting, receivers: Sequence[UUID], state: str, now: datetime) -> None:
    notice = PartnershipNotice(COORDINATION_DUE, row.id, row.district_code, receivers, state=state)
    publish_partnership_notice(session, notice, now)
