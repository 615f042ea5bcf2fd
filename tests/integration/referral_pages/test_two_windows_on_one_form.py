"""One form in two windows, as a duplicated tab has it: a page that was shown of other answers is not taken."""

import re
from collections.abc import Callable

import pytest
from werkzeug.test import TestResponse

from referral_service.domain.consent.consent_texts import CURRENT_VERSION
from support.referral import OST, OST_OF_JIBAN, ReferralService
from support.referrals.form import FormFiller, heading, stored_by_sending

REFUSED = (409, "This form was changed after this page was shown")
CHOICE, REVIEW = "Who can help?", "Check, then send"
ABOUT = {"name": "Canarina", "method": "none", "language": "bn", "age_band": "25-34"}
TYPED_AND_BACK: list[dict[str, str]] = [{}, {"go": "back"}]


def ask_for(officer: FormFiller, need: str) -> None:
    officer.get("/new/place")
    assert heading(officer.post("/new/place", {"setting": "street", "district": "315", "needs": [need]})) == CHOICE


def yes(officer: FormFiller) -> dict[str, str]:
    said = {"version": CURRENT_VERSION, "named": officer.named, "language": "bn", "interpreted": "no"}
    return {**said, "channel": "in_person", "answer": "yes", "another": "yes"}


def services_on(page: TestResponse) -> list[str]:
    return re.findall(r'name="service" value="([^"]+)"', page.text)


def half_way(officer: FormFiller) -> None:
    """In the other window another help is asked for, and nobody chosen yet."""
    ask_for(officer, "COUNS")


def missing_help(officer: FormFiller) -> None:
    """In the other window another help is asked for that nobody offers."""
    ask_for(officer, "LEGAL")


def other_help(officer: FormFiller) -> None:
    """In the other window another help is asked for, and a yes said to that."""
    half_way(officer)
    officer.ask()
    assert heading(officer.consent()) == REVIEW


def other_person(officer: FormFiller) -> None:
    """In the other window the answers about the person are those of another one."""
    officer.get("/new/person")
    assert "Rafiq" in officer.person().text


def refuse_first_window(
    officer: FormFiller,
    setu: ReferralService,
    step: str,
    changed: Callable[[FormFiller], None],
    *said: dict[str, str],
) -> None:
    """A page is shown, the other window changes the form, and what is said on that page changes and tells nothing."""
    officer.get(f"/new/{step}")
    first_window = [officer.typed(f"/new/{step}", each) for each in said]
    changed(officer)
    before = officer.sealed_form()

    for typed in first_window:
        page = officer.post(f"/new/{step}", typed)

        assert (page.status_code, heading(page)) == REFUSED, typed
        assert not [name for name in ("Canarina", "Rafiq") if name in page.text], typed
        assert (officer.sealed_form(), stored_by_sending(setu)) == (before, 0), typed


@pytest.mark.parametrize(
    ("step", "changed"),
    [
        ("who", other_help),
        ("consent", other_help),
        ("person", other_help),
        ("review", other_help),
        ("review", other_person),
    ],
)
def test_a_page_that_was_shown_of_other_answers_changes_and_sends_nothing(
    officer: FormFiller,
    setu: ReferralService,
    step: str,
    changed: Callable[[FormFiller], None],
) -> None:
    officer.up_to_review(name="Canarina")

    said = {**ABOUT, "service": str(OST), "answer": "yes"}
    refuse_first_window(officer, setu, step, changed, *(said | more for more in TYPED_AND_BACK))

    assert heading(officer.get("/new/review")) == REVIEW
    assert heading(officer.send()) == "Sent", "what the second window shows is sent from there"


@pytest.mark.parametrize("step", ["who", "consent", "person", "review"])
def test_nor_does_it_lead_on_where_the_other_window_is_half_way(
    officer: FormFiller, setu: ReferralService, step: str
) -> None:
    officer.up_to_review(name="Canarina")

    said = {**ABOUT, "service": str(OST), "answer": "yes"}
    refuse_first_window(officer, setu, step, half_way, *(said | more for more in TYPED_AND_BACK))

    assert heading(officer.get(f"/new/{step}")) == CHOICE, "shown again, it is where the other window stands"
    officer.ask()
    assert heading(officer.consent()) == REVIEW


