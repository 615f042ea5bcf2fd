"""The child path: certified services alone, who agrees, a queue of its own, and a clock of 24 hours to the state."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from referral_service.store.directory import put_organization, put_service
from referral_service.store.tables import task
from referral_service.use_cases.run_clocks import run_clocks
from support.referral import (
    BODY,
    COORDINATOR,
    COORDINATOR_ELSEWHERE,
    FOR_CHILDREN,
    JIBAN,
    OST_OF_JIBAN,
    WORKER,
    WORKER_OF_JIBAN,
    WORKER_OF_SHISHU,
    Referral,
    ReferralService,
    a_consent,
    a_named_person,
    a_person,
    events_of,
)
from support.referrals.directory import a_listing, an_organization

STATE_BODY = UUID(int=0xD2)
OF_THE_STATE = replace(a_person(40, BODY, "coordinator", districts=(1,)), organization=STATE_BODY)
CHILD: dict[str, Any] = {
    "needs": ["CHILD"],
    "service_id": str(FOR_CHILDREN),
    "person": a_named_person(age_band="under-18"),
    "consent": a_consent(authority="guardian"),
}
TOLD = "referral.state.escalation.due.v1"


@pytest.fixture
def state(setu: ReferralService) -> ReferralService:
    """Kolkata's state has a body of its own, which has no referral by itself."""
    body = an_organization(BODY, organization_id=str(STATE_BODY), name="State body", district=303, whole_state=True)
    with setu.worker_db.transaction() as session:
        put_organization(session, body)
    return setu


def pass_time(setu: ReferralService, **span: int) -> list[dict[str, Any]]:
    setu.clock.advance(timedelta(**span))
    run_clocks(setu.worker_db, dependencies=setu.dependencies, now=setu.clock.now())
    return [event["data"] for event in events_of(setu) if event["type"] == TOLD]


def certify_jiban(setu: ReferralService) -> None:
    listing = a_listing(OST_OF_JIBAN, JIBAN, version=2, needs=["CHILD"], child_certified=True)
    with setu.worker_db.transaction() as session:
        put_service(session, listing)


def queue(setu: ReferralService) -> tuple[int, bool]:
    page = setu.get(WORKER_OF_SHISHU, "/children").text
    return setu.get(WORKER_OF_SHISHU, "/counts").get_json()["/children"], "data-row" in page


def test_who_agreed_stands_with_the_identity_of_a_child_alone(setu: ReferralService) -> None:
    child, adult = setu.sent(**CHILD), setu.sent(consent=a_consent(authority="guardian"))
    for who, referral in ((WORKER_OF_SHISHU, child), (WORKER, adult)):
        setu.must(who, referral, "open")
    agreed = "Who agrees for the child</dt><dd>A parent or guardian"
    assert agreed in setu.get(WORKER_OF_SHISHU, f"/inbox/{child.id}/identity").text
    assert "Who agrees" not in setu.get(WORKER, f"/inbox/{adult.id}/identity").text


def test_who_agrees_is_asked_for_and_no_service_for_adults_is_taken(setu: ReferralService) -> None:
    nobody = setu.submit(**{**CHILD, "consent": a_consent()})
    assert [error["field"] for error in nobody.get_json()["errors"]] == ["consent.authority"]
    adults = setu.submit(**{**CHILD, "needs": ["OST"], "service_id": str(OST_OF_JIBAN)})
    assert (adults.status_code, adults.get_json()["errors"][0]["field"]) == (422, "service_id")
    assert setu.submit(**CHILD).status_code == 201


def test_who_agrees_is_asked_for_also_where_a_mother_asks_for_her_child(setu: ReferralService) -> None:
    certify_jiban(setu)
    mother = {**CHILD, "person": a_named_person(age_band="25-34"), "service_id": str(OST_OF_JIBAN)}
    nobody = setu.submit(**{**mother, "consent": a_consent()})
    assert [error["field"] for error in nobody.get_json()["errors"]] == ["consent.authority"]
    assert setu.submit(**mother).status_code == 201


