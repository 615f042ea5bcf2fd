"""Two tabs, two persons, one browser: a page of one form is never shown, nor taken, for the other form."""

import re
from itertools import product

import pytest
from werkzeug.test import TestResponse

from support.referral import OST, ReferralService
from support.referrals.form import PAGES_OF_FORM, FormFiller, form_id_on, heading, stored_by_sending

OTHER_FORM, NO_ID, REVIEW = (
    "Another form was begun in this browser",
    "This page may be of an earlier form",
    "Check, then send",
)
STEPS = ("place", "who", "consent", "person", "review")
POSTED = (("service", str(OST)), ("instead", "unmet"), ("go", "home"), ("go", "language-hi"), ("show_in", "en"))


def begin_another(officer: FormFiller) -> str:
    """A second tab in which what is under way is thrown away; the first one stays open. Its form's id is returned."""
    first = officer.form_id
    officer.get("/new")
    officer.begin_anew()
    assert officer.form_id != first
    return first


def links(page: TestResponse) -> list[str]:
    """Where the main part of the page leads: the pages of forms alone."""
    return re.findall(r'href="/new/[0-9a-f]{16}/([a-z-]+)"', page.text)


def test_a_yes_said_in_one_tab_is_no_consent_of_the_person_in_the_other(
    officer: FormFiller, setu: ReferralService
) -> None:
    officer.place()
    officer.ask()
    first_tab = begin_another(officer)
    officer.place("COUNS", setting="station")
    officer.ask()
    second_tab, before = officer.form_id, officer.sealed_form()

    officer.form_id = first_tab
    page = officer.consent()

    assert (page.status_code, heading(page)) == (409, OTHER_FORM)
    assert (officer.sealed_form(), stored_by_sending(setu)) == (before, 0)
    officer.form_id = second_tab
    assert heading(officer.get("/new/person")) == "Read this aloud", "it was not said to this form"
    officer.consent()
    assert heading(officer.person()) == REVIEW
    assert heading(officer.send()) == "Sent"


def test_send_in_one_tab_does_not_send_the_form_of_the_other(officer: FormFiller, setu: ReferralService) -> None:
    officer.up_to_review(name="Canarina")
    first_tab = begin_another(officer)
    officer.up_to_review(name="Rafiq")
    second_tab = officer.form_id

    page = officer.post(f"/new/{first_tab}/review")

    assert (page.status_code, heading(page), stored_by_sending(setu)) == (409, OTHER_FORM, 0)
    assert "is not kept, and nothing was sent now. Unless it was sent before, ask this person again." in page.text
    assert not [name for name in ("Canarina", "Rafiq") if name in page.text]
    assert (form_id_on(page.text), links(page)) == (second_tab, ["review", "anew"])
    assert heading(officer.post(f"/new/{second_tab}/review")) == "Sent"


def test_a_page_of_another_form_is_not_shown_either(officer: FormFiller) -> None:
    """As "back", a reload, the address bar, another language and a tab that a phone dropped ask for it."""
    officer.up_to_review(name="Canarina")
    first_tab = begin_another(officer)
    officer.up_to_review(name="Rafiq")
    addresses = [f"/new/{first_tab}/{step}" for step in STEPS]

    shown = {address: officer.get(address) for address in addresses}
    officer.client.set_cookie("setu_lang", "hi")
    in_hindi = {address: officer.get(address) for address in addresses}

    for address, page in shown.items():
        assert (page.status_code, heading(page)) == (409, OTHER_FORM), address
        assert re.search(rf'name="next" value="[^"]*{address}"', page.text), "where another language leads"
    for address, page in in_hindi.items():
        assert (page.status_code, heading(page)) == (409, "इस ब्राउज़र में दूसरा फ़ॉर्म शुरू किया गया"), address
    pages = [*shown.values(), *in_hindi.values()]
    assert not [name for name in ("Canarina", "Rafiq") for page in pages if name in page.text]


def test_from_the_refusal_a_new_form_is_begun_and_asked_about_once_more(officer: FormFiller) -> None:
    officer.up_to_review()
    first_tab = begin_another(officer)
    officer.up_to_review(name="Rafiq")
    second_tab = officer.form_id
    officer.post(f"/new/{first_tab}/review")

    asked = officer.get("/new/anew")
    kept = officer.get("/new/review").text
    page = officer.begin_anew()

    assert (heading(asked), "Rafiq" in kept, heading(page)) == ("Throw this away?", True, "What help is wanted?")
    assert officer.form_id not in {"", first_tab, second_tab}


@pytest.mark.parametrize("of", ["another form", "none"])
def test_whatever_a_page_of_another_form_or_of_none_posts_changes_nothing(
    officer: FormFiller, setu: ReferralService, of: str
) -> None:
    """None: a page that was opened before addresses said of which form they are, kept form or not."""
    officer.get("/new")
    first_tab = begin_another(officer)
    officer.up_to_review()
    before = officer.sealed_form()

    at, said = (f"/new/{first_tab}", OTHER_FORM) if of == "another form" else ("/new", NO_ID)
    for page_of, (name, value) in product(PAGES_OF_FORM, POSTED):
        path, typed = f"{at}/{page_of}", {name: value}
        page = officer.client.post(path, data=typed, headers={"Sec-Fetch-Site": "same-origin"}, follow_redirects=True)
        assert (page.status_code, heading(page)) == (409, said), (path, typed)
        assert (officer.sealed_form(), stored_by_sending(setu)) == (before, 0), (path, typed)


def test_every_address_that_takes_a_form_is_among_these(setu: ReferralService) -> None:
    rules = [rule for rule in setu.app.url_map.iter_rules() if rule.endpoint.startswith("new.")]
    posts = {rule.rule for rule in rules if "POST" in (rule.methods or ())}
    apart = {f"/new/<form_id>/{page}" for page in PAGES_OF_FORM if page not in STEPS}
    assert posts == {"/new/<step>", "/new/<form_id>/<step>", *apart}


def test_an_address_of_the_last_release_leads_to_the_beginning(officer: FormFiller) -> None:
    addresses = [f"/new/{page_of}" for page_of in (*PAGES_OF_FORM, "unmet", "for-a-child")]
    for address in addresses:
        nothing_kept = officer.client.post(address, headers={"Sec-Fetch-Site": "same-origin"})
        assert (nothing_kept.status_code, heading(nothing_kept)) == (410, "The form was put away"), address
    officer.up_to_review()

    for address in addresses:
        page = officer.client.get(address)
        assert (page.status_code, page.headers["Location"]) == (303, "/new"), address


def test_each_page_of_one_form_says_the_same_of_it_in_every_link_and_form_on_it(officer: FormFiller) -> None:
    pages = [officer.place(), officer.ask(), officer.consent(), officer.person(), officer.get("/new")]
    pages += [officer.get(path) for path in ("/new/place", "/new/throw-away", "/new/anew")]

    assert len({form_id_on(page.text) for page in pages}) == 1
    for page in pages:
        assert page.text.count('="/new/') == page.text.count(f'="/new/{officer.form_id}/') > 0


def test_the_browser_marks_no_yes_again_behind_its_back_button(officer: FormFiller) -> None:
    officer.place()

    assert re.search(r'<form id="step"[^>]* autocomplete="off"', officer.ask().text)
