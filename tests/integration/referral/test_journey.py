"""One referral, from the officer's form to its end, over JSON."""

from datetime import timedelta

from sqlalchemy import text

from support.referral import (
    COORDINATOR,
    NURSE,
    OFFICER,
    OFFICER_ELSEWHERE,
    OST_OF_JIBAN,
    WORKER,
    WORKER_OF_JIBAN,
    Referral,
    ReferralService,
    events_of,
)


def test_sent_opened_accepted_started_and_completed(setu: ReferralService) -> None:
    referral = setu.sent()
    assert setu.shown(OFFICER, referral)["state"] == "sent"
    assert setu.shown(WORKER, referral)["status"] == "requested"

    assert setu.must(WORKER, referral, "open")["status"] == "received"
    assert setu.shown(OFFICER, referral)["state"] == "opened"

    assert setu.must(WORKER, referral, "accept")["status"] == "accepted"
    before = setu.get(OFFICER, f"/api/referrals/{referral.id}")
    assert before.get_json()["state"] == "accepted"

    setu.must(WORKER, referral, "start", first_contact="2026-03-02")
    setu.must(WORKER, referral, "contact", attempt="reached")
    setu.must(WORKER, referral, "hold", reason="travelling", review_on="2026-03-20")
    setu.must(WORKER, referral, "resume")
    assert setu.must(WORKER, referral, "complete", outcome="engaged")["status"] == "completed"
    after = setu.get(OFFICER, f"/api/referrals/{referral.id}")
    assert (after.data, after.headers["ETag"]) == (before.data, before.headers["ETag"])
    assert [event["type"] for event in events_of(setu)] == [
        "referral.submitted.v1",
        "referral.view.changed.v1",
        "referral.closed.v1",
    ]


def test_no_work_is_dated_before_the_referral_was_sent(setu: ReferralService) -> None:
    referral = setu.sent()
    setu.must(WORKER, referral, "accept")
    minute = setu.clock.now().replace(second=0)
    setu.clock.advance(timedelta(hours=1))

    too_early = (minute - timedelta(minutes=1)).isoformat()
    early = setu.act(WORKER, referral, "contact", {"attempt": "met", "time": too_early})
    first = setu.act(WORKER, referral, "start", {"first_contact": "2026-03-01"})

    for refused, field in ((early, "time"), (first, "first_contact")):
        assert (refused.status_code, refused.get_json()["errors"][0]["field"]) == (422, field)
    setu.must(WORKER, referral, "contact", attempt="met", time=minute.isoformat())


def test_going_on_leads_back_to_where_it_was(setu: ReferralService) -> None:
    waiting, begun = setu.sent(), setu.sent()
    for referral in (waiting, begun):
        setu.must(WORKER, referral, "accept")
    setu.must(WORKER, begun, "start", first_contact="2026-03-02")
    for referral in (waiting, begun):
        setu.must(WORKER, referral, "hold", reason="travelling", review_on="2026-03-20")
        setu.clock.advance(timedelta(hours=1))

    accepted, in_progress = setu.must(WORKER, waiting, "resume"), setu.must(WORKER, begun, "resume")

    assert (accepted["status"], accepted["contact_due"]) == ("accepted", accepted["due"])
    assert in_progress["status"] == "in-progress"
    assert setu.must(WORKER, waiting, "start", first_contact="2026-03-02")["status"] == "in-progress"
    assert setu.shown(OFFICER, waiting)["state"] == "accepted"


def test_the_receiver_alone_opens_the_identity(setu: ReferralService) -> None:
    referral = setu.sent()
    setu.must(WORKER, referral, "open")
    opened = setu.get(WORKER, f"/api/referrals/{referral.id}/identity")
    assert opened.status_code == 200
    assert opened.get_json()["name"] == "Rafiq"
    assert opened.get_json()["contact"]["value"] == "+919830012345"
    assert setu.get(WORKER_OF_JIBAN, f"/api/referrals/{referral.id}/identity").status_code == 404
    for sender in (OFFICER, COORDINATOR):
        assert setu.get(sender, f"/api/referrals/{referral.id}/identity").status_code == 403


def test_an_address_with_an_unknown_parameter_opens_no_identity(setu: ReferralService) -> None:
    referral = setu.sent()
    setu.must(WORKER, referral, "open")
    refused = setu.get(WORKER, f"/api/referrals/{referral.id}/identity?x=1")
    assert (refused.status_code, refused.get_json()["errors"][0]["field"]) == (400, "x")
    reads = text("SELECT count(*) FROM audit_entry WHERE action = 'referral.identity.read'")
    with setu.worker_db.transaction() as session:
        assert session.scalar(reads) == 0
    assert setu.get(WORKER, f"/api/referrals/{referral.id}/identity").status_code == 200
    with setu.worker_db.transaction() as session:
        assert session.scalar(reads) == 1


