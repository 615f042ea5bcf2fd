"""Help that nobody offers is counted by itself as the form's page shows it: once, sealed, and without a person."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from referral_service.outside.keyring_file import KeyringFile
from referral_service.store.figure_tally import counts_of
from referral_service.store.tables import tally
from referral_service.use_cases.dependencies import Dependencies
from referral_service.use_cases.figures.count_unmet_search import UnmetSearch, count_unmet_search
from referral_service.use_cases.figures.seal_tally import open_tally
from service_kit.keyring import Keyring
from support.kit.database_roles import as_web
from support.referral import HYDERABAD, KOLKATA, MONDAY_NOON, OFFICER, ReferralService
from support.referrals.form import FORM_COOKIE, FormFiller, heading, stored_by_sending

CHOICE, COUNTED = "Who can help?", "It is counted that this help is missing here."
MARCH = date(2026, 3, 1)


def unmet(setu: ReferralService, district: int = KOLKATA) -> Counter[str]:
    """What the figures will count."""
    with setu.worker_db.transaction() as session:
        counts = counts_of(session, [MARCH], partial(open_tally, setu.dependencies.keyring))
    return Counter(counts.unmet[MARCH, district])


def test_a_search_that_finds_nobody_is_counted_and_says_so(officer: FormFiller, setu: ReferralService) -> None:
    page = officer.place("SHELTER", "LEGAL")

    assert (heading(page), COUNTED in page.text) == (CHOICE, True)
    assert unmet(setu) == {"SHELTER": 1, "LEGAL": 1}
    assert stored_by_sending(setu) == 0
    with setu.worker_db.transaction() as session:
        rows = [str(row) for row in session.execute(text("SELECT * FROM figure_tally"))]
    assert len(rows) == 1
    assert not [need for need in ("SHELTER", "LEGAL") if need in rows[0]], "sealed: a referral may follow"


def test_one_that_finds_somebody_is_not(officer: FormFiller, setu: ReferralService) -> None:
    page = officer.place("OST", "SHELTER")

    assert (COUNTED in page.text, unmet(setu)) == (False, {})


def load_again(officer: FormFiller) -> None:
    officer.get("/new/who")


def press_the_first_step_again(officer: FormFiller) -> None:
    typed = officer.typed("/new/place", {"setting": "street", "district": "315", "needs": ["SHELTER"]})
    for _press in range(2):
        officer.post("/new/place", typed)


def go_back_and_on(officer: FormFiller) -> None:
    officer.leave_by("who", "back")
    officer.place("SHELTER")


def read_in_hindi(officer: FormFiller) -> None:
    officer.leave_by("who", "language-hi")
    officer.leave_by("who", "language-en")


def try_another_district(officer: FormFiller) -> None:
    with officer.setu.worker_db.transaction() as session:
        session.execute(
            text("UPDATE directory_service SET districts = districts || 507 WHERE NOT 507 = ANY(districts)")
        )
    officer.leave_by("who", "back")
    assert COUNTED in officer.place("SHELTER", district=str(HYDERABAD)).text


def finish(officer: FormFiller) -> None:
    assert heading(officer.instead("unmet")) == "Thank you"


def finish_with_a_copy_from_before(officer: FormFiller) -> None:
    copy = officer.sealed_form()
    for _press in range(3):
        officer.client.set_cookie(FORM_COOKIE, copy, path="/new")
        officer.instead("unmet")


@pytest.mark.parametrize(
    "then",
    [
        load_again,
        press_the_first_step_again,
        go_back_and_on,
        read_in_hindi,
        try_another_district,
        finish,
        finish_with_a_copy_from_before,
    ],
)
def test_one_form_counts_a_need_once(
    officer: FormFiller, setu: ReferralService, then: Callable[[FormFiller], None]
) -> None:
    officer.place("SHELTER")

    then(officer)

    assert (unmet(setu), unmet(setu, HYDERABAD)) == ({"SHELTER": 1}, {})


def test_other_help_is_counted_too_and_of_one_form_three_at_most(officer: FormFiller, setu: ReferralService) -> None:
    for needs in (["SHELTER"], ["SHELTER", "LEGAL"], ["CHILDCARE", "MATERNAL"]):
        officer.place(*needs)

    assert unmet(setu) == {"SHELTER": 1, "LEGAL": 1, "CHILDCARE": 1}


def say_yes(officer: FormFiller) -> None:
    officer.consent()
    officer.person()
    assert heading(officer.send()) == "Sent"


def say_no(officer: FormFiller) -> None:
    assert heading(officer.consent("no")) == "Thank you"


def take_only_the_card(officer: FormFiller) -> None:
    assert heading(officer.consent("card_only")) == "Thank you"


@pytest.mark.parametrize("answer", [say_yes, say_no, take_only_the_card])
def test_what_was_counted_is_not_again_where_something_else_is_asked_for_as_well(
    officer: FormFiller, setu: ReferralService, answer: Callable[[FormFiller], None]
) -> None:
    officer.place("SHELTER")
    officer.place("SHELTER", "LEGAL", "OST")
    officer.ask()

    answer(officer)

    assert unmet(setu) == {"SHELTER": 1, "LEGAL": 1}


def test_another_form_counts_for_itself(officer: FormFiller, setu: ReferralService) -> None:
    officer.place("SHELTER")
    officer.begin_anew()
    officer.place("SHELTER")

    assert unmet(setu) == {"SHELTER": 2}


def test_what_only_this_person_finds_nowhere_is_counted_with_the_end_of_the_form(
    officer: FormFiller, setu: ReferralService
) -> None:
    page = officer.up_to_review(age_band="under-18", authority="cwc")
    assert (heading(page), COUNTED in page.text, unmet(setu)) == (CHOICE, False, {})

    finish(officer)

    assert unmet(setu) == {"OST": 1}


def test_the_same_page_that_is_loaded_twice_at_once_is_counted_once(setu: ReferralService) -> None:
    search = UnmetSearch("key", ["SHELTER"], KOLKATA)
    again = partial(count_unmet_search, dependencies=setu.dependencies, now=MONDAY_NOON)

    with as_web(setu, OFFICER) as first, as_web(setu, OFFICER) as second:
        told = [again(session, OFFICER, search) for session in (first, second)]

    assert (told, unmet(setu)) == ([True, True], {"SHELTER": 1})


def test_without_the_keyring_the_page_is_shown_and_nothing_counted(
    officer: FormFiller, setu: ReferralService, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = setu.app.extensions["setu_dependencies"]
    lost = Keyring(KeyringFile(tmp_path / "lost").keks)
    monkeypatch.setitem(known, Dependencies, replace(known[Dependencies], keyring=lost))

    page = officer.place("SHELTER")

    assert (heading(page), COUNTED in page.text, unmet(setu)) == (CHOICE, False, {})


def test_nothing_stands_in_clear_but_of_who_was_asked(officer: FormFiller, setu: ReferralService) -> None:
    officer.place("SHELTER")
    finish(officer)

    with setu.worker_db.transaction() as session:
        assert session.scalar(select(func.count()).select_from(tally)) == 0
