"""The page after sending and its card: shown again to this session for ten minutes, never empty, telling nothing."""

import base64
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4
from xml.etree import ElementTree as ET

import pytest
from sqlalchemy import text

from referral_service.store.directory import put_organization, put_services
from support.referral import NURSE, OFFICER, OST, OST_OF_JIBAN, SAHAYA, WORKER, Referral, ReferralService
from support.referrals.directory import a_listing, an_organization
from support.referrals.form import (
    CARD_COOKIE,
    FormFiller,
    card_code_on,
    heading,
)

DONE, PICTURE = "/new/done", "/new/card.svg"


def sent_by(officer: FormFiller, **about: str) -> str:
    """The text of the page after sending."""
    officer.up_to_review(**about)
    return officer.send().text


def card_on(page_text: str) -> str:
    """The markup of the card."""
    return page_text.partition('class="card-sheet"')[2].partition("</section>")[0]


def test_a_reload_shows_the_same_page_with_the_same_code(officer: FormFiller) -> None:
    first = sent_by(officer)

    assert officer.get(DONE).text == first
    assert "card-code" in card_on(first)


def test_after_ten_minutes_the_code_is_gone(officer: FormFiller, setu: ReferralService) -> None:
    sent_by(officer)
    setu.clock.advance(timedelta(minutes=9))
    assert officer.get(DONE).status_code == 200
    setu.clock.advance(timedelta(minutes=2))

    for path in (DONE, PICTURE):
        page = officer.get(path)
        assert (page.status_code, heading(page)) == (410, "The form was put away")


def test_another_session_of_the_same_account_sees_no_code(officer: FormFiller) -> None:
    sent_by(officer)

    officer.sign_in(replace(OFFICER, session=uuid4()))

    assert officer.get(DONE).status_code == 410
    assert officer.get(PICTURE).status_code == 410


def test_the_cookie_is_sealed_and_short_and_stays_below_the_form(officer: FormFiller) -> None:
    page = sent_by(officer)
    cookie = officer.client.get_cookie(CARD_COOKIE, path="/new")
    assert cookie is not None
    assert (cookie.http_only, cookie.same_site, cookie.path, cookie.max_age) == (True, "Strict", "/new", 600)
    carried = base64.urlsafe_b64decode(cookie.value + "==")
    code = card_code_on(page)
    assert len(code) == 17
    for readable in (code, code.replace("-", ""), str(OST), "card_only", "session"):
        assert readable.encode() not in carried


def test_a_cookie_that_was_changed_opens_nothing(officer: FormFiller) -> None:
    sent_by(officer)
    cookie = officer.client.get_cookie(CARD_COOKIE, path="/new")
    assert cookie is not None

    for value in ("", "x", cookie.value[:-2] + "AA", "A" * 3000):
        officer.client.set_cookie(CARD_COOKIE, value, path="/new")
        assert officer.get(DONE).status_code == 410, value[:20]


def withdrawn_by_code(setu: ReferralService, referral: Referral) -> None:
    assert referral.card_code is not None
    assert setu.withdraw_by_code(referral.card_code).status_code == 202


def opened(setu: ReferralService, referral: Referral) -> None:
    setu.must(WORKER, referral, "open")


def accepted(setu: ReferralService, referral: Referral) -> None:
    setu.must(WORKER, referral, "accept")


def taken_back(setu: ReferralService, referral: Referral) -> None:
    setu.must(OFFICER, referral, "withdraw", reason="mistake")


def told(officer: FormFiller) -> list[tuple[bytes, list[tuple[str, str]]]]:
    """The page and its picture, to the byte, but for the request's own id."""
    answers = [officer.get(path) for path in (DONE, PICTURE)]
    return [(each.data, [header for header in each.headers if header[0] != "X-Request-Id"]) for each in answers]


@pytest.mark.parametrize("happen", [(opened, accepted, withdrawn_by_code), (taken_back,)], ids=["hidden", "taken back"])
def test_nothing_that_happens_later_alters_a_byte_of_it(
    officer: FormFiller, setu: ReferralService, happen: tuple[Callable[[ReferralService, Referral], None], ...]
) -> None:
    page = sent_by(officer)
    shown = setu.get(OFFICER, "/api/referrals").get_json()["items"][0]
    before = told(officer)

    for happens in happen:
        happens(setu, Referral(shown["id"], shown["reference"], card_code_on(page)))

        assert told(officer) == before, happens.__name__


@pytest.mark.parametrize(
    ("spoken", "title"),
    [
        ("bn", "স্বাস্থ্য ও সহায়তা"),
        ("hi", "स्वास्थ्य और सहारा"),
        ("en", "Health and support"),
        ("mni", "স্বাস্থ্য ও সহায়তা"),
    ],
)
def test_the_card_is_in_the_persons_language_and_the_page_in_the_officers(
    officer: FormFiller, spoken: str, title: str
) -> None:
    page = sent_by(officer, language=spoken)

    assert '<html lang="en">' in page
    assert title in card_on(page)
    assert title in officer.get(PICTURE).text


