"""Two tabs, two persons, one browser: what the page of one form posts is never taken for the other form."""

import pytest
from sqlalchemy import func, select

from referral_service.store.tables import identity, referral_sent, tally, task
from support.referral import OST, ReferralService
from support.referrals.form import FORM_COOKIE, FormFiller, form_id_on, heading

OTHER_FORM, REVIEW = "Another form was begun meanwhile", "Check, then send"
POSTS = ("place", "who", "consent", "person", "review", "unmet", "for-a-child", "throw-away", "anew")


def stored(setu: ReferralService) -> int:
    """Rows of what is made by sending."""
    with setu.worker_db.transaction() as session:
        tables = (referral_sent, task, identity, tally)
        return sum(session.scalar(select(func.count()).select_from(table)) or 0 for table in tables)


def form_in_browser(officer: FormFiller) -> str:
    """The sealed form as it lies in the browser."""
    cookie = officer.client.get_cookie(FORM_COOKIE, path="/new")
    assert cookie is not None
    return cookie.value


def begin_another(officer: FormFiller) -> None:
    """A second tab in which what is under way is thrown away; the first one stays open."""
    officer.get("/new")
    officer.post("/new/anew")


def test_a_yes_said_in_one_tab_is_no_consent_of_the_person_in_the_other(
    officer: FormFiller, setu: ReferralService
) -> None:
    officer.place()
    first_tab = officer.ask()
    begin_another(officer)
    officer.place("COUNS", setting="station")
    second_tab = officer.ask()
    before = form_in_browser(officer)

    page = officer.consent(form_id=form_id_on(first_tab.text))

    assert (page.status_code, heading(page)) == (409, OTHER_FORM)
    assert (form_in_browser(officer), stored(setu)) == (before, 0)
    assert heading(officer.get("/new/person")) == "Read this aloud", "it was not said to this form"
    officer.consent(form_id=form_id_on(second_tab.text))
    assert heading(officer.person()) == REVIEW
    assert heading(officer.send()) == "Sent"


def test_send_in_one_tab_does_not_send_the_form_of_the_other(officer: FormFiller, setu: ReferralService) -> None:
    first_tab = officer.up_to_review(name="Canarina")
    begin_another(officer)
    second_tab = officer.up_to_review(name="Rafiq")

    page = officer.post("/new/review", {"form_id": form_id_on(first_tab.text)})

    assert (page.status_code, heading(page), stored(setu)) == (409, OTHER_FORM, 0)
    assert "Nothing was sent, and nothing was changed." in page.text
    assert not [name for name in ("Canarina", "Rafiq") if name in page.text]
    assert 'href="/new/review"' in page.text, "the way on with the form that is kept"
    assert heading(officer.post("/new/review", {"form_id": form_id_on(second_tab.text)})) == "Sent"


def test_from_the_refusal_a_new_form_is_begun(officer: FormFiller) -> None:
    first_tab = officer.up_to_review()
    begin_another(officer)
    officer.up_to_review()
    refused = officer.post("/new/review", {"form_id": form_id_on(first_tab.text)})

    page = officer.post("/new/anew", {"form_id": form_id_on(refused.text)})

    assert heading(page) == "What help is wanted?"
    assert form_id_on(page.text) not in {"", form_id_on(first_tab.text), form_id_on(refused.text)}


@pytest.mark.parametrize("path", POSTS)
@pytest.mark.parametrize("of", ["another form", "none"])
def test_whatever_a_page_of_another_form_or_of_none_posts_changes_nothing(
    officer: FormFiller, setu: ReferralService, path: str, of: str
) -> None:
    first_tab = officer.get("/new")
    begin_another(officer)
    officer.up_to_review()
    before = form_in_browser(officer)

    said = {"form_id": form_id_on(first_tab.text) if of == "another form" else ""}
    for typed in ({"service": str(OST)}, {"go": "home"}, {"go": "language-hi"}):
        page = officer.post(f"/new/{path}", said | typed)
        assert (page.status_code, heading(page)) == (409, OTHER_FORM)

    assert (form_in_browser(officer), stored(setu)) == (before, 0)


def test_every_address_that_takes_a_form_is_among_these(setu: ReferralService) -> None:
    rules = [rule for rule in setu.app.url_map.iter_rules() if rule.endpoint.startswith("new.")]
    posts = {rule.rule for rule in rules if "POST" in (rule.methods or ())}
    steps = {"place", "who", "consent", "person", "review"}
    assert posts == {"/new/<step>", *(f"/new/{path}" for path in POSTS if path not in steps)}


def test_a_form_that_was_just_begun_refuses_the_page_of_the_one_before(officer: FormFiller) -> None:
    first_tab = officer.up_to_review()
    begin_another(officer)

    page = officer.post("/new/review", {"form_id": form_id_on(first_tab.text)})

    assert (page.status_code, heading(page), 'href="/new/place"' in page.text) == (409, OTHER_FORM, True)


def test_each_page_of_one_form_says_the_same_of_it_in_every_form_on_it(officer: FormFiller) -> None:
    pages = [officer.place(), officer.ask(), officer.consent(), officer.person(), officer.get("/new")]
    pages += [officer.get(path) for path in ("/new/place", "/new/throw-away")]

    assert len({form_id_on(page.text) for page in pages}) == 1
    for page in pages:
        assert page.text.count('action="/new/') == page.text.count('name="form_id"') > 0
