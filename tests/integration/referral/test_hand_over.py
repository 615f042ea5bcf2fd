"""Hand-over of all that an absent colleague holds: one act, one line in the log, nobody else's work touched."""

from threading import Barrier, Thread
from uuid import UUID

from sqlalchemy import select

from referral_service.store.team_members import put_team_member
from service_kit.db.tables import audit_entry
from service_kit.identity import Principal
from support.referral import (
    COLLEAGUE_OF_WORKER,
    COORDINATOR,
    MANAGER,
    OFFICER,
    OST_OF_JIBAN,
    WORKER,
    WORKER_OF_JIBAN,
    Referral,
    ReferralService,
    events_of,
)
from support.referrals.directory import a_team_member

ANITA, BIMAL = WORKER.account, COLLEAGUE_OF_WORKER.account


def owner(setu: ReferralService, referral: Referral) -> UUID | None:
    account = setu.shown(WORKER, referral)["assigned_to"]
    return None if account is None else UUID(account)


def hand_over(setu: ReferralService, who: Principal, frm: UUID, to: UUID | None) -> tuple[int, object]:
    response = setu.post(who, f"/api/team/{frm}/hand-over", {"assignee": None if to is None else str(to)})
    return response.status_code, response.get_json().get("count")


def owned(setu: ReferralService, account: UUID) -> Referral:
    referral = setu.sent()
    setu.must(WORKER, referral, "assign", assignee=str(account))
    return referral


def test_all_goes_to_one_colleague_in_one_act_and_one_line_of_the_log(setu: ReferralService) -> None:
    held, of_bimal, ended = [owned(setu, ANITA) for _ in range(3)], owned(setu, BIMAL), owned(setu, ANITA)
    setu.must(WORKER, ended, "decline", reason="no_capacity")

    assert hand_over(setu, MANAGER, ANITA, BIMAL) == (200, 3)

    assert {owner(setu, one) for one in (*held, of_bimal)} == {BIMAL}
    assert owner(setu, ended) == ANITA
    with setu.worker_db.transaction() as session:
        entry = audit_entry.c
        lines = session.execute(
            select(entry.actor, entry.object_type, entry.object_id).where(entry.action == "team.hand-over")
        ).all()
    assert [tuple(line) for line in lines] == [(MANAGER.account, "account", str(ANITA))]
    assert hand_over(setu, MANAGER, ANITA, BIMAL) == (200, 0)


def test_a_case_worker_hands_back_to_nobody_and_a_ghost_goes_along(setu: ReferralService) -> None:
    ghost, open_one = owned(setu, BIMAL), owned(setu, BIMAL)
    setu.withdraw_by_code(ghost.card_code)
    before = setu.get(OFFICER, f"/api/referrals/{ghost.id}")

    assert hand_over(setu, WORKER, BIMAL, None) == (200, 2)

    assert owner(setu, ghost) is None
    assert owner(setu, open_one) is None
    after = setu.get(OFFICER, f"/api/referrals/{ghost.id}")
    assert (after.data, after.headers["ETag"]) == (before.data, before.headers["ETag"])


def test_who_left_hands_over_and_takes_nothing(setu: ReferralService) -> None:
    held = owned(setu, BIMAL)
    with setu.worker_db.transaction() as session:
        put_team_member(session, a_team_member(COLLEAGUE_OF_WORKER, "Bimal", active=False, version=3))
    assert hand_over(setu, MANAGER, BIMAL, ANITA) == (200, 1)
    assert owner(setu, held) == ANITA
    assert hand_over(setu, MANAGER, ANITA, BIMAL)[0] == 422


def test_who_may_not_and_what_is_no_hand_over(setu: ReferralService) -> None:
    owned(setu, ANITA)
    foreign = setu.sent(service_id=str(OST_OF_JIBAN))
    setu.must(WORKER_OF_JIBAN, foreign, "assign", assignee=str(WORKER_OF_JIBAN.account))
    for who in (OFFICER, COORDINATOR):
        assert hand_over(setu, who, ANITA, None)[0] == 403
    assert hand_over(setu, MANAGER, WORKER_OF_JIBAN.account, None)[0] == 404
    assert hand_over(setu, MANAGER, UUID(int=7), None)[0] == 404
    for wrong in (ANITA, WORKER_OF_JIBAN.account):
        assert hand_over(setu, MANAGER, ANITA, wrong)[0] == 422
    shown = setu.shown(WORKER_OF_JIBAN, foreign)
    assert shown["assigned_to"] == str(WORKER_OF_JIBAN.account)


def test_nobody_is_told_and_the_history_says_so_as_the_page_promises(setu: ReferralService) -> None:
    held = owned(setu, ANITA)
    page = setu.get(MANAGER, f"/team/{ANITA}").text
    assert "It is written to the log, and each referral's history says so." in page
    assert "Setu sends no notice of it: tell your team." in page
    events, history = events_of(setu), setu.get(WORKER, f"/inbox/{held.id}").text

    assert hand_over(setu, MANAGER, ANITA, BIMAL) == (200, 1)

    assert events_of(setu) == events, "without an event there is no notice, no mail and no webhook"
    assert setu.get(WORKER, f"/inbox/{held.id}").text.count("Assigned") == history.count("Assigned") + 1


def test_two_at_once_move_each_referral_once(setu: ReferralService) -> None:
    for _ in range(4):
        owned(setu, ANITA)
    start, found = Barrier(2), []

    def at_once() -> None:
        start.wait()
        found.append(hand_over(setu, MANAGER, ANITA, BIMAL))

    threads = [Thread(target=at_once) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == [(200, 0), (200, 4)]
