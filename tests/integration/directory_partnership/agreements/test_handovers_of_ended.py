"""A handover ends with its agreement, as its side takes the post back, or as its successor leaves: it is not taken."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from directory_service.accounts.store.tables import Membership
from directory_service.organizations.store.tables import Organization
from directory_service.partnership.store.tables_agreements import Agreement, FocalPoint, Handover
from directory_service.partnership.use_cases.remind_of_partnership import remind_of_partnership
from directory_service.partnership.use_cases.tend_agreements import tend_agreements
from support.partnership import NODI, STATION, Partnership, in_force, member_id

HANDOVER = "directory.handover.named.v1"


def handed_over(partnership: Partnership) -> tuple[UUID, str, FlaskClient]:
    """An agreement, the address of a handover that its successor has not taken, and that successor, an officer."""
    agreement, supervisor = in_force(partnership), partnership.member("unit_supervisor", STATION)
    post = {"post": "station officer", "duty_phone": "9830012345", "member": str(member_id(partnership, STATION))}
    assert supervisor.post(f"/partnerships/{agreement}/focal-points", data=post).status_code == 303
    successor = partnership.member("officer", STATION)
    named = {"duty_phone": "9830012345", "member": str(member_id(partnership, STATION, "officer"))}
    with partnership.worker() as session:
        point = session.query(FocalPoint).one().id
    hand_over = f"/partnerships/{agreement}/focal-points/{point}/hand-over"
    assert supervisor.post(hand_over, data=named).status_code == 303
    with partnership.worker() as session:
        return agreement, f"/handovers/{session.query(Handover).one().id}/take", successor


def by_its_coordinator(partnership: Partnership, agreement: UUID) -> None:
    answer = partnership.browser("coordinator").post(f"/partnerships/{agreement}/end", data={"seen": "1"})
    assert answer.status_code == 303


def by_the_clock(partnership: Partnership, agreement: UUID) -> None:
    """Its provider is closed for good."""
    with partnership.worker() as session:
        session.get_one(Organization, NODI.id).status = "closed"
    tend(partnership)


def by_an_older_release(partnership: Partnership, agreement: UUID) -> None:
    """Which left the handover open; then the clock looks."""
    with partnership.worker() as session:
        session.get_one(Agreement, agreement).state = "ended"
    tend(partnership)


def tend(partnership: Partnership) -> None:
    with partnership.worker() as session:
        tend_agreements(session, partnership.clock.now())


def told(partnership: Partnership, days: int) -> list[object]:
    """The states of the handovers that the clock tells of so many days later."""
    partnership.directory.forget_events()
    partnership.clock.advance(timedelta(days=days))
    with partnership.worker() as session:
        remind_of_partnership(session, partnership.clock.now())
    return [event.data.get("state") for event in partnership.directory.events() if event.type == HANDOVER]


@pytest.mark.parametrize("ended", [by_its_coordinator, by_the_clock, by_an_older_release])
def test_a_handover_of_an_agreement_that_ended_is_neither_taken_nor_late(
    partnership: Partnership, ended: Callable[[Partnership, UUID], None]
) -> None:
    agreement, take, successor = handed_over(partnership)
    assert take in successor.get("/handovers").text

    ended(partnership, agreement)

    assert take not in successor.get("/handovers").text
    assert successor.post(take).status_code == 409
    with partnership.worker() as session:
        assert (session.get_one(Agreement, agreement).state, session.query(FocalPoint).count()) == ("ended", 1)
    assert told(partnership, 9) == []


def test_a_handover_of_an_agreement_that_stands_is_late_and_can_be_taken(partnership: Partnership) -> None:
    _, take, _ = handed_over(partnership)
    tend(partnership)
    assert told(partnership, 9) == ["coordinator"]
    assert partnership.again("officer", STATION).post(take).status_code == 303


def test_a_handover_of_a_focal_point_that_its_side_took_back_is_neither_taken_nor_late(
    partnership: Partnership,
) -> None:
    agreement, take, successor = handed_over(partnership)
    with partnership.worker() as session:
        point = session.query(FocalPoint).one().id

    back = partnership.again("unit_supervisor", STATION).post(f"/partnerships/{agreement}/focal-points/{point}/end")

    assert back.status_code == 303
    assert take not in successor.get("/handovers").text
    refused = successor.post(take)
    assert (refused.status_code, "your organisation took it back" in refused.text) == (409, True)
    with partnership.worker() as session:
        assert (session.query(FocalPoint).count(), session.query(Handover).one().taken_at) == (1, None)
    assert told(partnership, 9) == []


def test_a_handover_of_a_post_that_fell_vacant_is_still_taken(partnership: Partnership) -> None:
    _, take, successor = handed_over(partnership)
    with partnership.worker() as session:
        session.get_one(Membership, member_id(partnership, STATION)).ended_at = partnership.clock.now()
    tend(partnership)
    with partnership.worker() as session:
        assert session.query(FocalPoint).one().ended_at is not None

    assert take in successor.get("/handovers").text
    assert successor.post(take).status_code == 303


def test_a_handover_to_somebody_who_has_left_ends_and_another_one_is_named(partnership: Partnership) -> None:
    agreement, take, _ = handed_over(partnership)
    with partnership.worker() as session:
        point = session.query(FocalPoint).one().id
        gone = session.get_one(Membership, member_id(partnership, STATION, "officer"))
        gone.ended_at = partnership.clock.now()
    tend(partnership)
    assert told(partnership, 9) == []
    another = partnership.member("officer", STATION)
    named = {"duty_phone": "9830012345", "member": str(member_id(partnership, STATION, "officer"))}
    address, supervisor = f"/partnerships/{agreement}", partnership.again("unit_supervisor", STATION)
    assert "a successor is named" not in supervisor.get(address).text

    assert supervisor.post(f"{address}/focal-points/{point}/hand-over", data=named).status_code == 303

    with partnership.worker() as session:
        (waiting,) = session.query(Handover).where(Handover.ended_at.is_(None)).all()
        assert f"/handovers/{waiting.id}/take" != take
    assert another.post(f"/handovers/{waiting.id}/take").status_code == 303


def test_nobody_names_a_successor_where_the_agreement_has_ended(partnership: Partnership) -> None:
    agreement, supervisor = in_force(partnership), partnership.member("unit_supervisor", STATION)
    post = {"post": "station officer", "duty_phone": "9830012345", "member": str(member_id(partnership, STATION))}
    supervisor.post(f"/partnerships/{agreement}/focal-points", data=post)
    partnership.member("officer", STATION)
    with partnership.worker() as session:
        point = session.query(FocalPoint).one().id
    by_its_coordinator(partnership, agreement)

    named = {"duty_phone": "9830012345", "member": str(member_id(partnership, STATION, "officer"))}
    answer = supervisor.post(f"/partnerships/{agreement}/focal-points/{point}/hand-over", data=named)

    assert answer.status_code == 409
