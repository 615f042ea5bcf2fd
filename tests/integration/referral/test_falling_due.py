"""What the worker does when time passes: reminders, escalation, expiry, retention, keys that rotate."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select

from local_stack.worker_reasons import reasons_in
from referral_service.store.metadata import metadata
from referral_service.store.tables import question, referral_sent, task
from referral_service.store.tables_cards import card_holder
from referral_service.use_cases.enforce_retention import (
    enforce_retention,
)
from referral_service.use_cases.run_clocks import run_clocks
from service_kit.backlog import measure_backlog
from service_kit.metrics import exposition
from support.referral import (
    COORDINATOR,
    MONDAY_NOON,
    NURSE,
    OFFICER,
    OST,
    OST_OF_JIBAN,
    WORKER,
    WORKER_OF_JIBAN,
    Referral,
    ReferralService,
    events_of,
)


def pass_time(setu: ReferralService, **span: float) -> list[str]:
    """Move the clock, let the worker look, and return the types of the events that this made."""
    before = len(events_of(setu))
    setu.clock.advance(timedelta(**span))
    run_clocks(setu.worker_db, dependencies=setu.dependencies, now=setu.clock.now())
    return [event["type"] for event in events_of(setu)[before:]]


def rows(setu: ReferralService, table: str) -> int:
    with setu.worker_db.transaction() as session:
        return session.scalar(select(func.count()).select_from(metadata.tables[table])) or 0


def test_an_urgent_referral_that_nobody_answers(setu: ReferralService) -> None:
    referral = setu.sent(urgent=["PREGNANT"])
    assert pass_time(setu, minutes=29) == []
    assert pass_time(setu, minutes=2) == ["referral.reminder.due.v1"]
    assert pass_time(setu, minutes=1) == []
    assert pass_time(setu, hours=2) == ["referral.escalation.due.v1"]
    assert [item["id"] for item in setu.get(COORDINATOR, "/api/referrals").get_json()["items"]] == [referral.id]
    assert pass_time(setu, hours=23) == ["referral.view.changed.v1", "referral.expired.v1"]
    assert setu.shown(OFFICER, referral)["state"] == "not_answered"
    shown = setu.shown(WORKER, referral)
    assert (shown["status"], shown["reason"]) == ("cancelled", "no-response")
    assert setu.act(WORKER, referral, "open").status_code == 409
    setu.must(COORDINATOR, referral, "forward")
    assert len(setu.get(WORKER_OF_JIBAN, "/api/referrals").get_json()["items"]) == 1


def test_after_an_outage_everything_is_caught_up_in_order(setu: ReferralService) -> None:
    setu.sent(urgent=["PREGNANT"])
    assert pass_time(setu, days=3) == [
        "referral.reminder.due.v1",
        "referral.escalation.due.v1",
        "referral.view.changed.v1",
        "referral.expired.v1",
    ]


def test_opening_stops_the_clock_and_starts_that_of_the_decision(setu: ReferralService) -> None:
    referral = setu.sent(urgent=["PREGNANT"])
    setu.must(WORKER, referral, "open")
    assert pass_time(setu, hours=3, minutes=59) == []
    assert pass_time(setu, minutes=2) == ["referral.decision.due.v1"]
    assert pass_time(setu, hours=3, minutes=58) == []
    assert setu.get(COORDINATOR, "/api/referrals").get_json()["items"] == []
    assert pass_time(setu, minutes=1) == ["referral.escalation.due.v1"]
    assert [item["id"] for item in setu.get(COORDINATOR, "/api/referrals").get_json()["items"]] == [referral.id]


def test_opened_and_never_decided_ends_by_the_clock_like_never_opened(setu: ReferralService) -> None:
    urgent, routine = setu.sent(urgent=["PREGNANT"]), setu.sent()
    for referral in (urgent, routine):
        setu.must(WORKER, referral, "open")
    pass_time(setu, hours=23, minutes=59)
    assert [setu.shown(OFFICER, referral)["state"] for referral in (urgent, routine)] == ["opened", "opened"]
    assert pass_time(setu, minutes=2)[-2:] == ["referral.view.changed.v1", "referral.expired.v1"]
    pass_time(setu, days=7)
    assert [setu.shown(OFFICER, referral)["state"] for referral in (urgent, routine)] == ["not_answered", "opened"]
    pass_time(setu, days=3)
    assert setu.shown(OFFICER, routine)["state"] == "not_answered"
    assert setu.shown(WORKER, routine)["reason"] == "no-response"
    assert {item["id"] for item in setu.get(COORDINATOR, "/api/referrals").get_json()["items"]} == {
        urgent.id,
        routine.id,
    }


def test_a_decision_is_paused_for_four_hours_at_most_and_the_question_stays_answerable(setu: ReferralService) -> None:
    referral = setu.sent(NURSE, setting="prison", urgent=["PREGNANT"])
    setu.must(WORKER, referral, "open")
    pass_time(setu, hours=1)
    setu.must(WORKER, referral, "ask", question="visit_possible")
    assert pass_time(setu, hours=3, minutes=59) == []
    assert pass_time(setu, minutes=1) == ["referral.decision.due.v1"]
    assert setu.shown(WORKER, referral)["decision_due"] == "2026-03-02T14:30:00Z"  # eight hours after opening
    due = setu.shown(WORKER, referral)["decision_due"]
    setu.must(NURSE, referral, "answer", answer="no")
    assert setu.shown(WORKER, referral)["decision_due"] == due
    assert pass_time(setu, hours=3, minutes=1) == ["referral.decision.due.v1"]


def test_an_answer_to_a_candidate_that_left_touches_nothing(setu: ReferralService) -> None:
    referral = setu.sent(NURSE, setting="prison", candidates=[str(OST), str(OST_OF_JIBAN)])
    setu.must(WORKER, referral, "claim")
    setu.must(WORKER, referral, "ask", question="visit_possible")
    setu.act(WORKER, referral, "decline", {"reason": "no_capacity"})
    before, told = setu.shown(WORKER_OF_JIBAN, referral), len(events_of(setu))
    assert (before["status"], before["ack_due"]) == ("requested", "2026-03-05T06:30:00Z")
    assert setu.must(NURSE, referral, "answer", answer="yes")["open_question"] is None
    assert setu.shown(WORKER_OF_JIBAN, referral) == before
    assert len(events_of(setu)) == told
    setu.must(WORKER_OF_JIBAN, referral, "claim")
    setu.must(WORKER_OF_JIBAN, referral, "ask", question="interpreter_needed")
    setu.must(NURSE, referral, "answer", answer="no")
    with setu.worker_db.transaction() as session:
        rows_there = session.execute(select(question.c.question, question.c.answer)).all()
    assert [tuple(row) for row in rows_there] == [("interpreter_needed", "no")]


def test_an_open_question_pauses_the_decision(setu: ReferralService) -> None:
    referral = setu.sent(NURSE, setting="prison", urgent=["PREGNANT"])
    due = setu.must(WORKER, referral, "open")["decision_due"]
    setu.must(WORKER, referral, "ask", question="visit_possible")
    assert pass_time(setu, hours=3) == []
    setu.must(NURSE, referral, "answer", answer="no")
    assert setu.shown(WORKER, referral)["decision_due"] > due
    assert pass_time(setu, hours=3) == []
    assert pass_time(setu, hours=2) == ["referral.decision.due.v1"]


def test_a_ghost_is_reminded_of_and_escalated_and_the_officer_hears_the_same(setu: ReferralService) -> None:
    referral = setu.sent(urgent=["PREGNANT"])
    setu.withdraw_by_code(referral.card_code)
    assert [event["type"] for event in events_of(setu)] == ["referral.submitted.v1"]  # nobody had opened it
    assert pass_time(setu, hours=3) == ["referral.reminder.due.v1", "referral.escalation.due.v1"]
    assert [item["id"] for item in setu.get(COORDINATOR, "/api/referrals").get_json()["items"]] == [referral.id]
    assert pass_time(setu, hours=23) == ["referral.view.changed.v1"]
    assert setu.shown(OFFICER, referral)["state"] == "not_answered"
    assert setu.get(COORDINATOR, "/api/referrals").get_json()["items"] == []


def test_a_candidate_who_has_not_claimed_it_cannot_take_consent_back(setu: ReferralService) -> None:
    referral = setu.sent(candidates=[str(OST), str(OST_OF_JIBAN)])
    assert setu.act(WORKER, referral, "withdraw-consent").status_code == 409
    assert "withdraw-consent" not in setu.get(WORKER, f"/api/referrals/{referral.id}/actions").get_json()["actions"]
    setu.must(WORKER, referral, "claim")
    assert setu.must(WORKER, referral, "withdraw-consent")["status"] == "cancelled"


def test_candidates_reopen_it_to_the_rest_and_the_last_one_rejects(setu: ReferralService) -> None:
    referral = setu.sent(candidates=[str(OST), str(OST_OF_JIBAN)])
    setu.must(WORKER, referral, "claim")
    assert setu.get(WORKER_OF_JIBAN, f"/api/referrals/{referral.id}").status_code == 404
    assert setu.act(WORKER, referral, "decline", {"reason": "no_capacity"}).status_code == 200
    assert setu.get(WORKER, f"/api/referrals/{referral.id}").status_code == 404
    assert setu.shown(OFFICER, referral)["state"] == "opened"
    assert setu.shown(WORKER_OF_JIBAN, referral)["status"] == "requested"
    assert events_of(setu)[-1]["data"]["receivers"] == [str(WORKER_OF_JIBAN.organization)]
    setu.must(WORKER_OF_JIBAN, referral, "decline", reason="outside_area")
    shown = setu.shown(OFFICER, referral)
    assert (shown["state"], shown["reason"]) == ("not_taken", "outside_area")


def test_a_reopened_one_that_expires_was_not_answered(setu: ReferralService) -> None:
    referral = setu.sent(candidates=[str(OST), str(OST_OF_JIBAN)], urgent=["PREGNANT"])
    setu.must(WORKER, referral, "claim")
    setu.act(WORKER, referral, "decline", {"reason": "no_capacity"})
    assert pass_time(setu, days=2)[-1] == "referral.expired.v1"
    assert setu.shown(OFFICER, referral)["state"] == "not_answered"


def test_contact_and_review_are_reminded_of(setu: ReferralService) -> None:
    referral = setu.sent(urgent=["PREGNANT"])
    setu.must(WORKER, referral, "accept")
    assert pass_time(setu, hours=25) == ["referral.contact.due.v1"]
    setu.must(WORKER, referral, "hold", reason="ill", review_on="2026-03-10")
    assert pass_time(setu, days=10) == ["referral.review.due.v1"]


def test_an_open_referral_is_put_before_its_team_after_180_days(setu: ReferralService) -> None:
    referral = setu.sent()
    setu.must(WORKER, referral, "accept")
    setu.must(WORKER, referral, "start", first_contact="2026-03-02")
    assert pass_time(setu, days=179) == []
    assert pass_time(setu, days=2) == ["referral.review.due.v1"]
    assert pass_time(setu, days=1) == []


def test_the_referrers_rows_go_after_90_days_at_reading_and_on_disk(setu: ReferralService) -> None:
    referral = setu.sent()
    setu.must(WORKER, referral, "accept")
    setu.clock.set(MONDAY_NOON + timedelta(days=90))
    assert setu.get(OFFICER, f"/api/referrals/{referral.id}").status_code == 404
    assert setu.get(OFFICER, "/api/referrals").get_json()["items"] == []
    assert rows(setu, "referral_sent") == 1
    enforce_retention(setu.worker_db, dependencies=setu.dependencies, now=setu.clock.now())
    assert (rows(setu, "referral_sent"), rows(setu, "referrer_view"), rows(setu, "task")) == (0, 0, 1)
    setu.must(WORKER, referral, "complete", outcome="engaged")


def test_the_provider_sees_it_90_days_and_the_key_lives_a_year_after_closing(setu: ReferralService) -> None:
    referral = setu.sent()
    setu.must(WORKER, referral, "decline", reason="no_capacity")
    setu.clock.advance(timedelta(days=91))
    assert setu.get(WORKER, f"/api/referrals/{referral.id}").status_code == 404
    enforce_retention(setu.worker_db, dependencies=setu.dependencies, now=setu.clock.now())
    assert rows(setu, "referral_key") == 1
    setu.clock.advance(timedelta(days=275))
    enforce_retention(setu.worker_db, dependencies=setu.dependencies, now=setu.clock.now())
    assert [rows(setu, name) for name in ("referral_key", "identity", "task", "card_holder")] == [0, 0, 0, 0]
    assert rows(setu, "tally") == 1


def test_a_ghost_that_nobody_answered_is_gone_a_year_after_its_90_days(setu: ReferralService) -> None:
    referral = setu.sent()
    setu.must(WORKER, referral, "open")
    setu.withdraw_by_code(referral.card_code)
    for days in (91, 366):
        assert rows(setu, "task") == 1
        setu.clock.advance(timedelta(days=days))
        enforce_retention(setu.worker_db, dependencies=setu.dependencies, now=setu.clock.now())
    assert rows(setu, "task") == 0


def test_readyz_says_nothing_of_events_that_do_not_flow_and_the_metrics_do(setu: ReferralService) -> None:
    setu.clock.set(datetime.now(UTC))
    before = setu.get(None, "/readyz")
    setu.sent()
    setu.clock.advance(timedelta(minutes=2))
    after = setu.get(None, "/readyz")
    measure_backlog(setu.worker_db, setu.clock)
    assert (after.status_code, after.data) == (before.status_code, before.data) == (200, b'{"status":"ok"}\n')
    assert any("has waited" in reason for reason in reasons_in(exposition().decode()))


def test_withdrawing_is_possible_long_after_the_provider_has_closed(setu: ReferralService) -> None:
    referral = setu.sent()
    setu.must(WORKER, referral, "decline", reason="no_capacity")
    setu.clock.advance(timedelta(days=300))
    setu.withdraw_by_code(referral.card_code)
    assert (rows(setu, "referral_key"), rows(setu, "identity")) == (0, 0)


def test_what_is_left_of_a_card_handed_out_alone_is_a_count(setu: ReferralService) -> None:
    assert setu.post(WORKER, "/api/arrivals", {"code": setu.cards()[0].code}).status_code == 404
    with setu.worker_db.transaction() as session:
        assert session.scalar(select(func.count()).select_from(card_holder)) == 0
        assert session.scalar(select(func.count()).select_from(task)) == 0
        assert session.scalar(select(func.count()).select_from(referral_sent)) == 0


def test_a_voided_one_is_a_tombstone_and_the_officer_is_unaware(setu: ReferralService) -> None:
    referral = setu.sent()
    before = setu.get(OFFICER, f"/api/referrals/{referral.id}").data
    assert setu.must(COORDINATOR, referral, "void", reason="test")["status"] == "entered-in-error"
    assert setu.get(OFFICER, f"/api/referrals/{referral.id}").data == before
    assert setu.act(COORDINATOR, referral, "void", {"reason": "test"}).status_code == 409
    assert rows(setu, "identity") == 0
    setu.must(WORKER, referral, "accept")
    assert setu.shown(OFFICER, referral)["state"] == "accepted"


def test_repeating_a_transition_that_is_done_is_never_200(setu: ReferralService) -> None:
    referral: Referral = setu.sent()
    for event, body in (("open", {}), ("accept", {}), ("start", {"first_contact": "2026-03-02"})):
        tag = setu.get(WORKER, f"/api/referrals/{referral.id}").headers["ETag"]
        assert setu.act(WORKER, referral, event, body, tag).status_code == 200
        assert setu.act(WORKER, referral, event, body, tag).status_code == 412
        assert setu.act(WORKER, referral, event, body).status_code == 409
