"""Queries about the board: whose it is, its items with their answers, and what overdue ones are."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select, tuple_
from sqlalchemy.orm import Session

from directory_service.organizations.store.tables import District, Organization
from directory_service.partnership.domain.board import BoardPlace, Writers, place_of
from directory_service.partnership.store.meetings import TABLE_KINDS
from directory_service.partnership.store.tables_board import BoardAnswer, BoardAuthor, BoardItem
from setu.roles import COORDINATING_BODY, PROVIDER


def board_place(session: Session, district: int) -> BoardPlace:
    """The board that somebody in the district posts to."""
    state = session.get_one(District, district).state_code
    is_here = Organization.district_code == district
    in_state = Organization.district_code.in_(select(District.code).where(District.state_code == state))
    sides = (Organization.kind != PROVIDER, Organization.kind == PROVIDER)
    of_state = [func.count(case((side, 1))) for side in sides]
    own = [func.count(case((and_(is_here, side), 1))) for side in sides]
    counts = session.execute(select(*of_state, *own).where(in_state, *_at_work())).one()
    return place_of(state, district, Writers(counts[0], counts[1]), Writers(counts[2], counts[3]))


def states_of(session: Session, districts: Collection[int]) -> list[int]:
    """Codes of the states that the districts lie in."""
    return list(session.scalars(select(District.state_code).where(District.code.in_(districts)).distinct()))


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


def bodies_of_state(session: Session, state: int) -> list[UUID]:
    """The active bodies that have the whole state."""
    joined = select(Organization.id).join(District, District.code == Organization.district_code)
    wanted = joined.where(District.state_code == state, *_has_whole_state())
    return list(session.scalars(wanted.order_by(Organization.id)))


def has_body_above(session: Session, state: int, district: int) -> bool:
    """Whether a body stands above the district's coordinator: its state's, unless that coordinates the district."""
    row = Organization
    joined = select(row.district_code, row.stands_in_for).join(District, District.code == row.district_code)
    bodies = session.execute(joined.where(District.state_code == state, *_has_whole_state())).all()
    if any(district in body.stands_in_for for body in bodies):
        return False
    return bool(bodies) and (district not in {body.district_code for body in bodies} or _has_own(session, district))


def _has_own(session: Session, district: int) -> bool:
    active = (Organization.status == "active", Organization.deleted_at.is_(None))
    its_own = (Organization.kind == COORDINATING_BODY, Organization.district_code == district, *active)
    is_whole = func.coalesce(Organization.record["whole_state"].as_boolean(), False)
    return session.scalar(select(Organization.id).where(*its_own, ~is_whole).limit(1)) is not None


def states_with_body() -> Select[int]:
    """Subquery: codes of the states that have such a body."""
    joined = select(District.state_code).join(Organization, District.code == Organization.district_code)
    return joined.where(*_has_whole_state())


def _has_whole_state() -> tuple[ColumnElement[bool], ...]:
    is_body = (Organization.kind == COORDINATING_BODY, Organization.status == "active")
    return (*is_body, Organization.record["whole_state"].as_boolean(), Organization.deleted_at.is_(None))


def _on_a_board(session: Session, districts: Collection[int]) -> ColumnElement[bool]:
    on_states = and_(BoardItem.district_code.is_(None), BoardItem.state_code.in_(states_of(session, districts)))
    return or_(BoardItem.district_code.in_(districts), on_states, BoardItem.with_state)


def _at_work() -> tuple[ColumnElement[bool], ...]:
    """Where somebody can sign in, and so write: an organisation that is only registered hides nobody."""
    is_there = (Organization.status == "active", Organization.deleted_at.is_(None))
    return (Organization.kind.in_(TABLE_KINDS), *is_there, func.cardinality(Organization.staffed) > 0)