def listed(setu: ReferralService, **facts: object) -> None:
    with setu.worker_db.transaction() as session:
        put_services(session, [a_listing(OST, SAHAYA, version=2, **facts)])


def test_a_card_has_the_phone_and_the_hours_of_the_service(officer: FormFiller, setu: ReferralService) -> None:
    line = {"rrule": "FREQ=WEEKLY;BYDAY=MO,TU", "opens_at": "09:00", "closes_at": "17:00"}
    listed(setu, phone="033 5550 0101", schedules=[line])

    card = card_on(sent_by(officer, language="en"))

    assert "033 5550 0101" in card
    assert "Mon–Tue 09:00–17:00" in card


def test_a_service_without_a_phone_has_its_organisations_on_the_card(
    officer: FormFiller, setu: ReferralService
) -> None:
    with setu.worker_db.transaction() as session:
        put_organization(session, an_organization(SAHAYA, version=2, phone="033 5550 0909"))

    card = card_on(sent_by(officer, language="en"))

    assert "033 5550 0909" in card
    assert "Hours not listed: call first, and ask." in card


def test_a_card_without_any_number_says_so_and_names_a_line_that_helps(officer: FormFiller) -> None:
    card = card_on(sent_by(officer, language="en"))

    assert "This service lists no number. Call this line, day and night" in card
    assert 'href="tel:14446"' in card


def test_a_service_that_vanished_meanwhile_leaves_no_empty_card(officer: FormFiller, setu: ReferralService) -> None:
    sent_by(officer, language="en")
    with setu.worker_db.transaction() as session:
        session.execute(text("UPDATE directory_service SET deleted = true"))

    assert 'href="tel:14446"' in card_on(officer.get(DONE).text)


def test_only_the_card_is_a_card_with_a_number_and_no_code(officer: FormFiller) -> None:
    officer.place()
    officer.ask()
    page = officer.consent("card_only")

    assert heading(page) == "Thank you"
    assert 'href="tel:' in card_on(page.text)
    assert "card-code" not in page.text
    assert officer.get(DONE).text == page.text


def test_who_gave_a_cards_number_is_shown_what_to_write_on_it_and_no_second_card(
    officer: FormFiller, setu: ReferralService
) -> None:
    officer.place()
    officer.ask()

    page = officer.consent("card_only", card=setu.cards()[0].number)

    assert heading(page) == "Thank you"
    assert "No card at hand?" not in page.text
    assert "card-sheet" not in page.text
    assert "Write the phone number and the hours on it." in page.text
    assert "Service c1" in page.text
    assert officer.get(PICTURE).status_code == 410


def test_what_to_say_fits_the_way_in_which_the_person_is_reached(officer: FormFiller) -> None:
    officer.up_to_review(method="none", number="")
    none = officer.send().text
    phone = sent_by(officer)

    assert "They will not contact you, as you wished." in none
    assert "They will reach you" not in none
    assert "They will reach you in the way you chose." in phone


def test_the_words_after_sending_are_those_of_one_or_of_several_services_and_of_the_role(
    officer: FormFiller, setu: ReferralService
) -> None:
    one = sent_by(officer)
    nurse = FormFiller(setu, NURSE)
    nurse.place(setting="prison")
    nurse.post("/new/who", {"candidates": [str(OST), str(OST_OF_JIBAN)]})
    nurse.consent()
    nurse.person()
    several = nurse.send().text

    assert "The service has been told." in one
    assert "The services have been told." in several
    assert "a question to you" in several
    assert "a question to you" not in one


def test_the_picture_says_what_the_card_says_in_lines_that_fit(officer: FormFiller, setu: ReferralService) -> None:
    listed(setu, phone="033 5550 0101", landmark="Opposite the tram depot, " * 4)
    sent_by(officer)

    answer = officer.get(PICTURE)
    drawn = ET.fromstring(answer.text)  # noqa: S314 - our own answer
    lines = ["".join(row.itertext()) for row in drawn.iter("{http://www.w3.org/2000/svg}text")]

    assert answer.headers["Content-Disposition"] == 'attachment; filename="card.svg"'
    assert answer.headers["Cache-Control"] == "no-store"
    assert "033 5550 0101" in lines
    assert max(len(line) for line in lines) <= 60
    assert not [word for word in ("Service c1", "Sahaya", "HIV", "drug") if word in answer.text]


def test_a_landmark_that_tells_what_is_there_stands_on_no_card(officer: FormFiller, setu: ReferralService) -> None:
    listed(setu, landmark="Behind the HIV clinic, drug de-addiction gate")

    page = sent_by(officer)

    assert "HIV clinic" not in officer.get(PICTURE).text
    assert "de-addiction" not in page
