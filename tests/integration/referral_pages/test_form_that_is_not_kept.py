"""A page whose form this browser does not keep any more: whose card is offered, and where one may begin."""

import re
from collections.abc import Callable
from datetime import timedelta
from itertools import product

import pytest
from werkzeug.test import TestResponse

from support.referral import ReferralService
from support.referrals.form import FORM_COOKIE, FormFiller, form_id_on, heading

PUT_AWAY, NOT_SENT = "The form was put away", "This form was not sent now"
FIRST_STEP = {"setting": "street", "district": "315", "needs": ["OST"]}


def first_open_and_second_sent(officer: FormFiller) -> str:
    """Two tabs: the first at its review, its form replaced; the second's was sent. The first one's form is returned."""
    officer.up_to_review(name="Canarina")
    first = officer.form_id
    officer.begin_anew()
    officer.up_to_review(name="Rafiq")
    assert heading(officer.send()) == "Sent"
    return first


def forget_form(officer: FormFiller) -> None:
    """As a browser does after 20 minutes, or one that keeps no such cookie at once."""
    officer.client.delete_cookie(FORM_COOKIE, path="/new")


def begin_in_another_tab(officer: FormFiller) -> None:
    """An empty form takes the place of the kept one."""
    officer.client.get("/new")


def offers_a_card(page: TestResponse) -> bool:
    return '/done"' in page.text


def test_the_card_of_the_second_form_is_not_offered_on_a_page_of_the_first(officer: FormFiller) -> None:
    first = first_open_and_second_sent(officer)

    for step, ask in product(("consent", "person", "review"), (officer.get, officer.post)):
        page = ask(f"/new/{first}/{step}")

        assert (page.status_code, heading(page)) == (410, NOT_SENT), (step, ask)
        assert "Unless it was sent before, ask this person again." in page.text, (step, ask)
        assert not offers_a_card(page), (step, ask)


@pytest.mark.parametrize("begun_since", [False, True])
def test_the_card_is_offered_on_the_pages_of_its_own_form(officer: FormFiller, begun_since: bool) -> None:
    officer.up_to_review()
    sent = officer.form_id
    officer.send()
    if begun_since:
        officer.place("COUNS")

    for step in ("place", "consent", "review"):
        pages = [officer.post(f"/new/{sent}/{step}", FIRST_STEP), officer.get(f"/new/{sent}/{step}")]

        shown = [(page.status_code, heading(page), offers_a_card(page)) for page in pages]
        assert shown == [(410, PUT_AWAY, True)] * 2, step


def test_after_ten_minutes_no_card_is_offered(officer: FormFiller, setu: ReferralService) -> None:
    officer.up_to_review()
    sent = officer.form_id
    officer.send()
    setu.clock.advance(timedelta(minutes=9))
    officer.get("/sent")
    setu.clock.advance(timedelta(minutes=2))

    page = officer.get(f"/new/{sent}/review")

    assert (page.status_code, heading(page), offers_a_card(page)) == (410, PUT_AWAY, False)


def test_a_page_that_does_not_say_of_which_form_it_is_is_offered_no_card(officer: FormFiller) -> None:
    officer.up_to_review()
    officer.send()

    page = officer.client.post("/new/review", headers={"Sec-Fetch-Site": "same-origin"})

    assert (page.status_code, heading(page), offers_a_card(page)) == (410, PUT_AWAY, False)


def test_what_was_typed_first_is_taken_up_where_the_form_begun_since_has_no_answers(officer: FormFiller) -> None:
    officer.get("/new")
    first = officer.form_id
    officer.get("/new")  # in another tab, by mistake
    second = officer.form_id

    page = officer.post(f"/new/{first}/place", FIRST_STEP)

    assert heading(page) == "Who can help?"
    assert len({first, second, officer.form_id}) == 3, "no open page is of the form that goes on"
    assert heading(officer.post(f"/new/{second}/place", FIRST_STEP)) == "Another form was begun in this browser"


@pytest.mark.parametrize("meanwhile", [forget_form, begin_in_another_tab])
@pytest.mark.parametrize("shown_again", [False, True])
def test_back_leads_to_the_first_page_where_it_was_begun_though_its_form_is_another_one_by_then(
    officer: FormFiller, meanwhile: Callable[[FormFiller], None], shown_again: bool
) -> None:
    officer.get("/new")
    address, earlier = officer.at("/new/place"), officer.form_id
    meanwhile(officer)
    if shown_again:
        officer.get(address)
        meanwhile(officer)
    officer.post(officer.at("/new/place"), FIRST_STEP)
    kept = officer.form_id

    back = officer.get(address)
    onward = officer.post(address, FIRST_STEP)

    assert (back.status_code, heading(back)) == (200, "What help is wanted?")
    assert re.search(r'value="OST"\s+checked', back.text), "it is the kept form's"
    assert (heading(onward), officer.form_id) == ("Who can help?", kept)
    assert kept != earlier


def test_that_address_has_no_other_page_of_it_and_none_of_the_form_after_it(officer: FormFiller) -> None:
    officer.get("/new")
    earlier = officer.form_id
    forget_form(officer)
    officer.post(f"/new/{earlier}/place", FIRST_STEP)

    others = [officer.get(f"/new/{earlier}/{page}") for page in ("who", "review", "throw-away")]
    officer.form_id = form_id_on(others[0].text)
    officer.begin_anew()
    officer.post("/new/place", FIRST_STEP)
    after_it = officer.get(f"/new/{earlier}/place")

    assert [heading(page) for page in (*others, after_it)] == ["Another form was begun in this browser"] * 4


@pytest.mark.parametrize("text", ["x", "X" * 16, "ক" * 16, "0" * 4000])
def test_an_address_that_holds_no_id_begins_a_form_and_is_not_kept(officer: FormFiller, text: str) -> None:
    shown, answered = officer.get(f"/new/{text}/place"), officer.post(f"/new/{text}/place", FIRST_STEP)

    assert [heading(page) for page in (shown, answered)] == ["What help is wanted?", "Who can help?"]
    assert heading(officer.get(f"/new/{text}/place")) == "Another form was begun in this browser"


def test_a_later_step_is_not_taken_up_and_is_asked_nothing_about_an_empty_form(officer: FormFiller) -> None:
    officer.place()
    first = officer.form_id
    officer.begin_anew()

    page = officer.post(f"/new/{first}/who", {"service": "x"})

    assert (page.status_code, heading(page)) == (409, "Another form was begun in this browser")
    assert not [words for words in ("The kept form is for", "throw the kept form away") if words in page.text]
    assert 'class="button main" href="/new"' in page.text


def test_a_browser_that_keeps_no_form_is_shown_the_first_step_and_is_led_nowhere_for_ever(officer: FormFiller) -> None:
    to_first_step = officer.client.get("/new")
    forget_form(officer)
    first_step = officer.client.get(to_first_step.headers["Location"])
    forget_form(officer)

    assert heading(first_step) == "What help is wanted?"
    assert heading(officer.client.get(officer.at("/new/who"))) == PUT_AWAY
