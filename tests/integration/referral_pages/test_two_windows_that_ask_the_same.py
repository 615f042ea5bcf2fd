"""One form in two windows with a person before each, who want the same: what one person says is not the other's."""

import pytest

from referral_service.domain.consent.consent_texts import CURRENT_VERSION
from support.referral import OST, ReferralService
from support.referrals.form import FORM_COOKIE, FormFiller, heading, stored_by_sending

REFUSED = (409, "This form was changed after this page was shown")
REVIEW = "Check, then send"
SAID = {
    "place": {"setting": "street", "district": "315", "needs": ["OST"]},
    "who": {"service": str(OST)},
    "consent": {
        "version": CURRENT_VERSION,
        "named": str(OST)[-8:],
        "language": "bn",
        "interpreted": "no",
        "channel": "in_person",
        "answer": "yes",
        "another": "yes",
    },
    "person": {"name": "Canarina", "method": "none", "language": "bn", "age_band": "25-34"},
}
STEPS = list(SAID)
on_each_step = pytest.mark.parametrize("step", STEPS)
TYPED_AND_LEFT: list[dict[str, str]] = [{}, {"go": "back"}, {"go": "throw-away"}]


def answer(officer: FormFiller, steps: list[str]) -> None:
    """In a window that shows each page by itself."""
    for step in steps:
        officer.get(f"/new/{step}")
        officer.post(f"/new/{step}", SAID[step])


def shown_in_second_window(officer: FormFiller, step: str) -> dict[str, str]:
    """What the second window will send from this page, as it is shown now."""
    officer.get("/new")
    answer(officer, STEPS[: STEPS.index(step)])
    officer.get(f"/new/{step}")
    return officer.typed(f"/new/{step}", SAID[step])


@on_each_step
def test_the_second_window_does_not_go_on_with_what_was_said_in_the_first(
    officer: FormFiller, setu: ReferralService, step: str
) -> None:
    second_window = shown_in_second_window(officer, step)
    at = STEPS.index(step)
    # when the first window goes on by a step, and when it has answered all
    for steps in (STEPS[at : at + 1], STEPS[at + 1 :]):
        answer(officer, steps)
        before = officer.sealed_form()

        for more in TYPED_AND_LEFT:
            page = officer.post(f"/new/{step}", second_window | more)

            assert (page.status_code, heading(page)) == REFUSED, more
            assert "is not kept, and nothing was sent now" in page.text, more
            assert "Canarina" not in page.text, more
            assert (officer.sealed_form(), stored_by_sending(setu)) == (before, 0), more
    assert "Canarina" in officer.get("/new/review").text, "the first window goes on"
    assert heading(officer.send()) == "Sent"


@on_each_step
def test_nor_with_a_mistake_that_was_made_there(officer: FormFiller, step: str) -> None:
    second_window = shown_in_second_window(officer, step)
    officer.get(f"/new/{step}")
    officer.post(f"/new/{step}", {"language": "bn", "method": "carrier pigeon", "service": "x", "needs": "OST"})

    page = officer.post(f"/new/{step}", second_window)

    assert (page.status_code, heading(page)) == REFUSED


@pytest.mark.parametrize("asks", ["anew", "throw-away"])
@pytest.mark.parametrize("has_mark", [True, False])
def test_nothing_is_thrown_away_by_a_page_that_knows_less_than_is_kept(
    officer: FormFiller, asks: str, has_mark: bool
) -> None:
    answer(officer, STEPS[:1])
    officer.get(f"/new/{asks}")
    asked_before = officer.typed(f"/new/{asks}") if has_mark else {"basis": ""}
    answer(officer, STEPS[1:])
    before = officer.sealed_form()

    page = officer.post(f"/new/{asks}", asked_before)

    assert (page.status_code, heading(page)) == REFUSED
    assert "Nothing was thrown away." in page.text
    assert officer.sealed_form() == before
    assert "Canarina" in officer.get("/new/review").text


def test_what_is_asked_about_anew_is_thrown_away(officer: FormFiller) -> None:
    answer(officer, STEPS)

    pages = [officer.begin_anew()]
    answer(officer, STEPS)
    pages.append(officer.throw_away())

    assert heading(pages[0]) == "What help is wanted?"
    assert officer.client.get_cookie(FORM_COOKIE, path="/new") is None
