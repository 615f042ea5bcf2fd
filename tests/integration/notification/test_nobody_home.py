"""Whom a notice falls to where nobody is home: manager, coordinator, the state's coordinator, and at last an alarm."""

from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, text

from notification_service.consumers import handlers
from notification_service.store.organizations import districts_overseen
from notification_service.store.tables import NoticeRow, OrganizationRow
from service_kit import metrics
from service_kit.identity import Scope
from support.notification import (
    BODY,
    COORDINATOR,
    KOLKATA,
    MANAGER,
    NGO,
    ONLY_MAIL,
    WORKER,
    Scene,
    add_member,
    an_event,
    an_organization_event,
    referral_data,
)

STATE_BODY, OF_THE_STATE = UUID(int=5), UUID(int=17)
ESCALATION, MISSING = "referral.escalation.due.v1", "directory.staff.missing.v1"
LACKING = {"organization_id": str(NGO), "district": KOLKATA, "receivers": [str(NGO)], "version": 1}


@pytest.fixture
def state(scene: Scene) -> Scene:
    """The same people, and the coordinator of a state whose own district is another one."""
    with scene.db.transaction() as session:
        add_member(session, scene.keyring, OF_THE_STATE, STATE_BODY, "coordinator", "state@body.example")
        session.execute(text("UPDATE member SET districts = '{507}' WHERE account_id = :it"), {"it": OF_THE_STATE})
    return scene


def heard(scene: Scene, organization: UUID, version: int, **more: object) -> None:
    """Apply one snapshot, twice, as a broker may hand it over."""
    heard_by = handlers(scene.clock, scene.keyring, scene.environment["SETU_MEMBER_BOX_PRIVATE_KEY"], ONLY_MAIL)
    event = an_organization_event(version, organization=organization, **more)
    with scene.db.transaction() as session:
        for _ in range(2):
            heard_by[event.type](session, event)


def told(scene: Scene, kind: str) -> set[UUID]:
    with scene.db.transaction() as session:
        return set(session.scalars(select(NoticeRow.account_id).where(NoticeRow.kind == kind)))


def test_the_manager_is_told_that_nobody_is_home_and_the_coordinator_only_where_there_is_no_manager(
    scene: Scene,
) -> None:
    heard(scene, NGO, 2, staffed=["provider_manager"])
    scene.plan(an_event(MISSING, LACKING))
    assert told(scene, "nobody_home") == {MANAGER}
    (item,) = scene.client.get("/api/notices", headers=scene.headers(MANAGER)).get_json()["items"]
    assert item["link"] == "http://directory.test/members"

    heard(scene, NGO, 3, staffed=[])
    scene.plan(an_event(MISSING, LACKING))
    assert told(scene, "nobody_home") == {MANAGER, COORDINATOR}
    (item,) = scene.client.get("/api/notices", headers=scene.headers(COORDINATOR)).get_json()["items"]
    assert item["link"] == "http://referral.test/nobody-home"


def test_an_escalation_of_a_district_without_coordinator_reaches_its_states_and_no_other(state: Scene) -> None:
    state.plan(an_event(ESCALATION, referral_data(uuid4(), NGO)))
    assert told(state, "escalation") == {WORKER, MANAGER, COORDINATOR}

    heard(state, BODY, 2, kind="coordinating_body", status="suspended")  # so that nobody of it can sign in
    heard(state, STATE_BODY, 2, kind="coordinating_body", stands_in_for=[KOLKATA])
    heard(state, STATE_BODY, 1, kind="coordinating_body", stands_in_for=[])  # comes late, and changes nothing
    with state.db.transaction() as session:
        session.execute(text("DELETE FROM notice"))
    state.plan(an_event(ESCALATION, referral_data(uuid4(), NGO)))
    assert told(state, "escalation") == {WORKER, MANAGER, OF_THE_STATE}

    log = state.client.get("/api/deliveries", headers=state.headers(COORDINATOR, organization=STATE_BODY, districts=()))
    assert {item["recipient"] for item in log.get_json()["items"]} == {"provider_manager", "coordinator"}


def test_what_reaches_no_coordinator_at_all_is_counted_for_the_alarm(scene: Scene) -> None:
    def unheard() -> float:
        lines = [line for line in metrics.exposition().decode().splitlines() if line.startswith("setu_events_unheard_")]
        return sum(float(line.split()[-1]) for line in lines if f'type="{ESCALATION}"' in line and "_total" in line)

    before = unheard()
    scene.plan(an_event(ESCALATION, referral_data(uuid4(), NGO)))
    assert unheard() == before
    scene.plan(an_event(ESCALATION, referral_data(uuid4(), NGO, district=999)))
    assert unheard() == before + 1


def test_a_row_of_before_is_completed_by_an_event_as_new_and_not_emptied_again(scene: Scene) -> None:
    for more in ({}, {"staffed": ["case_worker"]}, {}):
        heard(scene, NGO, 2, **more)
    with scene.db.transaction() as session:
        assert session.get_one(OrganizationRow, NGO).staffed == ["case_worker"]


def test_the_districts_of_a_states_body_are_learned_from_the_version_that_is_known_sent_once_more(scene: Scene) -> None:
    before = {"staffed": ["data_officer"], "stands_in_for": []}
    for more in (before, {**before, "whole_state": True}, before):
        heard(scene, STATE_BODY, 1, **more)
    with scene.db.transaction() as session:
        assert KOLKATA in districts_overseen(session, STATE_BODY)


def test_the_web_process_reads_whose_districts_fall_to_the_own_body_and_nothing_else(scene: Scene) -> None:
    heard(scene, NGO, 2, staffed=["case_worker"])
    heard(scene, BODY, 2, kind="coordinating_body", stands_in_for=[KOLKATA])
    with scene.web.transaction(Scope(organization=BODY, role="coordinator")) as session:
        assert session.scalars(text("SELECT id FROM organization")).all() == [BODY]
    with scene.web.transaction() as session:
        assert session.scalars(text("SELECT id FROM organization")).all() == []
