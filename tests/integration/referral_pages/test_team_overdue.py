"""The provider manager's page: what the team owes, by reference, status and due time, and nothing that is sealed."""

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from service_kit.db.engine import Database
from support.referral import (
    COORDINATOR,
    JIBAN,
    MANAGER,
    OFFICER,
    OST,
    OST_OF_JIBAN,
    SUPERVISOR,
    WORKER,
    ReferralService,
    a_named_person,
    a_person,
)

MANAGER_OF_JIBAN = a_person(21, JIBAN, "provider_manager")


def overdue(setu: ReferralService) -> str:
    page = setu.get(MANAGER, "/overdue")
    assert page.status_code == 200
    return page.text


def test_a_manager_sees_what_is_overdue_without_person_or_need(setu: ReferralService) -> None:
    late = setu.sent(person=a_named_person(name="Canarina"))
    setu.clock.advance(timedelta(days=3))
    early = setu.sent()

    listed, one = overdue(setu), setu.get(MANAGER, f"/overdue/{late.id}")

    assert f"/overdue/{late.id}" in listed
    assert early.id not in listed
    assert one.status_code == 200
    for word in ("Canarina", "Medicine", "OST", "98300", "Service c1", "On the street", "North Station"):
        assert word not in listed + one.text
    assert setu.get(MANAGER, "/counts").get_json() == {"/overdue": 1}


def test_a_manager_opens_any_of_the_own_teams_and_nobody_elses(setu: ReferralService) -> None:
    referral = setu.sent()
    assert setu.get(MANAGER, f"/overdue/{referral.id}").status_code == 200
    assert setu.get(MANAGER_OF_JIBAN, f"/overdue/{referral.id}").status_code == 404
    for who in (WORKER, COORDINATOR, OFFICER, SUPERVISOR):
        assert setu.get(who, f"/overdue/{referral.id}").status_code == 403
        assert "/overdue" not in setu.get(who, "/counts").get_json()


def test_a_candidates_manager_sees_it_until_another_one_claims_it(setu: ReferralService) -> None:
    referral = setu.sent(candidates=[str(OST), str(OST_OF_JIBAN)])
    assert setu.get(MANAGER_OF_JIBAN, f"/overdue/{referral.id}").status_code == 200
    setu.must(WORKER, referral, "claim")
    assert setu.get(MANAGER_OF_JIBAN, f"/overdue/{referral.id}").status_code == 404


def test_what_is_answered_leaves_the_list(setu: ReferralService) -> None:
    referral = setu.sent()
    setu.clock.advance(timedelta(days=3))
    assert referral.id in overdue(setu)
    setu.must(WORKER, referral, "decline", reason="no_capacity")
    assert referral.id not in overdue(setu)


def test_a_ghost_stays_on_the_list_until_it_is_answered(setu: ReferralService) -> None:
    referral = setu.sent()
    assert setu.withdraw_by_code(referral.card_code).status_code == 202
    setu.clock.advance(timedelta(days=3))
    assert referral.id in overdue(setu)
    assert "Your team still answers it" in setu.get(MANAGER, f"/overdue/{referral.id}").text
    setu.must(WORKER, referral, "accept")
    setu.clock.advance(timedelta(days=30))
    assert referral.id not in overdue(setu)
    assert "form-assign" not in setu.get(MANAGER, f"/overdue/{referral.id}").text
    for who in (MANAGER, WORKER):
        assert setu.act(who, referral, "assign", {"assignee": str(WORKER.account)}).status_code == 409


def test_the_view_has_no_need_and_cannot_be_written_through(setu: ReferralService) -> None:
    setu.sent()
    db = Database(setu.urls.web, pool_size=1)
    with db.transaction(MANAGER.scope) as session:
        row = session.execute(text("SELECT * FROM team_referral")).one()
        assert not {"needs", "sender_organization", "setting", "service_id"} & set(row._fields)
        assert session.execute(text("SELECT count(*) FROM task")).scalar() == 0
    for statement in ("UPDATE team_referral SET status = 'failed'", "DELETE FROM team_referral"):
        with pytest.raises(DBAPIError, match="permission denied"), db.transaction(MANAGER.scope) as session:
            session.execute(text(statement))
    for who in (COORDINATOR, OFFICER, SUPERVISOR, MANAGER_OF_JIBAN):
        with db.transaction(who.scope) as session:
            assert session.execute(text("SELECT count(*) FROM team_referral")).scalar() == 0
    db.dispose()
