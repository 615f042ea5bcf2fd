"""The page behind the card on a small phone: five big answers, in three languages, without JavaScript, by keyboard."""

from collections.abc import Iterator

from playwright.sync_api import Page

from referral_service.outside import codes
from service_kit.ids import SystemIds
from support.pages import looks
from support.pages.drawn_looks import drawn_screens, in_drawn_looks
from support.referrals.browsers import Desk
from support.referrals.tour import press

COMES_FROM_MEMORY = (
    "dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))"  # which tests' browsers lack
)
SMALLEST = {"width": 320, "height": 640}  # WCAG 2.2, 1.4.10


def faults(page: Page, screen: str) -> Iterator[str]:
    """What is wrong with this page for somebody with a reader, a thumb or large text."""
    yield from looks.faults(page, f"person's page, {screen}")
    for button in page.locator("main button:visible:not(.unseen)").all():
        box = button.bounding_box()
        if box is None or box["height"] < 48:
            yield f"{button.inner_text()} is smaller than a thumb"


@in_drawn_looks("language", ["en", "hi", "bn"])
def test_five_big_answers_without_javascript_and_the_same_calm_page_after_each(desk: Desk, language: str) -> None:
    code = codes.new_card_code(SystemIds())
    page = desk.page(None, language, viewport=SMALLEST)
    page.goto(f"/withdraw#{code}")
    assert page.locator("[name=code]").input_value() == code
    assert page.url.endswith("/withdraw"), "the code is out of the address"
    found = {f"asking: {fault}" for fault in faults(page, "asking")}
    answers = page.locator("button.answer").all_inner_texts()
    assert [page.get_by_role("button", name=name, exact=True).count() for name in answers] == [1] * 5
    plain = desk.page(None, language, java_script_enabled=False, viewport=SMALLEST)
    for name in drawn_screens(answers, of="answers of a person"):
        plain.goto("/withdraw")
        plain.locator("[name=code]").fill(code)
        with plain.expect_navigation():
            plain.get_by_role("button", name=name, exact=True).click()
        assert plain.url.endswith("/withdraw/heard")
        assert code not in plain.content()
    page.goto("/withdraw/heard")
    found |= {f"heard: {fault}" for fault in faults(page, "heard")}
    assert found == set()


def test_enter_in_the_field_takes_nothing_back_and_says_what_to_do(desk: Desk) -> None:
    code = codes.new_card_code(SystemIds())
    page = desk.page(None, viewport=SMALLEST)
    page.goto(f"/withdraw#{code}")
    page.locator("[name=code]").focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.locator(".error-summary").inner_text().count("Press one of the answers.") == 1
    assert page.locator("[name=code]").input_value() == code
    assert list(faults(page, "an answer is missing")) == []
    press(page, "button.main")
    assert page.url.endswith("/withdraw/done"), "taking consent back is one press on the same page"


def test_the_code_is_in_no_link_goes_along_with_a_case_worker_and_back_brings_none_from_the_browsers_memory(
    desk: Desk,
) -> None:
    code = codes.new_card_code(SystemIds())
    anybody, worker = desk.page(None), desk.case_worker()
    for page in (anybody, worker):
        page.goto(f"/withdraw#{code}")
        assert page.locator("[name=code]").input_value() == code
        assert page.evaluate("[...document.links].filter(link => link.hash.length > 9).length") == 0
    way = "For services: someone is here with this card"
    assert code not in str(anybody.get_by_role("link", name=way).get_attribute("href"))  # it leads to the sign-in
    with worker.expect_navigation():
        worker.get_by_role("button", name=way).click()
    assert code not in worker.evaluate("location.href + JSON.stringify(history.state)")
    assert worker.url.endswith("/with-card")
    assert worker.locator("[name=code]").input_value() == code

    for page, scanned in ((anybody, f"#{code}"), (anybody, ""), (worker, f"#{code}")):
        page.goto("/privacy")  # or the page would only go to another place of itself
        page.goto(f"/withdraw{scanned}")
        page.locator("[name=code]").fill(code)
        page.evaluate(COMES_FROM_MEMORY)
        assert page.locator("[name=code]").input_value() == ""
        assert page.locator(f"a[href$='#{code}']").count() == 0
