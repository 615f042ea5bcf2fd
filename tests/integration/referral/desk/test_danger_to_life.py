"""Break-glass, end to end: two people, fifteen minutes, an hour, name and contact alone, and a report."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from referral_service.outside.codes import new_reference, normalise
from referral_service.use_cases.enforce_retention import enforce_retention
from service_kit.identity import Principal
from support.desk import at_the_desk, decide, emergency, log_of, request_of, signed_in_anew, text_of, version_on
from support.referral import (
    BODY,
    COORDINATOR,
    DATA_OFFICER,
    NURSE,
    OFFICER,
    OST,
    OST_OF_JIBAN,
    SAHAYA,
    SECOND_DATA_OFFICER,
    WORKER,
    Referral,
    ReferralService,
    a_named_person,
    a_person,
    events_of,
)

OPENED, WAITING = "referral.identity.opened.v1", "referral.desk.waiting.v1"
REPORT = {"outcome": "safe", "passed_on_to": "ambulance", "report": "Was woken in time."}
THIRD = a_person(40, BODY, "data_officer")


def sent_with_a_note(setu: ReferralService) -> Referral:
    referral = setu.sent()
    setu.must(WORKER, referral, "accept")
    setu.must(WORKER, referral, "note", text="Came with her sister.")
    return referral


def asked(setu: ReferralService, named: str, danger: str = "overdose") -> str:
    return request_of(at_the_desk(setu).post("/desk/emergency", {"named": named, "danger": danger}))


def contact(setu: ReferralService, request_id: str, who: Principal = DATA_OFFICER) -> int:
    return setu.get(who, f"/desk/{request_id}/contact").status_code


def test_two_officers_see_name_and_contact_and_nothing_else(setu: ReferralService) -> None:
    referral = sent_with_a_note(setu)
    request_id = asked(setu, referral.reference)
    assert contact(setu, request_id) == 404, "not before a second person has agreed"
    assert decide(setu, SECOND_DATA_OFFICER, request_id, "yes").status_code == 200
    page = text_of(at_the_desk(setu).get(f"/desk/{request_id}/contact"))
    assert "Rafiq" in page
    assert "98300 12345" in page
    assert not [word for word in ("sister", "25", "Bengali", "opioid") if word in page], "neither notes nor needs"
    assert log_of(setu, referral.id)[-1] == ("referral.identity.read", "done")
    assert "Rafiq" not in at_the_desk(setu).get(f"/desk/{request_id}").text


def test_one_alone_opens_nothing(setu: ReferralService) -> None:
    request_id = asked(setu, setu.sent().reference)
    again = at_the_desk(setu).post(f"/desk/{request_id}/decide", {"version": "1", "answer": "yes"})
    assert again.status_code == 409
    assert log_of(setu, request_id)[-1] == ("desk.decide", "refused")
    assert contact(setu, request_id) == 404


def test_a_third_officer_of_the_state_reads_the_line_and_no_contact(setu: ReferralService) -> None:
    request_id = emergency(setu, setu.sent())
    assert setu.get(THIRD, f"/desk/{request_id}").status_code == 200
    assert contact(setu, request_id, THIRD) == 404
    assert contact(setu, request_id, SECOND_DATA_OFFICER) == 200


def test_candidates_who_never_claimed_hear_of_nothing(setu: ReferralService) -> None:
    emergency(setu, setu.sent(service_id=None, candidates=[str(OST), str(OST_OF_JIBAN)]))
    assert OPENED not in [event["type"] for event in events_of(setu)]
    held = setu.sent(service_id=None, candidates=[str(OST), str(OST_OF_JIBAN)])
    setu.must(WORKER, held, "claim")
    emergency(setu, held)
    [told] = [event for event in events_of(setu) if event["type"] == OPENED]
    assert told["data"]["receivers"] == [str(SAHAYA)]


def test_after_fifteen_minutes_nobody_can_confirm(setu: ReferralService) -> None:
    request_id = asked(setu, setu.sent().reference)
    assert "due in 15 minutes" in at_the_desk(setu, SECOND_DATA_OFFICER).get("/desk").text
    setu.clock.advance(timedelta(minutes=15))
    fresh = replace(SECOND_DATA_OFFICER, second_factor_at=setu.clock.now())
    assert "ended by itself" in setu.get(fresh, f"/desk/{request_id}").text
    late = at_the_desk(setu, signed_in_anew(setu, SECOND_DATA_OFFICER)).post(
        f"/desk/{request_id}/decide", {"version": "1", "answer": "yes"}
    )
    assert late.status_code == 409
    assert setu.get(fresh, "/counts").get_json()["/desk"] == 0
    enforce_retention(setu.worker_db, dependencies=setu.dependencies, now=setu.clock.now())
    assert "ended by itself" in text_of(setu.get(fresh, f"/desk/{request_id}"))


def test_the_second_factor_is_given_now_by_both(setu: ReferralService) -> None:
    referral = setu.sent()
    earlier = setu.clock.now() - timedelta(minutes=6)
    stale, second = (replace(who, second_factor_at=earlier) for who in (DATA_OFFICER, SECOND_DATA_OFFICER))
    assert "second-factor" in setu.get(stale, "/desk/emergency").headers["Location"]
    refused = at_the_desk(setu, stale).post("/desk/emergency", {"named": referral.reference, "danger": "overdose"})
    assert refused.status_code == 401
    request_id = asked(setu, referral.reference)
    late = at_the_desk(setu, second).post(f"/desk/{request_id}/decide", {"version": "1", "answer": "yes"})
    assert late.status_code == 401
    assert contact(setu, request_id) == 404


def test_it_is_over_after_an_hour_and_stays_on_the_list_until_a_report_is_written(setu: ReferralService) -> None:
    request_id = emergency(setu, setu.sent())
    assert contact(setu, request_id) == 200
    setu.clock.advance(timedelta(minutes=60))
    one = replace(DATA_OFFICER, second_factor_at=setu.clock.now())
    assert contact(setu, request_id, one) == 404
    assert "report is due" in setu.get(one, "/desk").text
    setu.clock.advance(timedelta(days=9))
    assert setu.get(one, "/counts").get_json()["/desk"] == 1
    writer = at_the_desk(setu, signed_in_anew(setu, DATA_OFFICER))
    version = version_on(writer.get(f"/desk/{request_id}"))
    empty = writer.post(f"/desk/{request_id}/report", {**REPORT, "report": " ", "version": version})
    assert (empty.status_code, "Write what happened" in empty.text) == (422, True)
    written = writer.post(f"/desk/{request_id}/report", {**REPORT, "version": version})
    assert "Was woken in time." in text_of(written)
    assert setu.get(one, "/counts").get_json()["/desk"] == 0
    assert log_of(setu, request_id)[-1] == ("desk.report", "done")


def test_what_was_given_is_only_what_the_person_had_left(setu: ReferralService) -> None:
    unreachable = setu.sent(person=a_named_person(name="Rafiq", contact={"method": "none"}))
    for referral, given in ((unreachable, "Name used"), (setu.sent(), "Name used Phone number")):
        request_id = emergency(setu, referral)
        assert contact(setu, request_id) == 200
        page = at_the_desk(setu).get(f"/desk/{request_id}")
        assert f"What was given {given} Ends by itself" in text_of(page)


def test_the_end_that_is_shown_is_the_one_that_comes_first(setu: ReferralService) -> None:
    request_id = asked(setu, setu.sent().reference)
    assert "Ends by itself 2 Mar 2026, 12:15" in text_of(at_the_desk(setu).get(f"/desk/{request_id}"))
    decide(setu, SECOND_DATA_OFFICER, request_id, "yes")
    assert "Ends by itself 1 Apr 2026, 12:00" in text_of(at_the_desk(setu).get(f"/desk/{request_id}"))


def test_a_yes_with_a_reason_for_a_no_opens_nothing(setu: ReferralService) -> None:
    request_id = asked(setu, setu.sent().reference)
    page = decide(setu, SECOND_DATA_OFFICER, request_id, "yes", "another_way")
    assert (page.status_code, "a reason for a no" in text_of(page)) == (422, True)
    assert 'value="another_way" checked' not in page.text, "a choice among several cannot be undone by hand"
    assert contact(setu, request_id) == 404
    assert "Choose what you decide" in text_of(decide(setu, SECOND_DATA_OFFICER, request_id, ""))


def test_a_report_says_which_choice_is_missing(setu: ReferralService) -> None:
    request_id = emergency(setu, setu.sent())
    page = at_the_desk(setu).post(f"/desk/{request_id}/report", {"version": "2", "report": "Was woken."})
    assert page.status_code == 422
    for words in ("Say what became of it.", "Say who was given name and contact."):
        assert words in text_of(page)


def test_a_report_with_a_name_or_a_number_is_refused_in_words_and_stored_nowhere(setu: ReferralService) -> None:
    request_id = emergency(setu, setu.sent())
    for words, found in (
        ("An ambulance was sent, phone 98765 43210.", "a number of six digits or more"),
        ("একটি অ্যাম্বুলেন্স গেছে, ফোন ৯৮৭৬৫৪৩২১০", "a number of six digits or more"),
        ("It was R-YUCQ-664F.", "a reference or a card"),
        ("Shri Das went there.", "a person"),
    ):
        page = at_the_desk(setu).post(f"/desk/{request_id}/report", {**REPORT, "report": words, "version": "2"})
        assert (page.status_code, f"This has: {found}" in text_of(page)) == (422, True), words
        assert words in page.text, "what was typed can be mended"
        assert words not in at_the_desk(setu).get(f"/desk/{request_id}").text
    taken = {**REPORT, "report": "Ambulance by 108 at 14:30; was woken.", "version": "2"}
    assert "at 14:30" in text_of(at_the_desk(setu).post(f"/desk/{request_id}/report", taken))


def test_the_report_is_for_one_of_the_two(setu: ReferralService) -> None:
    request_id = emergency(setu, setu.sent())
    assert "form-report" not in at_the_desk(setu, THIRD).get(f"/desk/{request_id}").text
    refused = at_the_desk(setu, THIRD).post(f"/desk/{request_id}/report", {**REPORT, "version": "2"})
    assert refused.status_code == 409


def test_a_no_ends_it(setu: ReferralService) -> None:
    request_id = asked(setu, setu.sent().reference)
    page = decide(setu, SECOND_DATA_OFFICER, request_id, "no", "no_danger_to_life")
    assert "No life is in danger" in text_of(page)
    assert contact(setu, request_id) == 404
    assert [event["type"] for event in events_of(setu)].count(OPENED) == 0


def test_the_provider_is_told_at_once_and_the_state_that_somebody_waits(setu: ReferralService) -> None:
    referral = sent_with_a_note(setu)
    request_id = asked(setu, referral.reference)
    [waiting] = [event for event in events_of(setu) if event["type"] == WAITING]
    assert (waiting["subject"], waiting["data"]["region"]) == (request_id, "IN-WB")
    assert [event["type"] for event in events_of(setu)].count(OPENED) == 0
    decide(setu, SECOND_DATA_OFFICER, request_id, "yes")
    [told] = [event for event in events_of(setu) if event["type"] == OPENED]
    assert (told["subject"], told["data"]["receivers"]) == (referral.id, [str(WORKER.organization)])
    assert not [word for word in ("overdose", "Rafiq", "OST") if word in json.dumps([told, waiting])]


def test_the_team_reads_on_the_referrals_page_that_its_contact_is_open_and_why(setu: ReferralService) -> None:
    referral = sent_with_a_note(setu)
    emergency(setu, referral)
    history, box = "opened by two data officers, for danger to life", "A life is in danger"
    page = setu.get(WORKER, f"/inbox/{referral.id}").text
    assert [words in page for words in (box, history)] == [True, True]
    setu.clock.advance(timedelta(minutes=61))
    page = setu.get(WORKER, f"/inbox/{referral.id}").text
    assert [words in page for words in (box, history)] == [False, True]


@pytest.mark.parametrize("ghost", [False, True])
def test_what_is_absent_or_destroyed_is_one_answer_and_what_was_named_is_in_the_log(
    setu: ReferralService, ghost: bool
) -> None:
    reference = new_reference(setu.ids)
    logged = setu.dependencies.named_mac(normalise(reference))
    if ghost:
        referral = setu.sent()
        reference, logged = referral.reference, referral.id
        setu.withdraw_by_code(referral.card_code)
    page = at_the_desk(setu).post("/desk/emergency", {"named": reference, "danger": "overdose"})
    assert (page.status_code, "Nothing that can be opened" in page.text) == (422, True)
    assert log_of(setu, logged)[-1] == ("desk.open", "refused")


def test_a_consent_that_is_taken_back_meanwhile_closes_the_contact(setu: ReferralService) -> None:
    referral = setu.sent()
    request_id = emergency(setu, referral)
    setu.withdraw_by_code(referral.card_code)
    page = at_the_desk(setu).get(f"/desk/{request_id}/contact")
    assert "taken back" in page.text
    assert "Rafiq" not in page.text


def test_the_others_see_nothing_of_it(setu: ReferralService) -> None:
    referral = setu.sent()
    shown = setu.shown(OFFICER, referral)
    request_id = emergency(setu, referral)
    assert setu.shown(OFFICER, referral) == shown
    for who in (OFFICER, NURSE, WORKER, COORDINATOR):
        assert contact(setu, request_id, who) == 403
