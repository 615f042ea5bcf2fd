"""The coordinator's list: what needs a hand stands on it at once, and leaves it forwarded, settled or voided."""

from datetime import timedelta

from sqlalchemy import select

from referral_service.store.figure_tally import SETTLED_UNMET
from referral_service.store.tables import tally
from referral_service.use_cases.enforce_retention import enforce_retention
from referral_service.use_cases.run_clocks import run_clocks
from support.referral import (
    COORDINATOR,
    OFFICER,
    OST,
    OST_OF_JIBAN,
    WORKER,
    WORKER_OF_JIBAN,
    Referral,
    ReferralService,
    a_consent,
    events_of,
)

TODAY = "2026-03-02"
YES_AGAIN = {"said_yes_on": TODAY, "channel": "phone"}


def listed(setu: ReferralService) -> list[str]:
    return [item["id"] for item in setu.get(COORDINATOR, "/api/referrals").get_json()["items"]]


def told(setu: ReferralService) -> list[str]:
    return [event["type"] for event in events_of(setu)]


def actions(setu: ReferralService, referral: Referral) -> list[str]:
    found: list[str] = setu.get(COORDINATOR, f"/api/referrals/{referral.id}/actions").get_json()["actions"]
    return found


def failed(setu: ReferralService, reason: str) -> Referral:
    referral = setu.sent()
    setu.must(WORKER, referral, "accept")
    setu.must(WORKER, referral, "fail", reason=reason)
    return referral


def unmet(setu: ReferralService) -> list[str]:
    with setu.worker_db.transaction() as session:
        return sorted(session.scalars(select(tally.c.need).where(tally.c.answer == SETTLED_UNMET)))


def test_a_declined_one_is_listed_at_once_where_the_consent_covers_another_service(setu: ReferralService) -> None:
    urgent, only_this = setu.sent(urgent=["PREGNANT"]), setu.sent(consent=a_consent(another_service=False))
    for referral in (urgent, only_this):
        setu.must(WORKER, referral, "decline", reason="no_capacity")
    (item,) = setu.get(COORDINATOR, "/api/referrals").get_json()["items"]
    assert (item["id"], item["due"]) == (urgent.id, "2026-03-02T10:30:00Z")
    asked = [event for event in events_of(setu) if event["type"] == "referral.forward.requested.v1"]
    assert [event["data"]["referral_id"] for event in asked] == [urgent.id]
    assert actions(setu, urgent) == ["settle", "forward"]


def test_settling_takes_it_off_the_list_and_no_service_is_an_unmet_need(setu: ReferralService) -> None:
    one, other = setu.sent(needs=["OST", "OD"]), setu.sent()
    for referral in (one, other):
        setu.must(WORKER, referral, "decline", reason="no_capacity")
    assert setu.must(COORDINATOR, one, "settle", reason="no_service_exists")["settled_as"] == "no_service_exists"
    assert unmet(setu) == ["OD", "OST"]
    assert listed(setu) == [other.id]
    setu.must(COORDINATOR, other, "settle", reason="called_the_service")
    assert (unmet(setu), listed(setu)) == (["OD", "OST"], [])
    for event, body in (("settle", {"reason": "nothing_to_do"}), ("forward", {})):
        assert setu.act(COORDINATOR, one, event, body).status_code == 409


def test_what_nobody_answered_stays_listed_until_it_is_settled(setu: ReferralService) -> None:
    referral = setu.sent(consent=a_consent(another_service=False))
    setu.clock.advance(timedelta(days=20))
    run_clocks(setu.worker_db, dependencies=setu.dependencies, now=setu.clock.now())
    assert actions(setu, referral) == ["void", "settle"]
    setu.clock.advance(timedelta(days=120))
    enforce_retention(setu.worker_db, dependencies=setu.dependencies, now=setu.clock.now())
    assert listed(setu) == [referral.id]
    setu.must(COORDINATOR, referral, "settle", reason="nothing_to_do")
    assert listed(setu) == []


def test_after_failing_it_is_forwarded_only_with_a_fresh_yes(setu: ReferralService) -> None:
    referral = failed(setu, "person_declined")
    assert (listed(setu), actions(setu, referral)) == ([], [])
    assert setu.act(COORDINATOR, referral, "forward", {}).status_code == 409
    refused = setu.act(WORKER, referral, "forward")
    assert (refused.status_code, refused.get_json()["errors"][0]["field"]) == (409, "said_yes_on")
    for day in ("2026-03-01", "2026-03-03"):
        assert setu.act(WORKER, referral, "forward", {**YES_AGAIN, "said_yes_on": day}).status_code == 422
    setu.must(WORKER, referral, "forward", **YES_AGAIN)
    assert listed(setu) == [referral.id]
    setu.must(COORDINATOR, referral, "forward")
    assert listed(setu) == []
    assert len(setu.get(WORKER_OF_JIBAN, "/api/referrals").get_json()["items"]) == 1


