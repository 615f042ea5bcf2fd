"""Lists: newest first for senders, due first for teams, cursors that neither skip nor repeat."""

from datetime import timedelta

from sqlalchemy import text

from service_kit.identity import Principal
from support.referral import (
    COLLEAGUE,
    COORDINATOR,
    DATA_OFFICER,
    OFFICER,
    OST,
    OST_OF_JIBAN,
    SUPERVISOR,
    WORKER,
    ReferralService,
)


def walk(setu: ReferralService, who: Principal, path: str) -> list[str]:
    """The ids of all pages, following `next`."""
    found: list[str] = []
    following: str | None = path
    while following is not None:
        page = setu.get(who, following).get_json()
        found += [item["id"] for item in page["items"]]
        following = page["next"]
    return found


def test_a_senders_pages_are_newest_first_and_complete(setu: ReferralService) -> None:
    sent = []
    for _ in range(7):
        sent.append(setu.sent().id)
        setu.clock.advance(timedelta(minutes=1))
    assert walk(setu, OFFICER, "/api/referrals?limit=2") == sent[::-1]
    assert walk(setu, OFFICER, "/api/referrals") == sent[::-1]


def test_a_row_added_between_two_pages_moves_nothing(setu: ReferralService) -> None:
    old = [setu.sent().id for _ in range(4)]
    first = setu.get(OFFICER, "/api/referrals?limit=2").get_json()
    setu.clock.advance(timedelta(minutes=1))
    setu.sent()
    second = setu.get(OFFICER, first["next"]).get_json()
    assert [item["id"] for page in (first, second) for item in page["items"]] == old[::-1]


def test_a_row_whose_view_is_lost_ends_no_list(setu: ReferralService) -> None:
    sent = [setu.sent().id for _ in range(5)]
    lost = sorted(sent)[-2]
    with setu.worker_db.transaction() as session:
        session.execute(text("DELETE FROM referrer_view WHERE id = :id"), {"id": lost})
    told = [each for each in sorted(sent, reverse=True) if each != lost]
    for limit in (1, 2, 3, 25):
        assert walk(setu, OFFICER, f"/api/referrals?limit={limit}") == told


def test_states_filter_and_repeat(setu: ReferralService) -> None:
    waiting, opened, accepted = setu.sent(), setu.sent(), setu.sent()
    setu.must(WORKER, opened, "open")
    setu.must(WORKER, accepted, "accept")
    assert walk(setu, OFFICER, "/api/referrals?state=sent") == [waiting.id]
    assert set(walk(setu, OFFICER, "/api/referrals?state=sent&state=opened&limit=1")) == {waiting.id, opened.id}
    assert set(walk(setu, WORKER, "/api/referrals?state=requested&state=accepted")) == {waiting.id, accepted.id}


def test_a_teams_inbox_is_due_first(setu: ReferralService) -> None:
    routine = setu.sent()
    urgent = setu.sent(urgent=["PREGNANT"])
    closed = setu.sent()
    setu.must(WORKER, closed, "decline", reason="no_capacity")
    assert walk(setu, WORKER, "/api/referrals?limit=1") == [urgent.id, routine.id, closed.id]


def test_a_coordinators_pages_go_on_behind_what_has_ended(setu: ReferralService) -> None:
    routine, urgent, other = setu.sent(), setu.sent(urgent=["PREGNANT"]), setu.sent()
    for referral in (routine, urgent, other):
        setu.must(WORKER, referral, "decline", reason="no_capacity")
    assert walk(setu, COORDINATOR, "/api/referrals?limit=1") == [urgent.id, *sorted([routine.id, other.id])]


def test_a_colleague_of_the_same_unit_sees_nothing(setu: ReferralService) -> None:
    referral = setu.sent()
    assert walk(setu, COLLEAGUE, "/api/referrals") == []
    assert setu.get(COLLEAGUE, f"/api/referrals/{referral.id}").status_code == 404
    assert setu.act(COLLEAGUE, referral, "withdraw", {"reason": "mistake"}, '"1"').status_code == 404


def test_who_has_no_list(setu: ReferralService) -> None:
    assert setu.get(None, "/api/referrals").status_code == 401
    for who in (SUPERVISOR, DATA_OFFICER):
        assert setu.get(who, "/api/referrals").status_code == 403
    assert walk(setu, COORDINATOR, "/api/referrals") == []


def test_a_get_is_conditional_and_never_opens(setu: ReferralService) -> None:
    referral = setu.sent(candidates=[str(OST), str(OST_OF_JIBAN)])
    for who in (OFFICER, WORKER, COORDINATOR):
        tag = setu.get(who, f"/api/referrals/{referral.id}").headers["ETag"]
        again = setu.get(who, f"/api/referrals/{referral.id}", **{"If-None-Match": tag})
        assert (again.status_code, again.data) == (304, b"")
    assert setu.shown(OFFICER, referral)["state"] == "sent"


def test_a_holder_who_has_this_version_is_told_of_another_referral_with_the_same_number(setu: ReferralService) -> None:
    referral = setu.sent()
    setu.must(WORKER, referral, "open")
    first = setu.get(WORKER, f"/api/referrals/{referral.id}")
    assert first.get_json()["possibly_same_as"] == []
    other = setu.sent()
    again = setu.get(WORKER, f"/api/referrals/{referral.id}", **{"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 200
    assert again.get_json()["possibly_same_as"] == [other.reference]
    assert again.headers["ETag"] == first.headers["ETag"] == '"2"'
