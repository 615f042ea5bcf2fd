"""Queries about states and the bodies that have a whole state."""

from collections.abc import Collection, Sequence
from functools import cache
from uuid import UUID

from sqlalchemy import ColumnElement, Select, bindparam, func, select
from sqlalchemy.orm import Session, aliased

from directory_service.organizations.store.tables import District, Organization
from setu.roles import COORDINATING_BODY


def states_of(session: Session, districts: Collection[int]) -> list[int]:
    """Codes of the states that the districts lie in."""
    return list(session.scalars(select(District.state_code).where(District.code.in_(districts)).distinct()))


def bodies_of_state(session: Session, state: int) -> list[UUID]:
    """The active bodies that have the whole state."""
    joined = select(Organization.id).join(District, District.code == Organization.district_code)
    wanted = joined.where(District.state_code == state, *_has_whole_state())
    return list(session.scalars(wanted.order_by(Organization.id)))


def districts_overseen(session: Session, organization: UUID) -> Sequence[int]:
    """Every district (LGD codes) of the state whose body it is; none of any other."""
    return session.scalars(_overseen(), {"organization": organization}).all()


@cache
def _overseen() -> Select[int]:
    """Made once: every request of a data officer asks, and aliases made anew are dear."""
    seat, every = aliased(District), aliased(District)
    joined = select(every.code).join(seat, seat.state_code == every.state_code)
    joined = joined.join(Organization, Organization.district_code == seat.code)
    return joined.where(Organization.id == bindparam("organization"), *_has_whole_state())


def is_state_body(session: Session, organization: UUID) -> bool:
    """Whether it is an active body that has the whole state."""
    wanted = select(Organization.id).where(Organization.id == organization, *_has_whole_state())
    return session.scalar(wanted) is not None


def states_with_body() -> Select[int]:
    """Subquery: codes of the states that have such a body."""
    joined = select(District.state_code).join(Organization, District.code == Organization.district_code)
    return joined.where(*_has_whole_state())


def districts_with_body_above(session: Session, districts: Collection[int]) -> Collection[int]:
    """Those above whose coordinator a body stands: their state's, unless that coordinates the district itself."""
    here, seat = aliased(District), aliased(District)
    of_body = (Organization.district_code, Organization.stands_in_for)
    joined = select(here.code, *of_body).join(seat, seat.state_code == here.state_code)
    joined = joined.join(Organization, Organization.district_code == seat.code)
    bodies: dict[int, list[tuple[int | None, Collection[int]]]] = {}
    for code, seat_of_body, stands_in_for in session.execute(
        joined.where(here.code.in_(districts), *_has_whole_state())
    ):
        bodies.setdefault(code, []).append((seat_of_body, stands_in_for))
    own = _with_own_body(session, districts)
    return {
        code
        for code, of_state in bodies.items()
        if not any(code in stands_in_for for _seat, stands_in_for in of_state)
        and (code in own or code not in {seat_of_body for seat_of_body, _stands_in_for in of_state})
    }


def _with_own_body(session: Session, districts: Collection[int]) -> Collection[int]:
    active = (Organization.status == "active", Organization.deleted_at.is_(None))
    its_own = (Organization.kind == COORDINATING_BODY, Organization.district_code.in_(districts), *active)
    is_whole = func.coalesce(Organization.record["whole_state"].as_boolean(), False)
    return set(session.scalars(select(Organization.district_code).where(*its_own, ~is_whole)))


def _has_whole_state() -> tuple[ColumnElement[bool], ...]:
    is_body = (Organization.kind == COORDINATING_BODY, Organization.status == "active")
    return (*is_body, Organization.record["whole_state"].as_boolean(), Organization.deleted_at.is_(None))
