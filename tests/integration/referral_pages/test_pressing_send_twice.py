"""A second press of "Send": it sends nothing, and shows the code where the first answer was lost, and nowhere else."""

import base64
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select, text, update
from werkzeug.test import TestResponse

from referral_service.outside.codes import normalise
from referral_service.store.cards.card_holders import is_own_card
from referral_service.store.tables import task
from referral_service.store.tables_cards import card_holder
from support.kit.database_roles import as_web
from support.referral import COLLEAGUE, NURSE, OFFICER, WORKER, Referral, ReferralService
from support.referrals.form import CARD_COOKIE, FORM_COOKIE, SAME_SITE, FormFiller, card_code_on, errors_on, heading

ANOTHER_SESSION = replace(OFFICER, session=uuid4())
WHAT_TO_DO = "As long as it says “Sent”, take it back as a mistake and send it again"


def code_on(page: TestResponse) -> str:
    return card_code_on(page.text)


def referrals(setu: ReferralService) -> int:
    with setu.worker_db.transaction() as session:
        return session.scalar(select(func.count()).select_from(task)) or 0


def only_referral(setu: ReferralService) -> str:
    return str(setu.get(OFFICER, "/api/referrals").get_json()["items"][0]["id"])


def test_where_the_first_answer_was_lost_the_same_code_is_shown_and_withdraws(
    officer: FormFiller, setu: ReferralService
) -> None:
    officer.up_to_review()
    first = officer.send_and_lose_the_answer()
    setu.clock.advance(timedelta(minutes=8))

    again = officer.send()

    assert (heading(again), code_on(again), referrals(setu)) == ("Sent", first, 1)
    assert len(first) == 17
    assert setu.withdraw_by_code(code_on(again)).status_code == 202
    assert setu.get(WORKER, f"/api/referrals/{only_referral(setu)}/identity").status_code == 410


def test_a_reload_instead_leads_to_one_button_that_shows_the_card_and_nothing_that_was_typed(
    officer: FormFiller, setu: ReferralService
) -> None:
    review = officer.up_to_review()
    first = officer.send_and_lose_the_answer()

    page = officer.get("/new/review")
    card = officer.send()

    assert (page.status_code, heading(page)) == (410, "This form was sent")
    assert not [word for word in ("Rafiq", "98300", first) if word in page.text]
    assert (code_on(card), referrals(setu)) == (first, 1)
    assert all(" data-hold>" in shown.text for shown in (review, page)), "a second tap waits for the answer"


def test_a_third_press_leaves_the_card_where_it_is_with_its_ten_minutes(officer: FormFiller) -> None:
    officer.up_to_review()
    form = officer.kept_form
    code = code_on(officer.send())
    officer.client.set_cookie(FORM_COOKIE, form, path="/new")

    answer = officer.client.post(officer.at("/new/review"), data=officer.typed("/new/review"), headers=SAME_SITE)

    assert (answer.status_code, CARD_COOKIE in str(answer.headers)) == (303, False)
    assert code_on(officer.get("/new/done")) == code


def nothing(_setu: ReferralService, _code: str) -> None:
    pass


def withdrawn_by_code(setu: ReferralService, code: str) -> None:
    assert setu.withdraw_by_code(code).status_code == 202


def came_with_the_card(setu: ReferralService, code: str) -> None:
    assert setu.post(WORKER, "/api/arrivals", {"code": code}).status_code == 200


def accepted(setu: ReferralService, _code: str) -> None:
    setu.must(WORKER, Referral(only_referral(setu), "", None), "accept")


def test_nothing_that_happens_meanwhile_alters_the_second_answer(officer: FormFiller, setu: ReferralService) -> None:
    officer.up_to_review()
    form = officer.kept_form
    first = officer.send()
    for happens in (nothing, came_with_the_card, accepted, withdrawn_by_code):
        officer.lose_the_answer(form)

        happens(setu, code_on(first))

        assert officer.send().text == first.text, happens.__name__


def in_another_session(officer: FormFiller, _setu: ReferralService) -> None:
    officer.sign_in(ANOTHER_SESSION)


def after_ten_minutes(officer: FormFiller, setu: ReferralService) -> None:
    setu.clock.advance(timedelta(minutes=9))
    officer.client.get("/sent")
    setu.clock.advance(timedelta(minutes=2))


