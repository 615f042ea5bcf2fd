"""One form in two windows, as a duplicated tab has it: a page that was shown of other answers is not taken."""

from collections.abc import Callable

import pytest
from sqlalchemy import func, select

from referral_service.store.tables import identity, referral_sent, task
from support.referral import ReferralService
from support.referrals.form import FORM_COOKIE, FormFiller, heading

REFUSED = (409, "This page may be of an earlier form")
ABOUT = {"name": "Canarina", "method": "none", "language": "bn", "age_band": "25-34"}


def stored(setu: ReferralService) -> int:
    with setu.worker_db.transaction() as session:
        tables = (referral_sent, task, identity)
        return sum(session.scalar(select(func.count()).select_from(table)) or 0 for table in tables)


def form_in_browser(officer: FormFiller) -> str:
    cookie = officer.client.get_cookie(FORM_COOKIE, path="/new")
    assert cookie is not None
    return cookie.value


def other_help(officer: FormFiller) -> None:
    """In the other window another help is asked for, and a yes said to that."""
    officer.get("/new/place")
    officer.post("/new/place", {"setting": "street", "district": "315", "needs": ["COUNS"]})
    officer.ask()
    assert heading(officer.consent()) == "Check, then send"


def other_person(officer: FormFiller) -> None:
    """In the other window the answers about the person are those of another one."""
    officer.get("/new/person")
    assert "Rafiq" in officer.person().text


@pytest.mark.parametrize(
    ("step", "changed"),
    [("consent", other_help), ("person", other_help), ("review", other_help), ("review", other_person)],
)
@pytest.mark.parametrize("more", [{}, {"go": "back"}])
def test_a_page_that_was_shown_of_other_answers_changes_and_sends_nothing(
    officer: FormFiller,
    setu: ReferralService,
    step: str,
    changed: Callable[[FormFiller], None],
    more: dict[str, str],
) -> None:
    officer.up_to_review(name="Canarina")
    officer.get(f"/new/{step}")
    first_window = officer.typed(f"/new/{step}", {**ABOUT, "answer": "yes", **more})
    changed(officer)
    before = form_in_browser(officer)

    page = officer.post(f"/new/{step}", first_window)

    assert (page.status_code, heading(page)) == REFUSED
    assert not [name for name in ("Canarina", "Rafiq") if name in page.text]
    assert (form_in_browser(officer), stored(setu)) == (before, 0)
    assert heading(officer.get("/new/review")) == "Check, then send"
    assert heading(officer.send()) == "Sent", "what the second window shows is sent from there"


def test_a_second_press_on_the_same_page_goes_on_as_the_first_did(officer: FormFiller) -> None:
    officer.place()
    officer.ask()
    consent = officer.typed("/new/consent")
    officer.consent()
    person = officer.typed("/new/person", ABOUT)

    pages = [officer.consent(**consent), officer.post("/new/person", person), officer.post("/new/person", person)]

    titles = ["How can the service reach the person?", "Check, then send", "Check, then send"]
    assert [heading(page) for page in pages] == titles


def test_a_page_without_it_is_refused(officer: FormFiller, setu: ReferralService) -> None:
    officer.up_to_review()
    officer.basis.clear()

    page = officer.send()

    assert ((page.status_code, heading(page)), stored(setu)) == (REFUSED, 0)
