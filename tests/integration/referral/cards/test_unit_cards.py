"""What a supervisor knows of the unit's cards: a word that follows from printing and submissions, and lost sheets."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from support.card_orders import an_order, print_order, submit_form
from support.referral import (
    COORDINATOR,
    OFFICER,
    OFFICER_ELSEWHERE,
    OTHER_STATION,
    STATION,
    SUPERVISOR,
    WORKER,
    Referral,
    ReferralService,
    a_consent,
    a_person,
)
from support.wall.world import masked

OTHER_SUPERVISOR = a_person(31, OTHER_STATION, "unit_supervisor")
A_WEEK = timedelta(days=7)


def word(setu: ReferralService) -> str:
    """Enough, Few or None."""
    page = setu.get(SUPERVISOR, "/cards").text
    (shown,) = [line for line in page.splitlines() if '<p class="say">' in line]
    return shown.rpartition("</span>")[0].rpartition("</span>")[2].strip()


def seen(setu: ReferralService) -> list[tuple[object, ...]]:
    """Their home page and the page about cards, to the byte."""
    return [masked(setu.get(SUPERVISOR, path)) for path in ("/", "/cards")]


def used(setu: ReferralService, numbers: list[str]) -> None:
    for number in numbers:
        assert setu.submit(OFFICER, card=number).status_code == 201


def card_only(setu: ReferralService, number: str) -> None:
    alone = a_consent(answer="card_only", another_service=False)
    assert setu.submit(OFFICER, consent=alone, person=None, service_id=None, card=number).status_code == 204


def test_a_use_counts_from_the_next_monday_on(setu: ReferralService) -> None:
    assert word(setu) == "None"
    cards = [face.number for face in print_order(setu, an_order(setu, sheets=2))]
    assert word(setu) == "Enough"

    used(setu, cards[:6])
    setu.clock.advance(timedelta(days=6, hours=11))  # Sunday, 23:00 in India
    assert word(setu) == "Enough"
    setu.clock.advance(timedelta(hours=1))
    assert word(setu) == "Few"

    used(setu, cards[6:])
    assert word(setu) == "Few"
    setu.clock.advance(A_WEEK)
    assert word(setu) == "None"


def test_no_act_of_a_person_or_a_service_or_another_unit_changes_a_byte(setu: ReferralService) -> None:
    cards = print_order(setu, an_order(setu, sheets=3))
    used(setu, [face.number for face in cards[:5]])
    referral = setu.submit(OFFICER, card=cards[5].number).get_json()
    card_only(setu, cards[6].number)
    setu.clock.advance(A_WEEK)
    before = seen(setu)

    sent = Referral(referral["id"], referral["reference"], None)
    setu.must(WORKER, sent, "open")
    setu.must(WORKER, sent, "accept")
    assert setu.post(WORKER, "/api/arrivals", {"code": cards[5].code}).status_code == 200
    assert setu.post(WORKER, "/api/arrivals", {"code": cards[6].code}).get_json()["counted"] is True
    assert setu.withdraw_by_code(cards[0].code).status_code == 202
    assert setu.withdraw_by_code(cards[9].code).status_code == 202
    theirs = print_order(setu, an_order(setu, OTHER_SUPERVISOR, sheets=1))
    assert setu.submit(OFFICER_ELSEWHERE, card=theirs[0].number).status_code == 201
    assert submit_form(setu, OTHER_SUPERVISOR, "/cards/lost", number=theirs[1].number).status_code == 303
    setu.clock.advance(timedelta(days=6))
    assert seen(setu) == before

    setu.clock.advance(A_WEEK)
    assert seen(setu) == before
    used(setu, [cards[7].number])
    submit_form(setu, SUPERVISOR, "/cards/lost", number=cards[15].number)
    assert all(now != then for now, then in zip(seen(setu), before, strict=True))


@pytest.mark.parametrize("by", ["the sheet", "a card"])
def test_a_lost_sheet_is_closed_to_the_form_and_codes_handed_out_go_on_working(setu: ReferralService, by: str) -> None:
    lost, kept = (cards := print_order(setu, an_order(setu, sheets=2)))[:8], cards[8:]
    referral = setu.submit(OFFICER, card=lost[1].number).get_json()
    card_only(setu, lost[2].number)

    reported = lost[4].sheet if by == "the sheet" else lost[1].number.replace("-", " ")
    assert submit_form(setu, SUPERVISOR, "/cards/lost", number=reported).status_code == 303
    assert submit_form(setu, SUPERVISOR, "/cards/lost", number=reported).status_code == 303

    others = setu.cards(OTHER_STATION)[0].number
    refusals = [setu.submit(OFFICER, card=number) for number in (lost[7].number, lost[1].number, others, "1234567-4")]
    assert {answer.status_code for answer in refusals} == {422}
    assert len({answer.data for answer in refusals}) == 1
    assert setu.submit(OFFICER, card=kept[0].number).status_code == 201

    found = setu.post(WORKER, "/api/arrivals", {"code": lost[1].code})
    assert found.get_json()["referral"]["id"] == referral["id"]
    assert setu.post(WORKER, "/api/arrivals", {"code": lost[2].code}).get_json()["counted"] is True
    assert setu.withdraw_by_code(lost[1].code).status_code == 202
    with setu.worker_db.transaction() as session:
        assert [str(key) for key in session.scalars(text("SELECT id FROM task WHERE ghost"))] == [referral["id"]]


def test_a_number_that_is_not_the_units_closes_nothing_and_gets_one_answer(setu: ReferralService) -> None:
    theirs, own = setu.cards(OTHER_STATION)[0].number, setu.cards(STATION)[0].number
    for number in ("", "what", "0000001-1", "1234567-4", theirs):
        refused = submit_form(setu, SUPERVISOR, "/cards/lost", number=number)
        assert refused.status_code == 422, number
        assert "This is not the number of a sheet or a card of your unit." in refused.text
    assert setu.submit(OFFICER_ELSEWHERE, card=theirs).status_code == 201
    assert setu.submit(OFFICER, card=own).status_code == 201


def test_orders_and_cards_are_for_their_roles_alone(setu: ReferralService) -> None:
    for who in (OFFICER, WORKER, COORDINATOR):
        assert setu.get(who, "/cards").status_code == 403
        assert submit_form(setu, who, "/cards/lost", number="x").status_code == 403
    for who in (OFFICER, WORKER, SUPERVISOR):
        assert setu.get(who, "/card-orders").status_code == 403
