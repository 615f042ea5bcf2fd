"""Clock of the board: authors are told of answers, late items go onto the agenda, breaches to whoever is to act.

Promises: each is told or put once, however often this runs. A late item is the state's to see at once, and goes onto
its district's agenda in the name of `store.board.body_for_item`; while there is no such body it waits, open, and is
tried at each run. One of a state's board, which has no district, is the state's to see and goes onto no agenda. An item
without an author makes no event of its own. Needs the worker's role.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from directory_service.organizations.store.state_bodies import bodies_of_state, states_with_body
from directory_service.partnership.domain.board import ANSWER_DAYS, ON_AGENDA, OPEN, is_late
from directory_service.partnership.domain.breaches import REPORTED, TAKE_DAYS, state_hears
from directory_service.partnership.domain.working_days import newest_late_day
from directory_service.partnership.outside.working_calendar import is_holiday_in
from directory_service.partnership.store.board import body_for_item
from directory_service.partnership.store.tables_board import (
    BoardAnswer,
    BoardAuthor,
    BoardItem,
    Breach,
)
from directory_service.partnership.use_cases.board.count_breaches import count_breaches
from directory_service.partnership.use_cases.board.move_board_item import put_on_agenda
from directory_service.partnership.use_cases.publish_partnership_notice import (
    BOARD_ANSWERED,
    COORDINATION_DUE,
    OF_BREACH,
    TO_STATE,
    PartnershipNotice,
    publish_partnership_notice,
)
from setu.india import day_in_india

TOLD_COORDINATOR, TOLD_STATE = 1, 2


def remind_of_board(session: Session, now: datetime) -> None:
    """Tell what is due now; `now` is aware."""
    _answers(session, now)
    _late_items(session, now)
    _breaches(session, now)
    count_breaches(session)


def _answers(session: Session, now: datetime) -> None:
    wanted = select(BoardAnswer, BoardAuthor).outerjoin(BoardAuthor, BoardAuthor.item_id == BoardAnswer.item_id)
    fresh = wanted.where(BoardAnswer.told.is_(False)).with_for_update(of=BoardAnswer, skip_locked=True)
    for answer, author in session.execute(fresh).all():
        answer.told = True
        if author is not None:
            notice = PartnershipNotice(
                BOARD_ANSWERED, answer.item_id, author.district_code, (), account=author.account_id
            )
            publish_partnership_notice(session, notice, now)


def _late_items(session: Session, now: datetime) -> None:
    old, body = BoardItem.posted_on <= newest_late_day(ANSWER_DAYS, day_in_india(now)), body_for_item()
    is_new_or_can_go = or_(BoardItem.with_state.is_(False), body.is_not(None))  # what waits for a body stays unlocked
    waiting = select(BoardItem, body).where(BoardItem.state == OPEN, old, is_new_or_can_go)
    for item, in_its_name in session.execute(waiting.with_for_update(of=BoardItem, skip_locked=True)).all():
        if not is_late(item.posted_on, day_in_india(now), is_holiday_in(item.district_code)):
            continue
        item.with_state = True
        if in_its_name is not None:
            item.state, item.version = ON_AGENDA, item.version + 1
            put_on_agenda(session, item, in_its_name, now)


def _breaches(session: Session, now: datetime) -> None:
    today = day_in_india(now)
    old = Breach.reported_on <= newest_late_day(TAKE_DAYS, today)
    for_state = and_(or_(Breach.past_coordinator, old), Breach.state_code.in_(states_with_body()))
    due = or_(for_state, and_(Breach.told < TOLD_COORDINATOR, ~Breach.past_coordinator))
    wanted = select(Breach).where(Breach.state == REPORTED, Breach.told < TOLD_STATE, due)
    for row in session.scalars(wanted.with_for_update(skip_locked=True)).all():
        is_states = state_hears(
            row.reported_on, today, is_holiday_in(row.district_code), past_coordinator=row.past_coordinator
        )
        bodies = bodies_of_state(session, row.state_code) if is_states else []
        if bodies:
            row.told, row.with_state = TOLD_STATE, True
            _publish(session, row, bodies, f"{OF_BREACH}_{TO_STATE}", now)
        elif row.told < TOLD_COORDINATOR and not row.past_coordinator:  # else it waits for a body of the state
            row.told = TOLD_COORDINATOR
            _publish(session, row, [], OF_BREACH, now)


def _publish(session: Session, row: Breach, receivers: Sequence[UUID], state: str, now: datetime) -> None:
    notice = PartnershipNotice(COORDINATION_DUE, row.id, row.district_code, receivers, state=state)
    publish_partnership_notice(session, notice, now)