def test_a_coordinator_learns_that_it_ended_and_not_what_became_of_the_person(setu: ReferralService) -> None:
    served, refused, failed = setu.sent(), setu.sent(), setu.sent()
    for referral in (served, failed):
        setu.must(WORKER, referral, "accept")
    setu.must(WORKER, served, "start", first_contact="2026-03-02")
    setu.must(WORKER, served, "complete", outcome="engaged")
    setu.must(WORKER, failed, "fail", reason="died")
    setu.must(WORKER, refused, "decline", reason="no_capacity")

    def told(referral: Referral) -> tuple[str, ...]:
        shown = setu.get(COORDINATOR, f"/api/referrals/{referral.id}").get_json()
        return tuple(shown[name] for name in ("status", "outcome", "reason", "first_contact"))

    assert told(served) == ("completed", None, None, None)
    assert told(failed) == ("failed", None, None, None)
    assert told(refused) == ("rejected", None, "no_capacity", None)
    assert setu.get(COORDINATOR, f"/api/referrals/{refused.id}").get_json()["needs"] is None


def test_others_find_nothing(setu: ReferralService) -> None:
    referral = setu.sent()
    for stranger in (OFFICER_ELSEWHERE, NURSE, WORKER_OF_JIBAN):
        assert setu.get(stranger, f"/api/referrals/{referral.id}").status_code == 404
        assert setu.get(stranger, "/api/referrals").get_json()["items"] == []


def test_a_withdrawn_consent_destroys_the_identity_and_leaves_the_officer_unaware(setu: ReferralService) -> None:
    referral = setu.sent()
    before = setu.get(OFFICER, f"/api/referrals/{referral.id}")
    answer = setu.withdraw_by_code(referral.card_code)
    assert (answer.status_code, answer.get_json()) == (202, {})
    assert setu.get(WORKER, f"/api/referrals/{referral.id}/identity").status_code == 410
    shown = setu.shown(WORKER, referral)
    assert (shown["status"], shown["business_status"], shown["needs"]) == ("cancelled", "closed-answer-anyway", None)
    assert shown["service_id"] is None
    after = setu.get(OFFICER, f"/api/referrals/{referral.id}")
    assert (after.data, after.headers["ETag"]) == (before.data, before.headers["ETag"])

    assert setu.get(WORKER, f"/api/referrals/{referral.id}/actions").get_json()["actions"] == [
        "open", "accept", "decline", "assign", "fail",
    ]  # fmt: skip
    setu.must(WORKER, referral, "decline", reason="no_capacity")
    assert setu.shown(OFFICER, referral)["state"] == "not_taken"


def test_prison_health_staff_answer_a_question(setu: ReferralService) -> None:
    referral = setu.sent(NURSE, setting="prison", notes="Dose before eight.", expected_release="2026-04-01")
    setu.must(WORKER, referral, "open")
    assert setu.must(WORKER, referral, "ask", question="visit_possible")["business_status"] == "info-requested"
    assert setu.shown(NURSE, referral)["open_question"] == "visit_possible"
    assert setu.must(NURSE, referral, "answer", answer="yes")["open_question"] is None
    assert setu.shown(WORKER, referral)["business_status"] is None
    setu.must(WORKER, referral, "accept")
    setu.must(WORKER, referral, "contact", attempt="reached", next_appointment="2026-03-10T05:30:00Z")
    assert setu.shown(NURSE, referral)["appointment_at"] == "2026-03-10T05:30:00Z"


def test_a_coordinator_forwards_and_the_identity_follows_the_acceptance(setu: ReferralService) -> None:
    referral = setu.sent()
    setu.must(WORKER, referral, "decline", reason="no_capacity")
    setu.must(WORKER, referral, "forward")
    waiting = setu.get(COORDINATOR, "/api/referrals").get_json()["items"]
    assert [item["id"] for item in waiting] == [referral.id]
    setu.must(COORDINATOR, referral, "forward")
    assert setu.get(COORDINATOR, "/api/referrals").get_json()["items"] == []
    (new,) = setu.get(WORKER_OF_JIBAN, "/api/referrals").get_json()["items"]
    forwarded = type(referral)(new["id"], new["reference"], None)
    setu.must(WORKER_OF_JIBAN, forwarded, "claim")
    assert setu.get(WORKER_OF_JIBAN, f"/api/referrals/{new['id']}/identity").status_code == 409
    setu.must(WORKER_OF_JIBAN, forwarded, "accept")
    assert setu.get(WORKER_OF_JIBAN, f"/api/referrals/{new['id']}/identity").get_json()["name"] == "Rafiq"
    assert [item["id"] for item in setu.get(OFFICER, "/api/referrals").get_json()["items"]] == [referral.id]

    setu.withdraw_by_code(referral.card_code)
    assert setu.get(WORKER_OF_JIBAN, f"/api/referrals/{new['id']}/identity").status_code == 410


def test_only_the_holder_sees_that_two_are_possibly_the_same(setu: ReferralService) -> None:
    first, second = setu.sent(), setu.sent(OFFICER_ELSEWHERE)
    elsewhere = setu.sent(service_id=str(OST_OF_JIBAN))
    assert setu.shown(WORKER, second)["possibly_same_as"] == []  # sealed, like the contact that it follows from
    setu.must(WORKER, second, "open")
    setu.must(WORKER_OF_JIBAN, elsewhere, "open")
    assert setu.shown(WORKER, second)["possibly_same_as"] == [first.reference]
    assert setu.shown(WORKER_OF_JIBAN, elsewhere)["possibly_same_as"] == []
    assert "possibly_same_as" not in setu.shown(OFFICER, first)
    setu.withdraw_by_code(first.card_code)
    assert setu.shown(WORKER, second)["possibly_same_as"] == []
