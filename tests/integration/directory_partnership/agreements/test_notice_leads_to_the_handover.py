"""The address that a handover's notice leads to: the successor's own list, or the agreement's page; never a refusal."""

from collections.abc import Callable
from uuid import UUID, uuid4

import pytest

from directory_service.partnership.store.tables_agreements import Agreement, FocalPoint, Handover
from support.agreements.held_posts import NODI_PHONE, hold
from support.agreements.vacant_posts import a_vacant_post
from support.partnership import FAR_BODY, NODI, STATION, Partnership, in_force, member_id


def test_everybody_who_is_told_is_led_to_where_they_can_act(partnership: Partnership) -> None:
    address, supervisor = f"/partnerships/{in_force(partnership)}", partnership.member("unit_supervisor", STATION)
    form = {"post": "station officer", "duty_phone": "9830012345", "member": str(member_id(partnership, STATION))}
    supervisor.post(f"{address}/focal-points", data=form)
    successor = partnership.member("officer", STATION)
    with partnership.worker() as session:
        point = session.query(FocalPoint).one().id
    form["member"] = str(member_id(partnership, STATION, "officer"))
    assert supervisor.post(f"{address}/focal-points/{point}/hand-over", data=form).status_code == 303
    with partnership.worker() as session:
        handover = session.query(Handover).one().id

    own = successor.get(f"/handovers/{handover}")

    assert own.headers["Location"] == f"/handovers#h-{handover}"
    assert f'id="h-{handover}"' in successor.get("/handovers").text
    for browser in (supervisor, partnership.browser("provider_manager", NODI), partnership.browser("coordinator")):
        assert browser.get(f"/handovers/{handover}").headers["Location"] == f"{address}#points"
    for browser in (partnership.browser("officer"), partnership.browser("coordinator", FAR_BODY)):
        assert browser.get(f"/handovers/{handover}").headers["Location"] == "/handovers"
    assert supervisor.get(f"/handovers/{uuid4()}").headers["Location"] == "/handovers"
    assert successor.post(f"/handovers/{handover}/take").status_code == 303
    taken = successor.get(f"/handovers/{handover}").headers["Location"]
    assert taken == f"/handovers?done={handover}", "an officer reads no agreement"


def the_agreement_ended(partnership: Partnership, agreement: UUID) -> None:
    with partnership.worker() as session:
        session.get_one(Agreement, agreement).state = "ended"


def the_post_went_on(partnership: Partnership, agreement: UUID) -> None:
    with partnership.worker() as session:
        held = session.query(FocalPoint).where(FocalPoint.agreement_id == agreement, FocalPoint.side == "unit")
        held.where(FocalPoint.ended_at.is_(None)).one().ended_at = partnership.clock.now()


@pytest.mark.parametrize(
    ("what_came", "words"),
    [
        (the_agreement_ended, "Its agreement has ended, or both sides have yet to sign it."),
        (the_post_went_on, "It is not yours any more."),
    ],
)
def test_an_old_notice_does_not_say_that_a_post_is_theirs_still(
    partnership: Partnership, what_came: Callable[[Partnership, UUID], None], words: str
) -> None:
    address, _, successor, _ = a_vacant_post(partnership)
    agreement = UUID(address.rpartition("/")[2])
    partnership.member("provider_manager", NODI)
    hold(partnership, agreement, NODI, "provider_manager", "manager", NODI_PHONE)
    with partnership.worker() as session:
        notice = f"/handovers/{session.query(Handover).one().id}"
    taken = successor.post(f"{notice}/take", follow_redirects=True).text
    assert "It is yours now: station officer" in taken

    what_came(partnership, agreement)
    later = successor.get(notice, follow_redirects=True).text

    assert "It is yours now" not in later
    assert "you are told of it" not in later
    assert f"You took this over: station officer. {words}" in later
    assert "Go to the start page" in later
