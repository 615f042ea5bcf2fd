""" "Send" once more is answered by what the first one made, whatever the directory or the form says by then."""

from typing import Any

import pytest
from sqlalchemy import func, select

from referral_service.store.directory import put_services
from referral_service.store.tables import tally, task
from support.referral import JIBAN, OST, OST_OF_JIBAN, OST_OF_SHISHU, SAHAYA, ReferralService
from support.referrals.directory import a_listing
from support.referrals.form import FORM_COOKIE, SAME_SITE, FormFiller, card_code_on, heading

ONE = {"service": str(OST)}
CANDIDATES = {"candidates": [str(OST_OF_SHISHU), str(OST), str(OST_OF_JIBAN)]}
CLOSED = {"accepting": "closed"}
REMOVED = {"deleted": True}
OFFERS_SOMETHING_ELSE = {"needs": ["COUNS"]}


def up_to_review(officer: FormFiller, asked: dict[str, Any]) -> None:
    officer.place()
    officer.post("/new/who", asked)
    officer.consent()
    officer.person()


def listing_changes(setu: ReferralService, version: int = 2, **change: Any) -> None:
    with setu.worker_db.transaction() as session:
        put_services(session, [a_listing(OST, SAHAYA, version=version, **change)])


def referrals(setu: ReferralService) -> int:
    with setu.worker_db.transaction() as session:
        return session.scalar(select(func.count()).select_from(task)) or 0


@pytest.mark.parametrize("asked", [ONE, CANDIDATES], ids=["one service", "candidates"])
def test_a_service_that_changed_since_the_first_press_takes_nobodys_card(
    officer: FormFiller, setu: ReferralService, asked: dict[str, Any]
) -> None:
    up_to_review(officer, asked)
    form = officer.kept_form
    first = officer.send_and_lose_the_answer()
    for version, change in enumerate((CLOSED, OFFERS_SOMETHING_ELSE, REMOVED), start=2):
        listing_changes(setu, version, **change)

        again = officer.send()

        assert (heading(again), card_code_on(again.text), referrals(setu)) == ("Sent", first, 1), change
        officer.lose_the_answer(form)
    assert setu.withdraw_by_code(first).status_code == 202


def test_a_reload_after_the_service_closed_leads_to_the_card_too(officer: FormFiller, setu: ReferralService) -> None:
    up_to_review(officer, ONE)
    first = officer.send_and_lose_the_answer()
    listing_changes(setu, **CLOSED)

    page, card = officer.get("/new/review"), officer.send()

    assert (page.status_code, heading(page)) == (410, "This form was sent")
    assert (card_code_on(card.text), referrals(setu)) == (first, 1)


def test_the_page_after_sending_names_whom_the_first_press_asked_in_the_order_in_which_they_were_named(
    officer: FormFiller, setu: ReferralService
) -> None:
    up_to_review(officer, CANDIDATES)
    form = officer.kept_form
    first = officer.send()
    officer.lose_the_answer(form)
    with setu.worker_db.transaction() as session:
        put_services(session, [a_listing(OST_OF_JIBAN, JIBAN, version=2, needs=["COUNS"])])

    assert officer.send().text.partition("<h2>The services</h2>")[2] == first.text.partition("<h2>The services</h2>")[2]


@pytest.mark.parametrize(
    ("step", "typed"),
    [
        (
            "person",
            {"name": "Karim", "method": "phone", "number": "98300 12345", "language": "bn", "age_band": "25-34"},
        ),
        ("review", {"go": "person"}),
    ],
)
def test_what_is_changed_behind_back_after_it_was_sent_is_not_taken_and_leads_to_the_card(
    officer: FormFiller, setu: ReferralService, step: str, typed: dict[str, str]
) -> None:
    up_to_review(officer, ONE)
    first = officer.send_and_lose_the_answer()
    kept = officer.kept_form

    refused = officer.post(f"/new/{step}", typed)

    assert (refused.status_code, heading(refused), "Karim" in refused.text) == (410, "This form was sent", False)
    assert officer.kept_form == kept, "a form that was sent is not kept for longer"
    card = officer.send()
    assert (heading(card), card_code_on(card.text), referrals(setu)) == ("Sent", first, 1)
    assert officer.client.get_cookie(FORM_COOKIE, path="/new") is None


def test_a_page_of_other_answers_still_shows_no_card(officer: FormFiller) -> None:
    up_to_review(officer, ONE)
    officer.send_and_lose_the_answer()

    answer = officer.client.post(officer.at("/new/review"), data={"basis": "0" * 16}, headers=SAME_SITE)

    assert (answer.status_code, card_code_on(answer.text)) == (409, "")


@pytest.mark.parametrize("said", ["no", "card_only"])
def test_without_a_yes_the_second_press_counts_nothing_and_is_answered_as_the_first_was(
    officer: FormFiller, setu: ReferralService, said: str
) -> None:
    officer.place()
    officer.post("/new/who", CANDIDATES)
    form = officer.kept_form
    officer.consent(said)
    officer.lose_the_answer(form)
    listing_changes(setu, **CLOSED)

    again = officer.consent(said)

    assert heading(again) == "Thank you"
    with setu.worker_db.transaction() as session:
        assert session.scalar(select(func.count()).where(tally.c.answer == said)) == 1