def nobody_offers_it(officer: FormFiller) -> None:
    officer.place("SHELTER")


def nobody_offers_it_to_a_child(officer: FormFiller) -> None:
    officer.up_to_review(age_band="under-18", authority="cwc")


@pytest.mark.parametrize("changed", [half_way, missing_help])
@pytest.mark.parametrize(
    ("shown", "instead"), [(nobody_offers_it, "unmet"), (nobody_offers_it_to_a_child, "for-a-child")]
)
def test_what_is_pressed_instead_of_a_choice_counts_nothing_and_throws_nothing_away(
    officer: FormFiller,
    setu: ReferralService,
    shown: Callable[[FormFiller], None],
    instead: str,
    changed: Callable[[FormFiller], None],
) -> None:
    shown(officer)

    refuse_first_window(officer, setu, "who", changed, {"instead": instead})

    assert heading(officer.get("/new/who")) == CHOICE


def test_each_form_of_the_choice_says_of_which_answers_it_was_shown(officer: FormFiller) -> None:
    nobody, several = officer.place("SHELTER"), officer.place()
    officer.ask()
    officer.consent()
    child = officer.person(age_band="under-18", authority="cwc")

    pages = {"Finish": nobody, "Ask any of these": several, "Ask a children's service instead": child}
    for button, page in pages.items():
        shown = page.text.replace("&#39;", "'")
        forms = re.findall(r'<form[^>]*action="/new/[0-9a-f]{16}/who">.*?</form>', shown, re.DOTALL)
        assert [form for form in forms if button in form]
        assert [form for form in forms if 'name="basis"' not in form] == []


def twice(officer: FormFiller, step: str, said: dict[str, str]) -> list[TestResponse]:
    """The button of this page, pressed twice."""
    typed = officer.typed(f"/new/{step}", said)
    return [officer.post(f"/new/{step}", typed) for _press in range(2)]


def test_a_second_press_on_the_same_page_goes_on_as_the_first_did(officer: FormFiller) -> None:
    officer.get("/new")
    pages = twice(officer, "place", {"setting": "street", "district": "315", "needs": "OST"})
    pages += twice(officer, "who", {"service": str(OST)})
    pages += twice(officer, "consent", yes(officer))
    pages += twice(officer, "person", ABOUT)

    about = "How can the service reach the person?"
    assert [heading(page) for page in pages] == [
        *[CHOICE, CHOICE],
        *["Read this aloud", "Read this aloud"],
        *[about, about],
        *[REVIEW, REVIEW],
    ]


def test_so_does_one_that_corrects_the_first(officer: FormFiller) -> None:
    officer.place()
    choice = officer.typed("/new/who")
    officer.post("/new/who", choice | {"service": str(OST)})

    page = officer.post("/new/who", choice | {"service": str(OST_OF_JIBAN)})

    assert heading(page) == "Read this aloud"
    assert officer.named == str(OST_OF_JIBAN)[-8:]


def test_a_second_press_for_a_childrens_service_shows_what_the_first_brought(officer: FormFiller) -> None:
    nobody_offers_it_to_a_child(officer)

    first, again = twice(officer, "who", {"instead": "for-a-child"})

    assert (again.status_code, heading(again), services_on(again)) == (200, CHOICE, services_on(first))
    assert len(services_on(again)) > 0
    assert re.search(r'value="CHILD"\s+checked', officer.get("/new/place").text)


def test_a_page_without_it_is_refused(officer: FormFiller, setu: ReferralService) -> None:
    officer.up_to_review()
    officer.basis.clear()

    page = officer.send()

    assert ((page.status_code, heading(page)), stored_by_sending(setu)) == (REFUSED, 0)


def test_a_choice_without_it_is_refused(officer: FormFiller, setu: ReferralService) -> None:
    officer.place("SHELTER")
    for said in ({"service": str(OST)}, {"instead": "unmet"}, {"go": "back"}):
        officer.basis.clear()

        page = officer.post("/new/who", said)

        assert ((page.status_code, heading(page)), stored_by_sending(setu)) == (REFUSED, 0), said
