"""The form's promises: consent before a person, no drafts, nothing in an address, one sending, the child path."""

from dataclasses import replace
from uuid import uuid4

import pytest
from sqlalchemy import func, select, text

from referral_service.store.directory import put_service
from referral_service.store.tables import identity, referral_sent, tally, task
from support.referral import FOR_CHILDREN, NURSE, OFFICER, OST, SHISHU, STATION, ReferralService
from support.referrals.directory import a_listing
from support.referrals.form import (
    FORM_COOKIE,
    FormFiller,
    errors_on,
    heading,
)

LONG_BENGALI_NAME = "ক" * 40
CANARY = "Canarina"


def rows(setu: ReferralService) -> dict[str, int]:
    """How many rows there are of what a referral leaves behind."""
    with setu.worker_db.transaction() as session:
        tables = (referral_sent, task, identity, tally)
        return {one.name: session.scalar(select(func.count()).select_from(one)) or 0 for one in tables}


def everything_stored(setu: ReferralService) -> str:
    """Every row of every table, as text."""
    with setu.worker_db.transaction() as session:
        names = session.scalars(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")).all()
        return "\n".join(str(row) for name in names for row in session.execute(text(f'SELECT * FROM "{name}"')))  # noqa: S608  # our own words


def test_a_yes_is_sent_and_its_code_is_on_the_card(officer: FormFiller, setu: ReferralService) -> None:
    officer.up_to_review()
    done = officer.send()
    assert heading(done) == "Sent"
    assert "card-code" in done.text
    card = done.text.partition('class="card-sheet"')[2].partition("</section>")[0]
    assert "Service c1" in done.text.replace(card, "")
    assert not [word for word in ("Service c1", "Sahaya", "opioid", "dependence") if word in card], "others may find it"
    assert (rows(setu)["referral_sent"], rows(setu)["task"], rows(setu)["identity"]) == (1, 1, 1)
    again = officer.send()
    assert again.status_code == 410
    assert rows(setu)["task"] == 1


def test_a_copy_of_the_browsers_form_shows_nothing_of_what_was_sent(officer: FormFiller, setu: ReferralService) -> None:
    officer.up_to_review()
    form = officer.client.get_cookie(FORM_COOKIE, path="/new")
    assert form is not None
    officer.send()

    officer.client.set_cookie(FORM_COOKIE, form.value, path="/new")
    page = officer.get("/new/review")

    assert (page.status_code, heading(page)) == (410, "The form was put away")
    assert "Rafiq" not in page.text
    assert officer.client.get_cookie(FORM_COOKIE, path="/new") is None


@pytest.mark.parametrize("answer", ["no", "card_only"])
def test_without_a_yes_only_the_needs_are_counted(officer: FormFiller, setu: ReferralService, answer: str) -> None:
    officer.place("OST", "COUNS")
    officer.ask()
    page = officer.consent(answer)
    assert heading(page) == "Thank you"
    assert rows(setu) == {"referral_sent": 0, "task": 0, "identity": 0, "tally": 2}


@pytest.mark.parametrize("step", ["person", "review"])
def test_no_page_about_a_person_opens_before_the_yes(officer: FormFiller, step: str) -> None:
    officer.place()
    officer.ask()
    assert heading(officer.get(f"/new/{step}")) == "Read this aloud"
    never_shown = officer.post(f"/new/{step}", {"name": CANARY})
    assert (never_shown.status_code, CANARY in never_shown.text) == (409, False)
    officer.consent()
    assert CANARY not in officer.get("/new/person").text, "it was not kept"


def test_another_service_asks_for_the_consent_again_and_keeps_what_was_typed(officer: FormFiller) -> None:
    officer.up_to_review()
    officer.get("/new/who")
    page = officer.post("/new/who", {"candidates": [str(OST), "00000000-0000-0000-0000-0000000000c2"]})
    assert heading(page) == "Read this aloud"
    assert "Sahaya Trust or Jiban Jyoti" in page.text
    review = officer.consent()
    assert heading(review) == "Check, then send"
    assert "Rafiq" in review.text


def test_before_sending_nothing_lies_on_the_server_or_in_an_address(officer: FormFiller, setu: ReferralService) -> None:
    page = officer.up_to_review(name=CANARY)
    assert CANARY in page.text
    assert CANARY not in everything_stored(setu)
    assert all("?" not in step.request.full_path.rstrip("?") for step in [*page.history, page])
    form = officer.client.get_cookie(FORM_COOKIE, path="/new")
    assert form is not None
    assert CANARY not in form.value
    assert (form.http_only, form.same_site, form.path) == (True, "Strict", "/new")


def test_under_eighteen_leads_to_services_for_children_only(officer: FormFiller, setu: ReferralService) -> None:
    officer.place("OST", "COUNS")
    officer.ask()
    officer.consent()
    choice = officer.person(age_band="under-18", authority="cwc")
    assert heading(choice) == "Who can help?"
    assert "not certified for people under 18" in choice.text
    assert str(FOR_CHILDREN) in choice.text
    assert str(OST) not in choice.text
    officer.ask(FOR_CHILDREN)
    assert heading(officer.consent()) == "Check, then send"
    officer.get("/new/person")
    assert "authority" in errors_on(officer.person(age_band="under-18"))
    officer.person(age_band="under-18", authority="cwc")
    assert heading(officer.send()) == "Sent"
    assert rows(setu)["task"] == 1


def test_whoever_asks_for_a_childs_service_says_who_agrees_whatever_the_age(
    officer: FormFiller, setu: ReferralService
) -> None:
    at_any_age = a_listing(FOR_CHILDREN, SHISHU, version=2, needs=["CHILD"], child_certified=True)
    with setu.worker_db.transaction() as session:
        put_service(session, at_any_age)
    officer.place("CHILD")
    officer.ask(FOR_CHILDREN)
    officer.consent()
    assert 'class="when-child"' not in officer.get("/new/person").text, "asked without a script, whatever age is chosen"
    assert "authority" in errors_on(officer.person(age_band="25-34"))
    officer.person(age_band="25-34", authority="guardian")
    assert heading(officer.send()) == "Sent"
    assert rows(setu)["task"] == 1


def test_a_printed_card_is_bound_and_no_new_code_is_made(officer: FormFiller, setu: ReferralService) -> None:
    card = setu.cards()[0]
    assert "card" in errors_on(officer.up_to_review(card="0000123-9"))
    officer.person(card=card.number.replace("-", " "))
    done = officer.send()
    assert heading(done) == "Sent"
    assert "card-code" not in done.text
    assert "now belongs to this request" in done.text


def test_a_card_that_was_used_is_put_right_on_its_own_step_with_everything_kept(
    officer: FormFiller, setu: ReferralService
) -> None:
    card = setu.cards()[0]
    officer.up_to_review(card=card.number)
    officer.send()
    officer.up_to_review(card=card.number, name=CANARY)
    page = officer.send()
    assert "unused card" in errors_on(page)["card"]
    assert CANARY in page.text
    officer.person(name=CANARY)
    assert heading(officer.send()) == "Sent"


def test_a_service_that_closed_meanwhile_is_chosen_anew(officer: FormFiller, setu: ReferralService) -> None:
    officer.up_to_review()
    with setu.worker_db.transaction() as session:
        session.execute(text('UPDATE directory_service SET data = data || \'{"accepting": "closed"}\''))
    page = officer.send()
    assert heading(page) == "Who can help?"
    assert "service" in errors_on(page)


def test_the_longest_answers_fit_into_the_browser(setu: ReferralService) -> None:
    nurse = FormFiller(setu, NURSE)
    nurse.get("/new/place")  # begun where an earlier form was, which is kept beside the answers
    nurse.post("/new/place", {"setting": "prison", "district": "315", "needs": ["OST", "OD", "COUNS"]})
    nurse.post("/new/who", {"candidates": [str(OST), *(f"00000000-0000-0000-0000-0000000000c{n}" for n in (2, 5))]})
    nurse.consent()
    page = nurse.person(
        name=LONG_BENGALI_NAME,
        notes="ক্ষ" * 166,
        hours=["06-09", "09-12", "12-15", "15-18", "18-21"],
        urgent=["OVERDOSE_RISK", "WITHDRAWAL_IN_CUSTODY", "PREGNANT", "RELEASE_14_DAYS", "ON_OST_NOW"],
        preferences=["woman_worker", "children_with_me"],
        gender="not_said",
        expected_release="2026-03-10",
    )
    assert errors_on(page) == {}
    form = nurse.client.get_cookie(FORM_COOKIE, path="/new")
    assert form is not None
    assert len(form.value) < 4000
    assert heading(nurse.send()) == "Sent"


def test_a_form_from_another_site_is_refused(officer: FormFiller) -> None:
    officer.place()
    answer = officer.client.post(
        officer.at("/new/who"), data={"service": str(OST)}, headers={"Sec-Fetch-Site": "cross-site"}
    )
    assert answer.status_code == 403


def test_throwing_away_forgets_at_once(officer: FormFiller) -> None:
    officer.up_to_review(name=CANARY)
    officer.throw_away()
    assert officer.client.get_cookie(FORM_COOKIE, path="/new") is None
    assert heading(officer.get("/new/review")) == "The form was put away"


def test_an_unknown_step_and_a_foreign_role_find_nothing(officer: FormFiller, setu: ReferralService) -> None:
    assert officer.get("/new/nonsense").status_code == 404
    officer.get("/new")
    assert officer.get(f"{officer.at('/new/place')}s").status_code == 404
    supervisor = FormFiller(setu, replace(OFFICER, role="unit_supervisor", session=uuid4()))
    assert supervisor.get("/new").status_code == 403


def test_a_sent_referral_shows_the_units_words_and_can_be_taken_back_once(
    officer: FormFiller, setu: ReferralService
) -> None:
    referral = setu.sent()
    page = officer.get(f"/sent/{referral.id}")
    assert "The service has been told" in page.text
    assert STATION.hex not in page.text
    assert "reason" in errors_on(officer.post(f"/sent/{referral.id}/withdraw", {"version": "1"}))
    stale = officer.post(f"/sent/{referral.id}/withdraw", {"version": "7", "reason": "mistake"})
    assert stale.status_code == 409
    page = officer.post(f"/sent/{referral.id}/withdraw", {"version": "1", "reason": "mistake"})
    assert "Withdrawn by you" in page.text
    again = officer.post(f"/sent/{referral.id}/withdraw", {"version": "2", "reason": "mistake"})
    assert again.status_code == 409
