"""Ways out of the form: each keeps what was typed, and throwing away is asked once more."""

import re

from flask import template_rendered
from jinja2 import Template

from referral_service.store.directory import put_services
from support.referral import HYDERABAD, JIBAN, KOLKATA, OST, OST_OF_JIBAN, WORKER, ReferralService
from support.referrals.directory import a_listing
from support.referrals.form import (
    FORM_COOKIE,
    FormFiller,
    heading,
)

ABOUT = {"name": "Canarina", "method": "phone", "number": "98", "language": "bn"}


def up_to_person(officer: FormFiller) -> None:
    officer.place()
    officer.ask()
    officer.consent()


def test_another_language_keeps_the_step_and_the_typing_as_it_stands(officer: FormFiller) -> None:
    up_to_person(officer)

    page = officer.leave_by("person", "language-hi", **ABOUT)

    assert '<html lang="hi">' in page.text
    assert 'value="Canarina"' in page.text
    assert 'value="98"' in page.text, "unjudged"
    assert page.request.path == officer.at("/new/person")


def test_the_start_page_and_back_keep_the_typing(officer: FormFiller) -> None:
    up_to_person(officer)

    officer.leave_by("person", "home", **ABOUT)

    assert 'value="Canarina"' in officer.get("/new/person").text


def test_back_from_the_services_keeps_what_was_asked_and_another_district_is_looked_at(
    officer: FormFiller, setu: ReferralService
) -> None:
    with setu.worker_db.transaction() as session:
        put_services(session, [a_listing(OST_OF_JIBAN, JIBAN, version=2, districts=[HYDERABAD])])
    elsewhere = officer.place(district=str(HYDERABAD), setting="station")

    first = officer.leave_by("who", "back")
    here = officer.post("/new/place", {"setting": "station", "district": str(KOLKATA), "needs": ["OST"]})

    assert heading(first) == "What help is wanted?"
    assert re.search(r'value="OST" checked', first.text)
    assert re.search(r'value="station" checked', first.text)
    assert re.search(rf'value="{HYDERABAD}" selected', first.text)
    assert [(heading(page), f'value="{OST}"' in page.text) for page in (elsewhere, here)] == [
        ("Who can help?", False),
        ("Who can help?", True),
    ]
    assert f'value="{OST_OF_JIBAN}"' in elsewhere.text


def test_a_step_has_no_link_that_leaves_it(officer: FormFiller) -> None:
    up_to_person(officer)
    for step in ("place", "who", "consent", "person"):
        page = officer.get(f"/new/{step}")
        shown = page.text.partition("<template data-lock")[0]  # what covers an idle page opens another window
        links = set(re.findall(r'<a [^>]*href="([^"]+)"', shown))
        assert {link for link in links if not link.startswith(("tel:", "#"))} == set(), step


def test_new_referral_asks_about_the_one_under_way(officer: FormFiller) -> None:
    officer.up_to_review(name="Canarina")

    page = officer.get("/new")

    assert heading(page) == "A referral is not sent yet"
    assert f'href="{officer.at("/new/review")}"' in page.text
    assert "Canarina" not in page.text
    assert "Canarina" in officer.get("/new/review").text
    assert heading(officer.get("/new/anew")) == "Throw this away?", "asked once more"
    assert "Canarina" in officer.get("/new/review").text
    assert heading(officer.begin_anew()) == "What help is wanted?"
    assert heading(officer.get("/new/review")) == "What help is wanted?"


def test_new_referral_asks_about_a_first_page_that_is_not_finished_too(officer: FormFiller) -> None:
    officer.get("/new")
    officer.leave_by("place", "home", needs=["LEGAL"], district="315")

    asked = officer.get("/new")
    page = officer.get("/new/place")

    assert heading(asked) == "A referral is not sent yet", "or two windows with two persons would have one form"
    assert f'href="{officer.at("/new/place")}"' in asked.text
    assert re.search(r'value="LEGAL"\s+checked', page.text)


def test_throwing_away_is_asked_once_more_and_keeps_the_typing_until_then(officer: FormFiller) -> None:
    up_to_person(officer)

    page = officer.leave_by("person", "throw-away", **ABOUT)

    assert heading(page) == "Throw this away?"
    assert 'value="Canarina"' in officer.get("/new/person").text
    officer.throw_away()
    assert officer.client.get_cookie(FORM_COOKIE, path="/new") is None


def test_a_need_changed_on_the_way_out_lets_the_consent_fall(officer: FormFiller) -> None:
    officer.up_to_review()

    officer.get("/new/place")
    officer.leave_by("place", "home", setting="street", district="315", needs=["COUNS"])
    officer.place("COUNS")

    assert heading(officer.get("/new/review")) == "Who can help?"


def test_an_answer_with_the_form_in_it_is_rendered_once_and_its_language_switch_sends_that_form(
    setu: ReferralService,
) -> None:
    rendered: list[str | None] = []

    def note(_app: object, template: Template, **_: object) -> None:
        rendered.append(template.name)

    with template_rendered.connected_to(note, setu.app):
        page = setu.client(WORKER).post("/with-card", data={"code": "nonsense"})

    assert rendered == ["referral/with_card.html"]
    assert 'form="form-find" formnovalidate name="show_in" value="hi"' in page.text
