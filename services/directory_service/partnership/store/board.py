"""Queries about the board: whose it is, its items with their answers, and in whose name a late one is spoken of."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from functools import cache
from uuid import UUID

from sqlalchemy import ColumnElement, Integer, ScalarSelect, and_, any_, case, func, or_, select, tuple_
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session, aliased

from directory_service.organizations.store.state_bodies import states_of
from directory_service.organizations.store.tables import District, Organization
from directory_service.partnership.domain.board import OPEN, BoardPlace, Writers, place_of
from directory_service.partnership.domain.table_of_meeting import TABLE_KINDS
from directory_service.partnership.store.tables_board import BoardAnswer, BoardAuthor, BoardItem
from setu.roles import COORDINATING_BODY, PROVIDER


def board_places(session: Session, districts: Collection[int]) -> Mapping[int, BoardPlace]:
    """District → the board that somebody there posts to; one statement, however many."""
    states = select(District.state_code).where(District.code.in_(districts))
    sides = (Organization.kind != PROVIDER, Organization.kind == PROVIDER)
    counted = select(District.state_code, District.code, *(func.count(case((side, 1))) for side in sides))
    counted = counted.outerjoin(Organization, and_(Organization.district_code == District.code, *_at_work()))
    rows = session.execute(counted.where(District.state_code.in_(states)).group_by(District.code)).all()
    of_states: dict[int, Writers] = {}
    for state, _code, *writers in rows:
        before = of_states.get(state, Writers(0, 0))
        of_states[state] = Writers(before.units + writers[0], before.providers + writers[1])
    return {
        code: place_of(state, code, of_states[state], Writers(*writers))
        for state, code, *writers in rows
        if code in districts
    }


def items_on(
    session: Session, districts: Collection[int], limit: int, after: tuple[date, UUID] | None
) -> Sequence[BoardItem]:
    """Items of the districts' boards and of their states', and those that the state's body has to look at.

    The latest day first, and by the random id within a day. `after`: day and id of the last one before.
    """
    wanted = select(BoardItem).where(_on_a_board(session, districts))
    if after is not None:
        wanted = wanted.where(tuple_(BoardItem.posted_on, BoardItem.id) < after)
    return session.scalars(wanted.order_by(BoardItem.posted_on.desc(), BoardItem.id.desc()).limit(limit)).all()


def count_open(session: Session, districts: Collection[int]) -> int:
    """How many items of these boards nobody has answered or moved."""
    waiting = (BoardItem.state == OPEN, _on_a_board(session, districts))
    return session.scalar(select(func.count()).select_from(BoardItem).where(*waiting)) or 0


def item_on(session: Session, districts: Collection[int], item: UUID, *, for_update: bool = False) -> BoardItem | None:
    """An item of one of these boards."""
    found = select(BoardItem).where(BoardItem.id == item, _on_a_board(session, districts))
    return session.scalar(found.with_for_update() if for_update else found)


def answers_to(session: Session, items: Collection[UUID]) -> Mapping[UUID, Sequence[BoardAnswer]]:
    """Item → its answers, the earliest day first."""
    wanted = select(BoardAnswer).where(BoardAnswer.item_id.in_(items))
    found: dict[UUID, list[BoardAnswer]] = {each: [] for each in items}
    for row in session.scalars(wanted.order_by(BoardAnswer.answered_on, BoardAnswer.id)):
        found[row.item_id].append(row)
    return found


def authors_of(session: Session, items: Collection[UUID]) -> Mapping[UUID, BoardAuthor]:
    """Item → its author, as far as row-level security shows it: to the author and to the coordinator."""
    return {row.item_id: row for row in session.scalars(select(BoardAuthor).where(BoardAuthor.item_id.in_(items)))}


@cache
def body_for_item() -> ScalarSelect[UUID]:
    """Subquery of an item: the active body in whose name it goes onto its district's agenda; null where none is.

    The district's own (it sits there, or its coordinator has it), else the one that the district falls to, else one
    that has the whole state. An item of the state's board has no district, hence no such body.
    """
    here, seat, district = aliased(District), aliased(District), BoardItem.district_code
    is_whole = func.coalesce(Organization.record["whole_state"].as_boolean(), False)
    has_coordinator = district == any_(func.coordinated_districts(Organization.id, type_=ARRAY(Integer)))
    sits_here, stands_in = Organization.district_code == district, district == any_(Organization.stands_in_for)
    ranks = ((and_(~is_whole, sits_here), 0), (and_(~is_whole, has_coordinator), 1), (stands_in, 2), (is_whole, 3))
    is_active = (Organization.status == "active", Organization.deleted_at.is_(None))
    bodies = (
        select(Organization.id)
        .join(seat, seat.code == Organization.district_code)
        .join(here, here.state_code == seat.state_code)
        .where(here.code == district, Organization.kind == COORDINATING_BODY, *is_active)
        .where(or_(sits_here, has_coordinator, stands_in, is_whole))
        .order_by(case(*ranks), Organization.id)
    )
    return bodies.limit(1).correlate(BoardItem).scalar_subquery()


def _on_a_board(session: Session, districts: Collection[int]) -> ColumnElement[bool]:
    on_states = and_(BoardItem.district_code.is_(None), BoardItem.state_code.in_(states_of(session, districts)))
    return or_(BoardItem.district_code.in_(districts), on_states, BoardItem.with_state)


def _at_work() -> tuple[ColumnElement[bool], ...]:
    """Where somebody can sign in, and so write: an organisation that is only registered hides nobody."""
    is_there = (Organization.status == "active", Organization.deleted_at.is_(None))
    return (Organization.kind.in_(TABLE_KINDS), *is_there, func.cardinality(Organization.staffed) > 0)
