"""An officer refers a person: on a 360 px phone, with keys alone, without JavaScript, in three languages."""

import re

from playwright.sync_api import Page, expect

from support.kit.browser_clock import stop_the_clock
from support.pages.drawn_looks import in_drawn_looks
from support.referrals.browsers import Desk
from support.referrals.posted_steps import open_step
from support.referrals.tour import (
    go_on,
    pick,
    send_one,
)


def focus(page: Page, selector: str, most: int = 90) -> None:
    """Press Tab until the wanted element has the focus, as somebody without a mouse would."""
    for _ in range(most):
        if page.evaluate("wanted => document.activeElement.matches(wanted)", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{selector} was not reached by keyboard")


def choose(page: Page, name: str, value: str) -> None:
    """Reach a group of radios with Tab and walk to the wanted one with the arrow keys."""
    focus(page, f"[name={name}]")
    if not page.evaluate("() => document.activeElement.checked"):
        page.keyboard.press("Space")
    for _ in range(12):
        if page.evaluate("wanted => document.activeElement.value === wanted", value):
            return
        page.keyboard.press("ArrowDown")
    raise AssertionError(f"{name}={value} was not reached by keyboard")


def tick(page: Page, name: str, value: str) -> None:
    focus(page, f"[name={name}][value={value}]")
    page.keyboard.press("Space")


def type_into(page: Page, name: str, text: str) -> None:
    focus(page, f"[name={name}]")
    page.keyboard.type(text)


def press(page: Page, selector: str) -> None:
    focus(page, selector)
    with page.expect_navigation():
        page.keyboard.press("Enter")


@in_drawn_looks("language", ["en", "hi", "bn"])
def test_the_whole_form_by_keyboard_alone_without_javascript(desk: Desk, language: str) -> None:
    page = desk.officer(language, java_script_enabled=False)
    page.goto("/")
    press(page, "a.button.main")

    choose(page, "setting", "station")
    tick(page, "needs", "OST")
    tick(page, "needs", "COUNS")
    press(page, "#step button.main")

    press(page, "button[name=service]")

    assert page.locator(f".read[lang={language}]").first.is_visible()
    choose(page, "answer", "yes")
    choose(page, "another", "yes")
    press(page, "#step button.main")

    type_into(page, "name", "আশা Devi")
    choose(page, "method", "phone")
    type_into(page, "number", "9876543210")
    choose(page, "age_band", "25-34")
    press(page, "#step button.main")

    assert "+91 98765 43210" in page.content()
    press(page, "#step button.main")

    assert page.locator(".card-sheet svg.qr").is_visible()
    paper = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", paper)) == 1, "the card is one side of A6"
    assert page.locator("html").get_attribute("lang") == language
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth"), "no sideways scrolling at 360 px"
    assert re.search(r":\d+/new/[0-9a-f]{16}/done$", page.url), "nothing about the person or the need in an address"
    shown = page.locator("main").inner_text()
    page.reload()
    assert page.locator("main").inner_text() == shown
    assert (
        page.request.get(page.url.replace("/done", "/card.svg")).headers["content-disposition"]
        == 'attachment; filename="card.svg"'
    )


def looks_of_the_answers(page: Page) -> list[object]:
    """Size, place and colours of each answer to the consent."""
    looks: list[object] = page.eval_on_selector_all(
        ".option:has([name=answer])",
        """options => options.map(option => {
             const box = option.getBoundingClientRect(), style = getComputedStyle(option);
             return [Math.round(box.width), Math.round(box.height), Math.round(box.left), style.color,
                     style.backgroundColor, style.borderColor, option.querySelector('input').checked];
           })""",
    )
    return looks


def test_a_practised_officer_needs_at_most_fourteen_taps_and_is_led_to_no_answer(desk: Desk) -> None:
    page = desk.officer()
    page.goto("/")
    taps = 0

    def tap(selector: str) -> None:
        nonlocal taps
        taps += 1
        page.locator(selector).first.click()

    def tap_on(selector: str) -> None:
        with page.expect_navigation():
            tap(selector)

    def tap_choice(name: str, value: str) -> None:
        tap(f".option:has([name={name}][value='{value}']) label")

    tap_on("a.button.main")
    tap_choice("setting", "street")
    tap_choice("needs", "OST")
    tap_on("#step button.main")
    tap_on("button[name=service]")
    looks = looks_of_the_answers(page)
    assert len(looks) == 3
    assert looks[0] == looks[1] == looks[2], "no answer is larger, nearer or brighter than the others"
    tap_choice("answer", "yes")
    tap_choice("another", "yes")
    tap_on("#step button.main")
    tap_choice("method", "phone")
    tap("[name=number]")
    page.keyboard.type("9876543210")
    tap_choice("age_band", "35-44")
    tap_on("#step button.main")
    tap_on("#step button.main")
    assert page.locator(".card-sheet").is_visible()
    assert taps <= 14


def test_going_back_and_an_error_lose_nothing_that_was_typed(desk: Desk) -> None:
    page = desk.officer()
    page.goto("/new")
    pick(page, "setting", "court")
    pick(page, "needs", "LEGAL")
    go_on(page)
    with page.expect_navigation():
        page.locator("button[name=service]").first.click()
    pick(page, "answer", "yes")
    pick(page, "another", "no")
    go_on(page)

    page.locator("[name=name]").fill("Asha 7")
    go_on(page)
    summary = page.locator(".error-summary")
    assert summary.is_visible()
    expect(summary).to_be_focused()
    assert page.locator("[name=name]").input_value() == "Asha 7"
    summary.locator("a").first.click()
    expect(page.locator("[name=name]")).to_be_focused()

    with page.expect_navigation():
        page.locator("button[value=back]").click()
    assert page.locator("[name=another][value=no]").is_checked()
    go_on(page)
    assert page.locator("[name=name]").input_value() == "Asha 7"

    page.go_back()
    page.go_back()
    assert page.locator("h1").is_visible()
    page.goto(f"{page.url.rsplit('/', 1)[0]}/place")
    assert page.locator("[name=needs][value=LEGAL]").is_checked()


@in_drawn_looks("script", [True, False])
def test_another_language_in_the_middle_keeps_every_letter(desk: Desk, script: bool) -> None:
    page = desk.officer(java_script_enabled=script)
    open_step(page, "person")
    page.locator("[name=name]").fill("Asha")
    pick(page, "method", "phone")
    page.locator("[name=number]").fill("98")

    with page.expect_navigation():
        page.locator(".languages button[lang=bn]").click()

    assert page.locator("html").get_attribute("lang") == "bn"
    assert page.locator("[name=name]").input_value() == "Asha"
    assert page.locator("[name=number]").input_value() == "98"


def test_throwing_away_is_far_from_going_on_and_is_asked_once_more_and_enter_goes_on(desk: Desk) -> None:
    page = desk.officer()
    open_step(page, "person")
    page.locator("[name=name]").fill("Asha")
    go_on_box = page.locator("#step button.main").bounding_box()
    away = page.locator("button[value=throw-away]")
    away_box = away.bounding_box()
    assert go_on_box is not None
    assert away_box is not None
    assert away_box["y"] - go_on_box["y"] - go_on_box["height"] >= 96

    with page.expect_navigation():
        away.click()
    with page.expect_navigation():
        page.locator("main a.main").click()

    assert page.locator("[name=name]").input_value() == "Asha"

    # Enter in a field goes on, and never back, away or to another language
    pick(page, "method", "phone")
    pick(page, "age_band", "25-34")
    page.locator("[name=number]").fill("98765 43210")
    with page.expect_navigation():
        page.locator("[name=number]").press("Enter")
    assert page.url.endswith("/review")
    assert page.locator("html").get_attribute("lang") == "en"


def test_the_card_is_saved_as_a_picture_and_once_it_is_over_a_page_from_the_browsers_memory_is_asked_for_anew(
    desk: Desk,
) -> None:
    page = desk.officer()
    send_one(page)

    with page.expect_download() as saved:
        page.locator("[data-picture]").click()

    assert saved.value.suggested_filename == "card.png"
    assert saved.value.path().read_bytes().startswith(b"\x89PNG")
    assert page.locator("[data-print]").is_visible()

    page.context.clear_cookies(name=re.compile("card"))  # as signing out takes it along, and ten minutes
    with page.expect_navigation():
        page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))")
    assert page.locator("h1").inner_text() == "The form was put away"
    assert page.locator(".card-sheet").count() == 0


def test_a_page_that_stays_open_shows_the_code_for_ten_minutes_and_no_longer(desk: Desk) -> None:
    page = desk.officer()
    stop_the_clock(page)
    send_one(page)
    code = page.locator(".card-code .reference")
    page.clock.run_for(300_000)
    page.mouse.move(5, 5)
    page.clock.run_for(285_000)
    expect(code).to_be_visible()

    page.clock.run_for(20_000)

    expect(page.get_by_text("The card is not shown any more.")).to_be_visible()
    assert (code.count(), page.locator("[data-picture]").count()) == (0, 0)


def test_the_card_at_twice_the_text_size_is_read_without_scrolling_sideways(desk: Desk) -> None:
    page = desk.officer("hi", bypass_csp=True)
    send_one(page)
    page.add_style_tag(content="html { font-size: 225% !important }")
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
