"""Two focal points of a side are two people, whichever way somebody comes to be one, and also at the same moment."""

from concurrent.futures import ThreadPoolExecutor
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient

from directory_service.accounts.store.tables import Membership
from directory_service.partnership.store.tables_agreements import FocalPoint, Handover
from directory_service.partnership.use_cases.focal_points.name_focal_point import NewFocalPoint, name_focal_point
from support.events import eventually, waiting_for_locks
from support.partnership import STATION, Partnership, in_force, member_id

TWO_PEOPLE = "two focal points are two people"


def form_of(member: UUID, post: str = "station officer") -> dict[str, str]:
    return {"post": post, "duty_phone": "9830012345", "member": str(member)}


def two_points(partnership: Partnership) -> tuple[UUID, FlaskClient, list[UUID]]:
    """An agreement, the supervisor of its unit, and the unit's two focal points."""
    agreement, supervisor = in_force(partnership), partnership.member("unit_supervisor", STATION)
    partnership.member("officer", STATION)
    for role, post in (("unit_supervisor", "station officer"), ("officer", "duty officer")):
        form = form_of(member_id(partnership, STATION, role), post)
        assert supervisor.post(f"/partnerships/{agreement}/focal-points", data=form).status_code == 303
    with partnership.worker() as session:
        return agreement, supervisor, [each.id for each in session.query(FocalPoint).order_by(FocalPoint.post)]


def open_points(partnership: Partnership) -> list[UUID]:
    """Whose they are."""
    with partnership.worker() as session:
        return [each.membership_id for each in session.query(FocalPoint).where(FocalPoint.ended_at.is_(None))]


def a_point(partnership: Partnership, agreement: UUID, member: UUID) -> FocalPoint:
    """As somebody stores it who has not seen what else there is."""
    named = form_of(member)
    return FocalPoint(
        id=uuid4(),
        agreement_id=agreement,
        district_code=STATION.district,
        organization_id=STATION.id,
        side="unit",
        post=named["post"],
        duty_phone="+919830012345",
        membership_id=member,
        named_at=partnership.clock.now(),
    )


def second_role(partnership: Partnership, member: UUID) -> UUID:
    """One more membership of the same person in the same unit."""
    with partnership.worker() as session:
        held = session.get_one(Membership, member)
        second = {column.key: getattr(held, column.key) for column in Membership.__table__.columns}
        second |= {"id": uuid4(), "role": "unit_supervisor"}
        session.add(Membership(**second))
    return second["id"]


def test_whoever_is_named_to_follow_is_named_for_nothing_else_of_the_agreement(partnership: Partnership) -> None:
    agreement, supervisor, points = two_points(partnership)
    partnership.member("officer", STATION)
    successor = form_of(member_id(partnership, STATION, "officer"))
    at = f"/partnerships/{agreement}/focal-points"
    assert supervisor.post(f"{at}/{points[0]}/hand-over", data=successor).status_code == 303

    other, named = supervisor.post(f"{at}/{points[1]}/hand-over", data=successor), supervisor.post(at, data=successor)

    assert (other.status_code, "named to be one" in other.text) == (409, True)
    assert (named.status_code, TWO_PEOPLE in named.text) == (409, True)


def test_whoever_comes_second_with_a_successor_is_told_that_one_was_named(partnership: Partnership) -> None:
    agreement, supervisor, points = two_points(partnership)
    members = []
    for _ in range(2):
        partnership.member("officer", STATION)
        members.append(member_id(partnership, STATION, "officer"))
    at = f"/partnerships/{agreement}/focal-points/{points[0]}/hand-over"
    assert supervisor.post(at, data=form_of(members[0])).status_code == 303

    second = supervisor.post(at, data=form_of(members[1]))

    assert (second.status_code, "Choose somebody else" in second.text) == (409, False)
    assert "A successor was named meanwhile." in second.text
    assert second.text.count(f"f-{points[0]}-successor") == 2, "the summary leads to it"


def test_somebody_with_two_roles_in_a_unit_is_one_person(partnership: Partnership) -> None:
    agreement, supervisor, points = two_points(partnership)
    second = second_role(partnership, member_id(partnership, STATION, "officer"))
    at = f"/partnerships/{agreement}/focal-points"
    assert supervisor.post(f"{at}/{points[1]}/end").status_code == 303

    named = supervisor.post(at, data=form_of(second))
    followed = supervisor.post(f"{at}/{points[0]}/hand-over", data=form_of(second))

    assert (named.status_code, followed.status_code) == (409, 409)


def test_of_two_forms_at_once_one_names_the_member(partnership: Partnership) -> None:
    agreement, supervisor = in_force(partnership), partnership.member("unit_supervisor", STATION)
    member = member_id(partnership, STATION)

    with ThreadPoolExecutor(1) as pool:
        with partnership.worker() as session:
            session.add(a_point(partnership, agreement, member))
            session.flush()
            sent = pool.submit(supervisor.post, f"/partnerships/{agreement}/focal-points", data=form_of(member))
            eventually(lambda: sent.done() or waiting_for_locks(partnership.directory.worker) > 0)
        answer = sent.result()

    assert (answer.status_code, TWO_PEOPLE in answer.text) == (409, True)
    assert open_points(partnership) == [member]


def test_of_two_forms_at_once_for_two_roles_of_one_person_one_names(partnership: Partnership) -> None:
    agreement, supervisor = in_force(partnership), partnership.member("unit_supervisor", STATION)
    partnership.member("officer", STATION)
    member = member_id(partnership, STATION, "officer")
    second = second_role(partnership, member)
    who, now = partnership.members[STATION.id, "unit_supervisor"], partnership.clock.now()

    with ThreadPoolExecutor(1) as pool:
        with partnership.directory.web.transaction(who.scope) as session:
            wanted = NewFocalPoint("station officer", "+919830012345", member)
            name_focal_point(session, who, agreement, wanted, now, ids=partnership.ids)
            sent = pool.submit(supervisor.post, f"/partnerships/{agreement}/focal-points", data=form_of(second))
            eventually(lambda: sent.done() or waiting_for_locks(partnership.directory.worker) > 0)
        answer = sent.result()

    assert (answer.status_code, TWO_PEOPLE in answer.text) == (409, True)
    assert open_points(partnership) == [member]


@pytest.mark.parametrize("in_another_role", [False, True])
def test_a_successor_who_is_a_focal_point_by_now_does_not_take_another_one(
    partnership: Partnership, *, in_another_role: bool
) -> None:
    agreement, supervisor, points = two_points(partnership)
    successor = partnership.member("officer", STATION)
    member = member_id(partnership, STATION, "officer")
    at = f"/partnerships/{agreement}/focal-points"
    assert supervisor.post(f"{at}/{points[1]}/hand-over", data=form_of(member)).status_code == 303
    held = second_role(partnership, member) if in_another_role else member
    with partnership.worker() as session:  # as an older release named it, which asked for focal points alone
        session.get_one(FocalPoint, points[0]).ended_at = partnership.clock.now()
        session.add(a_point(partnership, agreement, held))
        handover = session.query(Handover).one().id

    taken = successor.post(f"/handovers/{handover}/take")

    assert (taken.status_code, TWO_PEOPLE in taken.text) == (409, True)
    assert sorted(open_points(partnership)) == sorted({held, member_id(partnership, STATION)})
