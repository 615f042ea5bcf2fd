"""What is said by a card about others is counted, once a card: for the sender, the provider, or the state alone."""

from referral_service.domain.voices import KNOWN_FOR, Voice
from support.referral import (
    KOLKATA,
    SAHAYA,
    STATION,
    WORKER,
    ReferralService,
)
from support.referrals.voices import HEARD, URGENT, counts, said


def test_pressed_counts_for_the_sender_and_badly_treated_for_who_opened_it_once_a_card(setu: ReferralService) -> None:
    unopened = setu.sent()
    setu.clock.advance(KNOWN_FOR)
    opened = setu.sent()
    setu.must(WORKER, opened, "open")
    for referral in (unopened, opened, opened):
        for voice in (Voice.PRESSED, Voice.BADLY_TREATED):
            setu.say_by_code(referral.card_code, voice)
    assert counts(setu) == {
        ("pressed", "WB", KOLKATA, STATION): 2,
        ("badly_treated", "WB", None, None): 1,
        ("badly_treated", "WB", KOLKATA, SAHAYA): 1,
    }


def test_a_unit_that_began_to_send_of_late_names_no_provider(setu: ReferralService) -> None:
    first = setu.sent()
    setu.must(WORKER, first, "open")
    setu.say_by_code(first.card_code, Voice.BADLY_TREATED)
    setu.clock.advance(KNOWN_FOR)
    later = setu.sent()
    setu.must(WORKER, later, "open")
    setu.say_by_code(later.card_code, Voice.BADLY_TREATED)
    assert counts(setu) == {("badly_treated", "WB", None, None): 1, ("badly_treated", "WB", KOLKATA, SAHAYA): 1}


def test_badly_treated_that_names_no_provider_names_the_only_one_of_its_district_neither(setu: ReferralService) -> None:
    """An officer holds the codes of cards that were handed out alone and of referrals that nobody has opened."""
    setu.clock.advance(KNOWN_FOR)
    alone = setu.cards()[0]
    consent = {"answer": "card_only", "version": "2026-1", "language": "bn", "interpreted": False, "channel": "phone"}
    assert setu.submit(consent=consent, person=None, card=alone.number).status_code == 204

    for code in (alone.code, setu.sent().card_code):
        setu.say_by_code(code, Voice.BADLY_TREATED)

    assert counts(setu) == {("badly_treated", "WB", None, None): 2}


def test_asked_for_money_or_sex_is_the_state_and_nothing_else(setu: ReferralService) -> None:
    referral = setu.sent()
    for _ in range(2):
        setu.say_by_code(referral.card_code, Voice.MONEY_OR_SEX)
    [event] = said(setu, URGENT)
    assert event["data"] == {"region": "IN-WB", "version": 1}
    assert event["subject"] != referral.id
    assert counts(setu) == {("money_or_sex", "WB", None, None): 1}


def test_a_card_that_was_handed_out_alone_has_a_voice_too(setu: ReferralService) -> None:
    printed = setu.cards()[0]
    consent = {"answer": "card_only", "version": "2026-1", "language": "bn", "interpreted": False, "channel": "phone"}
    assert setu.submit(consent=consent, person=None, card=printed.number).status_code == 204
    for voice in Voice:
        setu.say_by_code(printed.code, voice)
    assert counts(setu) == {
        ("pressed", "WB", KOLKATA, None): 1,
        ("badly_treated", "WB", None, None): 1,
        ("money_or_sex", "WB", None, None): 1,
    }
    assert said(setu, HEARD) == []