def with_a_card_of_another_code(_officer: FormFiller, setu: ReferralService) -> None:
    """As a process of the release before makes one, or another form."""
    with setu.worker_db.transaction() as session:
        session.execute(update(card_holder).values(code_mac=b"another"))


@pytest.mark.parametrize("meanwhile", [in_another_session, after_ten_minutes, with_a_card_of_another_code])
def test_else_no_code_is_shown_and_the_page_says_what_to_do(
    officer: FormFiller, setu: ReferralService, meanwhile: Callable[[FormFiller, ReferralService], None]
) -> None:
    officer.up_to_review()
    officer.send_and_lose_the_answer()
    meanwhile(officer, setu)

    page = officer.send()

    assert (heading(page), code_on(page), referrals(setu)) == ("Sent", "", 1)
    assert "cannot be shown again" in page.text
    assert WHAT_TO_DO in page.text


def test_the_form_of_another_account_shows_nothing(officer: FormFiller, setu: ReferralService) -> None:
    officer.up_to_review()
    officer.send_and_lose_the_answer()

    officer.sign_in(COLLEAGUE)

    assert officer.send().status_code == 410


def test_two_forms_and_one_form_in_two_sessions_have_codes_of_their_own(
    officer: FormFiller, setu: ReferralService
) -> None:
    officer.up_to_review()
    key, sessions = "a form's key", (OFFICER.session, ANOTHER_SESSION.session)
    made = [setu.dependencies.card_code_of_form(one, session) for one in (key, "another") for session in sessions]

    assert len({*made, code_on(officer.send())}) == 5
    assert setu.dependencies.card_code_of_form(key, OFFICER.session) == made[0] == normalise(made[0])


def test_a_form_that_goes_on_in_the_next_session_has_a_code_that_is_shown_again_there(officer: FormFiller) -> None:
    officer.up_to_review()
    officer.sign_in(ANOTHER_SESSION)

    first = officer.send_and_lose_the_answer()

    assert code_on(officer.send()) == first != ""


def test_before_sending_the_code_stands_on_no_page_and_in_no_address(
    officer: FormFiller, setu: ReferralService
) -> None:
    pages = [officer.place(), officer.ask(), officer.consent(), officer.person()]
    sealed = officer.kept_form

    code = code_on(officer.send())

    assert len(code) == 17
    with setu.worker_db.transaction() as session:
        tables = session.scalars(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")).all()
        stored = [str(row) for name in tables for row in session.execute(text(f'SELECT * FROM "{name}"'))]  # noqa: S608  # our own words
    readable = [page.text + str(page.headers) + page.request.url for page in pages]
    readable += [sealed, base64.urlsafe_b64decode(sealed + "==").decode("latin-1"), *stored]
    assert not [place for place in readable for word in (code, code.replace("-", "")) if word in place]


def test_a_printed_card_a_no_and_only_the_card_are_answered_as_the_first_time(
    officer: FormFiller, setu: ReferralService
) -> None:
    officer.up_to_review(card=setu.cards()[0].number)
    form = officer.kept_form
    pages = [officer.send().text]
    officer.lose_the_answer(form)
    pages.append(officer.send().text)
    assert pages[0] == pages[1]
    assert "now belongs to this request" in pages[1]

    for answer in ("no", "card_only"):
        officer.place()
        officer.ask()
        form = officer.kept_form
        first = officer.consent(answer)
        officer.lose_the_answer(form)
        again = officer.consent(answer)
        assert (heading(again), errors_on(again), again.text) == ("Thank you", {}, first.text)
    assert referrals(setu) == 1


def test_the_database_tells_a_code_to_its_sender_alone(setu: ReferralService) -> None:
    referral, other = setu.sent(), setu.sent()
    digest, foreign = (setu.dependencies.code_mac(str(one.card_code).replace("-", "")) for one in (referral, other))

    for who, is_told in ((OFFICER, True), (COLLEAGUE, False), (NURSE, False)):
        with as_web(setu, who) as session:
            told = is_own_card(session, UUID(referral.id), digest)
            seen = session.scalar(select(func.count()).select_from(card_holder))
            of_the_other = is_own_card(session, UUID(referral.id), foreign)

        assert (told, seen, of_the_other) == (is_told, int(is_told), False), who