def test_who_died_is_forwarded_to_nobody(setu: ReferralService) -> None:
    referral = failed(setu, "died")
    assert setu.get(WORKER, f"/api/referrals/{referral.id}/actions").get_json()["actions"] == ["withdraw-consent"]
    assert setu.act(WORKER, referral, "forward", YES_AGAIN).status_code == 409


def test_after_opening_it_is_voided_only_with_a_case_workers_word(setu: ReferralService) -> None:
    unopened, opened = setu.sent(), setu.sent()
    setu.must(WORKER, opened, "open")
    assert setu.act(COORDINATOR, opened, "void", {"reason": "test"}).status_code == 409
    assert setu.act(WORKER, unopened, "void", {"reason": "test"}).status_code == 409
    assert setu.must(WORKER, opened, "void", reason="duplicate")["status"] == "received"
    assert told(setu)[-1] == "referral.void.requested.v1"
    (item,) = setu.get(COORDINATOR, "/api/referrals").get_json()["items"]
    assert (item["id"], item["void_asked_for"]) == (opened.id, "duplicate")
    kept = setu.sent()
    for event, body in (("open", {}), ("void", {"reason": "test"}), ("accept", {})):  # they went on: the word falls
        setu.must(WORKER, kept, event, **body)
    assert listed(setu) == [opened.id]
    for referral in (unopened, opened):
        assert (
            setu.act(COORDINATOR, referral, "void", {"reason": "test", "reference": "R-2222-2222"}).status_code == 422
        )
        shown = setu.must(COORDINATOR, referral, "void", reason="test", reference=referral.reference)
        assert shown["status"] == "entered-in-error"
    assert listed(setu) == []


def test_a_team_that_had_opened_it_is_told_at_once_that_the_person_took_consent_back(setu: ReferralService) -> None:
    unopened, opened, ended = setu.sent(), setu.sent(), failed(setu, "not_reachable")
    setu.must(WORKER, opened, "open")
    before = len(told(setu))
    for referral in (unopened, opened, ended):
        setu.withdraw_by_code(referral.card_code)
    heard = [(event["type"], event["data"]["referral_id"]) for event in events_of(setu)[before:]]
    assert heard == [("referral.contact.ended.v1", opened.id), ("referral.contact.ended.v1", ended.id)]
    assert setu.shown(OFFICER, opened)["state"] == "opened"


def test_a_reopened_one_that_nobody_holds_needs_no_word(setu: ReferralService) -> None:
    referral = setu.sent(candidates=[str(OST), str(OST_OF_JIBAN)])
    setu.must(WORKER, referral, "claim")
    setu.must(WORKER, referral, "void", reason="test")
    setu.act(WORKER, referral, "decline", {"reason": "no_capacity"})
    assert setu.must(COORDINATOR, referral, "void", reason="test")["status"] == "entered-in-error"


def test_work_in_progress_comes_back_with_the_appointment_the_review_or_after_180_days(setu: ReferralService) -> None:
    referral = setu.sent()
    assert setu.must(WORKER, referral, "accept")["due"] == "2026-03-05T06:30:00Z"
    assert setu.must(WORKER, referral, "start", first_contact=TODAY)["due"] == "2026-08-29T06:30:00Z"
    at = "2026-03-10T05:30:00Z"
    assert setu.must(WORKER, referral, "contact", attempt="reached", next_appointment=at)["due"] == at
    setu.clock.advance(timedelta(days=9))
    run_clocks(setu.worker_db, dependencies=setu.dependencies, now=setu.clock.now())
    assert told(setu)[-1] == "referral.review.due.v1"
    assert setu.shown(WORKER, referral)["due"] == at
    later = setu.must(WORKER, referral, "contact", attempt="no_answer")
    assert (later["appointment_at"], later["due"]) == (None, "2026-09-07T06:30:00Z")
    held = setu.must(WORKER, referral, "hold", reason="ill", review_on="2026-03-20")
    assert held["due"] == "2026-03-20T03:30:00Z"
    assert setu.must(WORKER, referral, "resume")["due"] == "2026-09-07T06:30:00Z"
