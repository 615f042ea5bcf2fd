"""Release and transfer after sending: the custody side's own act, and what the provider's side makes of it."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from referral_service.store.tables import task
from referral_service.use_cases.run_clocks import run_clocks
from support.referral import (
    COORDINATOR,
    NURSE,
    NURSE_ELSEWHERE,
    OFFICER,
    OTHER_PRISON,
    PRISON,
    STATION,
    WORKER,
    WORKER_OF_JIBAN,
    Referral,
    ReferralService,
    events_of,
)

OTHERWISE_URGENT = {"urgent": ["WITHDRAWAL_IN_CUSTODY"]}
FAR, NEAR = "2026-06-01", "2026-03-10"


@pytest.fixture
def referral(setu: ReferralService) -> Referral:
    """Sent by prison health staff, to be released in three months."""
    return setu.sent(NURSE, setting="prison", expected_release=FAR)


def test_a_request_that_is_repeated_after_midnight_is_answered_as_it_was(setu: ReferralService) -> None:
    released_today = {"setting": "prison", "expected_release": "2026-03-02"}
    first = setu.submit(NURSE, key="once", **released_today)

    setu.clock.advance(timedelta(days=1))

    assert setu.submit(NURSE, key="once", **released_today).get_json()["id"] == first.get_json()["id"]
    assert setu.submit(NURSE, key="another", **released_today).status_code == 422


def told(setu: ReferralService) -> list[str]:
    return [event["type"] for event in events_of(setu)]


def seen(setu: ReferralService, referral: Referral, *names: str) -> tuple[Any, ...]:
    shown = setu.shown(WORKER, referral)
    return tuple(shown[name] for name in names)


def test_a_near_release_makes_it_urgent_on_both_sides_and_tells_the_team(
    setu: ReferralService, referral: Referral
) -> None:
    assert seen(setu, referral, "priority", "due") == ("routine", "2026-03-05T06:30:00Z")
    shown = setu.must(NURSE, referral, "release", expected_release=NEAR)
    assert (shown["expected_release"], shown["priority"], shown["in_custody"]) == (NEAR, "urgent", True)
    assert seen(setu, referral, "priority", "due", "expected_release") == ("urgent", "2026-03-02T08:30:00Z", NEAR)
    assert told(setu)[-1] == "referral.release.changed.v1"
    setu.must(NURSE, referral, "release", expected_release="unknown")
    assert seen(setu, referral, "priority", "expected_release") == ("routine", None)


def clocks_of(setu: ReferralService, referral: Referral) -> dict[str, datetime]:
    with setu.worker_db.transaction() as session:
        row = session.execute(
            select(task.c.remind_at, task.c.escalate_at, task.c.expire_at).where(task.c.id == referral.id)
        )
        return dict(row.mappings().one())


def test_what_the_page_says_of_the_clocks_is_so(setu: ReferralService, referral: Referral) -> None:
    page = setu.get(NURSE, f"/sent/{referral.id}/release").text
    for said in (
        "From 14 days before the release on the referral is urgent by itself.",
        "A later day makes it routine again, unless something else makes it urgent.",
        "its reminders move. If nobody answers, it still runs out when it would have;",
        "a reminder that would come after that stays where it is.",
    ):
        assert said in page
    routine = clocks_of(setu, referral)

    setu.must(NURSE, referral, "release", expected_release=NEAR)
    urgent = clocks_of(setu, referral)
    assert (urgent["remind_at"], urgent["escalate_at"]) < (routine["remind_at"], routine["escalate_at"])
    assert urgent["expire_at"] == routine["expire_at"]

    near, ill = (setu.sent(NURSE, setting="prison", expected_release=NEAR, **more) for more in ({}, OTHERWISE_URGENT))
    before = clocks_of(setu, near)
    for one, priority in ((near, "routine"), (ill, "urgent")):
        setu.must(NURSE, one, "release", expected_release=FAR)
        assert seen(setu, one, "priority") == (priority,)
    assert clocks_of(setu, near) == before, "a working day later it would have run out"


def test_flags_follow_the_date_beside_the_identity(setu: ReferralService, referral: Referral) -> None:
    setu.must(WORKER, referral, "open")

    def identity() -> tuple[list[str], str | None]:
        opened = setu.get(WORKER, f"/api/referrals/{referral.id}/identity").get_json()
        return opened["urgent"], opened["expected_release"]

    assert identity() == ([], FAR)
    setu.must(NURSE, referral, "release", expected_release=NEAR)
    assert identity() == (["RELEASE_14_DAYS"], NEAR)
    setu.must(NURSE, referral, "release", expected_release="today")
    assert identity() == (["RELEASE_TODAY"], "2026-03-02")
    setu.must(NURSE, referral, "release", expected_release="unknown")
    assert identity() == ([], None)


def test_the_days_alone_make_it_urgent(setu: ReferralService) -> None:
    referral = setu.sent(NURSE, setting="prison", expected_release="2026-03-20")
    setu.must(WORKER, referral, "accept")
    tag = setu.get(NURSE, f"/api/referrals/{referral.id}").headers["ETag"]
    setu.clock.advance(timedelta(days=4))
    run_clocks(setu.worker_db, dependencies=setu.dependencies, now=setu.clock.now())
    assert seen(setu, referral, "priority") == ("urgent",)
    answer = setu.get(NURSE, f"/api/referrals/{referral.id}")
    assert (answer.get_json()["priority"], answer.headers["ETag"] != tag) == ("urgent", True)


def test_a_release_tomorrow_is_urgent_without_a_tick(setu: ReferralService) -> None:
    referral = setu.sent(NURSE, setting="prison", expected_release="2026-03-03")
    assert seen(setu, referral, "priority") == ("urgent",)
    assert setu.shown(NURSE, referral)["priority"] == "urgent"
    ticked = setu.sent(OFFICER, setting="prison", urgent=["RELEASE_TODAY"])
    assert seen(setu, ticked, "priority", "expected_release") == ("urgent", "2026-03-02")


def test_soon_without_a_date_is_urgent_until_a_date_is_said(setu: ReferralService) -> None:
    referral = setu.sent(NURSE, setting="prison", urgent=["RELEASE_14_DAYS"])
    assert setu.shown(NURSE, referral)["priority"] == "urgent"
    assert seen(setu, referral, "priority", "expected_release") == ("urgent", None)
    assert setu.must(NURSE, referral, "release", expected_release=FAR)["priority"] == "routine"
    assert seen(setu, referral, "priority") == ("routine",)


def test_a_release_that_comes_near_between_two_services_is_urgent_for_the_second(setu: ReferralService) -> None:
    referral = setu.sent(NURSE, setting="prison", expected_release="2026-03-20")
    setu.must(WORKER, referral, "decline", reason="no_capacity")
    setu.clock.advance(timedelta(days=5))
    setu.must(COORDINATOR, referral, "forward")
    (item,) = setu.get(WORKER_OF_JIBAN, "/api/referrals").get_json()["items"]
    assert item["priority"] == "urgent"


def test_it_answers_200_whatever_happened_behind(setu: ReferralService) -> None:
    def a_closed(event: str, **body: str) -> Referral:
        sent = setu.sent(NURSE, setting="prison", expected_release=FAR)
        setu.must(WORKER, sent, "accept")
        setu.must(WORKER, sent, event, **body)
        return sent

    live = setu.sent(NURSE, setting="prison", expected_release=FAR)
    ghost = setu.sent(NURSE, setting="prison", expected_release=FAR)
    setu.withdraw_by_code(ghost.card_code)
    ended = [a_closed("complete", outcome="engaged"), a_closed("fail", reason="died")]
    before = len(told(setu))
    for sent in (live, ghost, *ended):
        assert setu.must(NURSE, sent, "release", expected_release=NEAR)["expected_release"] == NEAR
    assert told(setu)[before:] == ["referral.release.changed.v1"] * 4
    receivers = [event["data"]["receivers"] for event in events_of(setu)[before:]]
    assert receivers == [[str(WORKER.organization)], [], [], []], "only the live one's are told"
    assert seen(setu, ghost, "expected_release", "priority", "due") == (None, "urgent", "2026-03-02T08:30:00Z")


def test_a_release_reaches_the_live_record_of_a_forwarded_chain(setu: ReferralService, referral: Referral) -> None:
    setu.must(WORKER, referral, "decline", reason="no_capacity")
    setu.must(COORDINATOR, referral, "forward")
    (item,) = setu.get(WORKER_OF_JIBAN, "/api/referrals").get_json()["items"]
    forwarded = Referral(item["id"], item["reference"], None)
    setu.must(WORKER_OF_JIBAN, forwarded, "claim")
    setu.must(NURSE, referral, "release", expected_release=NEAR)
    (item,) = setu.get(WORKER_OF_JIBAN, "/api/referrals").get_json()["items"]
    assert (item["priority"], item["expected_release"]) == ("urgent", NEAR)
    told_of = [each["data"]["receivers"] for each in events_of(setu) if each["type"] == "referral.release.changed.v1"]
    assert [receivers for receivers in told_of if receivers] == [[str(WORKER_OF_JIBAN.organization)]]
    setu.must(WORKER_OF_JIBAN, forwarded, "accept")
    opened = setu.get(WORKER_OF_JIBAN, f"/api/referrals/{forwarded.id}/identity").get_json()
    assert (opened["expected_release"], opened["urgent"]) == (NEAR, ["RELEASE_14_DAYS"])


def test_a_transfer_ends_the_old_prisons_row_and_keeps_the_referral(setu: ReferralService, referral: Referral) -> None:
    setu.must(WORKER, referral, "open")
    setu.must(WORKER, referral, "ask", question="visit_possible")
    shown = setu.must(NURSE, referral, "release", transfer_to=str(OTHER_PRISON))
    assert (shown["in_custody"], shown["open_question"], shown["state"]) == (False, None, "opened")
    assert seen(setu, referral, "prison_id", "status") == (str(OTHER_PRISON), "received")
    assert told(setu)[-1] == "referral.release.changed.v1"
    assert setu.act(NURSE, referral, "answer", {"answer": "yes"}).status_code == 409
    assert setu.act(NURSE, referral, "release", {"expected_release": NEAR}).status_code == 409
    setu.must(WORKER, referral, "accept")
    setu.must(WORKER, referral, "contact", attempt="reached", next_appointment="2026-03-05T05:00:00Z")
    assert setu.shown(NURSE, referral)["appointment_at"] is None


def test_a_transfer_reaches_the_live_record_of_a_forwarded_chain(setu: ReferralService, referral: Referral) -> None:
    setu.must(WORKER, referral, "decline", reason="no_capacity")
    setu.must(COORDINATOR, referral, "forward")
    (item,) = setu.get(WORKER_OF_JIBAN, "/api/referrals").get_json()["items"]
    setu.must(WORKER_OF_JIBAN, Referral(item["id"], item["reference"], None), "claim")
    shown = setu.must(NURSE, referral, "release", transfer_to=str(OTHER_PRISON))
    assert (shown["in_custody"], shown["state"]) == (False, "not_taken")
    (item,) = setu.get(WORKER_OF_JIBAN, "/api/referrals").get_json()["items"]
    forwarded = Referral(item["id"], item["reference"], None)
    event = events_of(setu)[-1]
    assert (event["type"], event["data"]["receivers"]) == (
        "referral.release.changed.v1",
        [str(WORKER_OF_JIBAN.organization)],
    )
    setu.must(WORKER_OF_JIBAN, forwarded, "accept")
    assert setu.shown(WORKER_OF_JIBAN, forwarded)["prison_id"] == str(OTHER_PRISON)


def test_the_other_prison_sees_nothing_of_a_transfer_without_a_new_consent(
    setu: ReferralService, referral: Referral
) -> None:
    setu.must(NURSE, referral, "release", transfer_to=str(OTHER_PRISON))
    assert setu.get(NURSE_ELSEWHERE, f"/api/referrals/{referral.id}").status_code == 404
    assert setu.get(NURSE_ELSEWHERE, "/api/referrals").get_json()["items"] == []
    assert setu.act(NURSE_ELSEWHERE, referral, "release", {"expected_release": NEAR}, '"1"').status_code == 404
    anew = setu.sent(NURSE_ELSEWHERE, setting="prison", expected_release=NEAR)
    assert [item["id"] for item in setu.get(NURSE_ELSEWHERE, "/api/referrals").get_json()["items"]] == [anew.id]


def test_after_a_transfer_nobody_is_asked(setu: ReferralService, referral: Referral) -> None:
    setu.must(WORKER, referral, "open")
    setu.must(NURSE, referral, "release", transfer_to=str(OTHER_PRISON))
    assert setu.act(WORKER, referral, "ask", {"question": "visit_possible"}).status_code == 409


def test_what_is_no_release(setu: ReferralService, referral: Referral) -> None:
    bodies: list[tuple[dict[str, str], str]] = [
        ({}, "expected_release"),
        ({"expected_release": "2026-02-28"}, "expected_release"),
        ({"expected_release": "soon"}, "expected_release"),
        ({"expected_release": NEAR, "transfer_to": str(OTHER_PRISON)}, "expected_release"),
        ({"transfer_to": str(PRISON)}, "transfer_to"),
        ({"transfer_to": str(STATION)}, "transfer_to"),
    ]
    for body, field in bodies:
        refused = setu.act(NURSE, referral, "release", body)
        assert (refused.status_code, refused.get_json()["errors"][0]["field"]) == (422, field), body


def test_an_officer_changes_no_release(setu: ReferralService) -> None:
    sent = setu.sent(OFFICER, setting="prison", expected_release=FAR)
    assert setu.act(OFFICER, sent, "release", {"expected_release": NEAR}).status_code == 403
    assert setu.act(NURSE, sent, "release", {"expected_release": NEAR}, '"1"').status_code == 404
