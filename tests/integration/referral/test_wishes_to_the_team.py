"""What a person wishes by a card reaches the team that has the referral, once, and nobody else."""

from datetime import timedelta

from referral_service.domain.voices import TO_THE_TEAM, Voice
from support.referral import (
    COORDINATOR,
    JIBAN,
    KOLKATA,
    SAHAYA,
    STATION,
    WORKER,
    WORKER_OF_JIBAN,
    Referral,
    ReferralService,
)
from support.referrals.voices import HEARD, counts, on_the_page, rows, said


def test_a_wish_is_told_to_the_team_that_opened_it_once_and_names_nothing(setu: ReferralService) -> None:
    referral = setu.sent()
    setu.must(WORKER, referral, "open")
    for voice in (*TO_THE_TEAM, *TO_THE_TEAM):
        setu.say_by_code(referral.card_code, voice)
    first, second = said(setu, HEARD)
    assert {key: value for key, value in first["data"].items() if key != "due_at"} == {
        "referral_id": referral.id,
        "reference": referral.reference,
        "district": KOLKATA,
        "priority": "routine",
        "status": "received",
        "version": 2,
        "receivers": [str(SAHAYA)],
    }
    assert first["data"] == second["data"], "which of the two was said is for the page alone"
    assert on_the_page(setu, referral.id) == [True, True]
    assert counts(setu) == {}


def test_a_team_that_has_not_opened_it_sees_the_wish_when_it_does(setu: ReferralService) -> None:
    referral = setu.sent()
    setu.say_by_code(referral.card_code, Voice.CALL_BACK)
    assert (said(setu, HEARD), on_the_page(setu, referral.id)) == ([], [False, False])
    setu.must(WORKER, referral, "open")
    assert on_the_page(setu, referral.id) == [False, True]


def test_a_wish_stands_until_somebody_has_tried_to_call(setu: ReferralService) -> None:
    referral = setu.sent()
    setu.must(WORKER, referral, "accept")
    setu.must(WORKER, referral, "contact", attempt="no_answer")
    setu.clock.advance(timedelta(hours=1))
    setu.say_by_code(referral.card_code, Voice.CALL_BACK)
    assert on_the_page(setu, referral.id) == [False, True]
    setu.clock.advance(timedelta(hours=1))
    setu.must(WORKER, referral, "contact", attempt="reached")
    assert on_the_page(setu, referral.id) == [False, False]


def test_a_wish_goes_with_a_forwarded_referral_and_not_to_who_declined(setu: ReferralService) -> None:
    referral = setu.sent()
    setu.must(WORKER, referral, "open")
    setu.must(WORKER, referral, "decline", reason="no_capacity")
    setu.must(COORDINATOR, referral, "forward")
    setu.say_by_code(referral.card_code, Voice.NOT_CONTACTED)
    assert said(setu, HEARD) == []
    [listed] = setu.get(WORKER_OF_JIBAN, "/api/referrals").get_json()["items"]
    forwarded = Referral(listed["id"], listed["reference"], None)
    setu.must(WORKER_OF_JIBAN, forwarded, "claim")
    setu.must(WORKER_OF_JIBAN, forwarded, "accept")
    assert on_the_page(setu, listed["id"], WORKER_OF_JIBAN) == [True, False]
    assert on_the_page(setu, referral.id) == [False, False]
    setu.say_by_code(referral.card_code, Voice.CALL_BACK)
    assert [event["data"]["receivers"] for event in said(setu, HEARD)] == [[str(JIBAN)]]


def test_after_consent_was_taken_back_a_wish_reaches_nobody_and_the_rest_still_counts(setu: ReferralService) -> None:
    referral = setu.sent()
    setu.must(WORKER, referral, "accept")
    setu.say_by_code(referral.card_code, Voice.NOT_CONTACTED)
    setu.withdraw_by_code(referral.card_code)
    assert rows(setu, "team_voice") == 0
    for voice in (Voice.CALL_BACK, Voice.PRESSED, Voice.BADLY_TREATED):
        setu.say_by_code(referral.card_code, voice)
    assert (rows(setu, "team_voice"), len(said(setu, HEARD))) == (0, 1)
    assert on_the_page(setu, referral.id) == [False, False]
    assert counts(setu) == {("pressed", "WB", KOLKATA, STATION): 1, ("badly_treated", "WB", None, None): 1}
