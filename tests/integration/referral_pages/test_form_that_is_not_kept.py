"""A page whose form this browser does not keep any more: whose card is offered, and where one may begin."""

from datetime import timedelta

import pytest
from werkzeug.test import TestResponse

from support.referral import ReferralService
from support.referrals.form import FORM_COOKIE, FormFiller, heading

PUT_AWAY, NOT_SENT = "The form was put away", "This form was not sent now"
FIRST_STEP = {"setting": "street", "district": "315", "needs": ["OST"]}


def first_open_and_second_sent(officer: FormFiller) -> str:
    """Two tabs: the first at its review, its form replaced; the second's was sent. The first one's form is returned."""
    officer.up_to_review(name="Canarina")
    first = officer.form_id
    officer.post("/new/anew")
    officer.up_to_review(name="Rafiq")
    assert heading(officer.send()) == "Sent"
    return first


def offers_a_card(page: TestResponse) -> bool:
    return '/done"' in page.text


@pytest.mark.parametrize("step", ["consent", "person", "review"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_the_card_of_the_second_form_is_not_offered_on_a_page_of_the_first(
    officer: FormFiller, step: str, method: str
) -> None:
    first = first_open_and_second_sent(officer)

    page = officer.get(f"/new/{first}/{step}") if method == "GET" else officer.post(f"/new/{first}/{step}")

    assert (page.status_code, heading(page)) == (410, NOT_SENT)
    assert "Unless it was sent before, ask this person again." in page.text
    assert not offers_a_card(page)


@pytest.mark.parametrize("begun_since", [False, True])
@pytest.mark.parametrize("step", ["place", "consent", "review"])
def test_the_card_is_offered_on_the_pages_of_its_own_form(officer: FormFiller, step: str, begun_since: bool) -> None:
    officer.up_to_review()
    sent = officer.form_id
    officer.send()
    if begun_since:
        officer.place("COUNS")

    pages = [officer.post(f"/new/{sent}/{step}", FIRST_STEP), officer.get(f"/new/{sent}/{step}")]

    assert [(page.status_code, heading(page), offers_a_card(page)) for page in pages] == [(410, PUT_AWAY, True)] * 2


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
    assert heading(officer.post(f"/new/{second}/place", FIRST_STEP)) == "Another form is kept now"


def test_a_later_step_is_not_taken_up_and_is_asked_nothing_about_an_empty_form(officer: FormFiller) -> None:
    officer.place()
    first = officer.form_id
    officer.post("/new/anew")

    page = officer.post(f"/new/{first}/who", {"service": "x"})

    assert (page.status_code, heading(page)) == (409, "Another form is kept now")
    assert not [words for words in ("The kept form is for", "throw the kept form away") if words in page.text]
    assert 'class="button main" href="/new"' in page.text


def test_a_browser_that_keeps_no_form_is_shown_the_first_step_and_is_led_nowhere_for_ever(officer: FormFiller) -> None:
    def forget() -> None:
        officer.client.delete_cookie(FORM_COOKIE, path="/new")

    to_first_step = officer.client.get("/new")
    forget()
    first_step = officer.client.get(to_first_step.headers["Location"])
    forget()

    assert heading(first_step) == "What help is wanted?"
    assert heading(officer.client.get(officer.at("/new/who"))) == PUT_AWAY