def test_a_queue_of_its_own_holds_children_alone_until_they_are_done(setu: ReferralService) -> None:
    setu.sent(needs=["COUNS"], service_id=None, candidates=["00000000-0000-0000-0000-0000000000c5"])
    assert queue(setu) == (0, False)
    one, other = setu.sent(**CHILD), setu.sent(**CHILD)
    assert queue(setu) == (2, True)
    assert setu.shown(WORKER_OF_SHISHU, one)["child_path"] is True
    assert "child_path" not in setu.shown(COORDINATOR, one)
    setu.withdraw_by_code(one.card_code)
    assert setu.shown(WORKER_OF_SHISHU, one)["child_path"] is False
    assert "Closed; answer as you would have" in setu.get(WORKER_OF_SHISHU, "/children").text
    setu.must(WORKER_OF_SHISHU, other, "accept")
    assert queue(setu) == (1, True)
    setu.must(WORKER_OF_SHISHU, one, "decline", reason="no_capacity")
    setu.must(WORKER_OF_SHISHU, other, "complete", outcome="engaged")
    assert queue(setu) == (0, False)
    with setu.worker_db.transaction() as session:
        assert session.scalar(select(task.c.child_path).where(task.c.id == UUID(one.id))) is False


def test_after_a_day_without_a_service_the_states_body_hears_of_it_once_and_has_it_on_its_list(
    state: ReferralService,
) -> None:
    child, adult = state.sent(**CHILD), state.sent(urgent=["PREGNANT"])
    assert pass_time(state, hours=3) == []
    state.must(WORKER_OF_SHISHU, child, "open")
    assert pass_time(state, hours=20) == []
    assert state.get(OF_THE_STATE, f"/api/referrals/{child.id}").status_code == 404
    (told,) = pass_time(state, hours=1)
    assert (told["referral_id"], told["receivers"]) == (child.id, [str(STATE_BODY)])
    assert len(pass_time(state, minutes=5)) == 1
    listed = state.get(OF_THE_STATE, "/api/referrals").get_json()["items"]
    assert [item["id"] for item in listed] == [child.id]
    assert state.get(OF_THE_STATE, f"/api/referrals/{adult.id}").status_code == 404
    assert "Under 18, and nobody has taken it on for a day" in state.get(OF_THE_STATE, "/today").text
    assert "Under 18" not in state.get(COORDINATOR, "/today").text
    assert state.get(COORDINATOR_ELSEWHERE, f"/api/referrals/{child.id}").status_code == 404
    state.must(WORKER_OF_SHISHU, child, "accept")
    assert state.get(OF_THE_STATE, f"/api/referrals/{child.id}").status_code == 404


def test_a_child_that_was_taken_on_within_the_day_is_told_to_nobody(state: ReferralService) -> None:
    child = state.sent(**CHILD)
    state.must(WORKER_OF_SHISHU, child, "accept")
    assert pass_time(state, hours=30) == []


def test_a_forward_starts_no_new_day_and_the_state_may_forward_to_a_certified_service(state: ReferralService) -> None:
    first = state.sent(**CHILD)
    state.must(WORKER_OF_SHISHU, first, "decline", reason="no_capacity")
    assert state.act(COORDINATOR, first, "forward").status_code == 422
    assert len(pass_time(state, hours=25)) == 1
    certify_jiban(state)
    state.must(OF_THE_STATE, first, "forward")
    (item,) = state.get(WORKER_OF_JIBAN, "/api/referrals").get_json()["items"]
    second = Referral(item["id"], item["reference"], None)
    assert state.shown(WORKER_OF_JIBAN, second)["child_path"] is True
    assert [found["id"] for found in state.get(OF_THE_STATE, "/api/referrals").get_json()["items"]] == [second.id]
    state.must(WORKER_OF_JIBAN, second, "accept")
    assert state.get(OF_THE_STATE, "/api/referrals").get_json()["items"] == []


def test_where_the_state_has_no_body_the_event_names_none(setu: ReferralService) -> None:
    setu.sent(**CHILD)
    assert [told["receivers"] for told in pass_time(setu, hours=24)] == [[]]


def test_a_withdrawn_child_keeps_its_clock_and_tells_nothing_else(state: ReferralService) -> None:
    """A clock that fell silent would tell."""
    child = state.sent(**CHILD)
    state.withdraw_by_code(child.card_code)
    assert len(pass_time(state, hours=24)) == 1
