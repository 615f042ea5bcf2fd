"""A person looks for help, on a phone without JavaScript, by keyboard, in three languages, and on paper."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page

PATHS = ("/", "/?district=79", "/?place=nowhere", "/services/21204aa5-1387-5e70-92a3-91f6fc0deb3d")
TOO_WIDE = """() => [...document.querySelectorAll('body *')]
    .filter(each => each.getBoundingClientRect().right > innerWidth + 1 && !each.closest('.unseen'))
    .map(each => each.outerHTML.slice(0, 90))"""
LONGEST = "महिलाओं और उनके बच्चों के लिए ठहरने की जगह"


def in_language(context: BrowserContext, language: str, address: str) -> Page:
    context.add_cookies([{"name": "setu_lang", "value": language, "url": address}])
    return context.new_page()


def test_two_taps_from_the_front_page_to_a_phone_number(phone: BrowserContext) -> None:
    page = phone.new_page()
    page.goto("/")

    page.fill("#f-place", "Kolkata")
    page.click("button[value=OST]")

    assert page.url.endswith("/")
    assert page.locator("h1").inner_text() == "Help in Kolkata"
    numbers = page.locator("a.call")
    assert numbers.count() == 2
    assert (numbers.first.get_attribute("href") or "").startswith("tel:+91")
    page.locator("summary", has_text="More about this service").first.click()
    assert page.get_by_text("Treatment and company in a place where only women come.").is_visible()


def test_reading_on_does_not_leave_the_results(desktop: BrowserContext) -> None:
    page = desktop.new_page()
    page.goto("/")
    page.click("button[value=SHELTER]")

    with desktop.expect_page() as opened:
        page.locator(".results h3 a").first.click()

    assert "/services/" in opened.value.url
    assert page.locator(".results li").count() >= 3


def test_by_keyboard_alone(desktop: BrowserContext) -> None:
    page = desktop.new_page()
    page.goto("/")
    page.focus("#f-place")
    page.keyboard.type("Raipur")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    page.get_by_role("heading", level=1, name="Help in Raipur").wait_for()
    assert page.locator("#f-open-now").is_checked()
    assert page.locator("#f-need").input_value() == "OST"


@pytest.mark.parametrize("language", ["en", "hi", "bn"])
def test_nothing_for_axe_to_find_and_nothing_sticks_out(desktop: BrowserContext, address: str, language: str) -> None:
    page = in_language(desktop, language, address)
    for width in (360, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        for path in PATHS:
            page.goto(path)
            found = Axe().run(page)
            wide = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
            assert (found.violations_count, wide) == (0, False), (path, width, found.generate_report())


def test_the_largest_text_still_fits_a_phone(desktop: BrowserContext, address: str) -> None:
    page = in_language(desktop, "hi", address)
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto("/?district=79")
    page.evaluate("document.documentElement.style.fontSize = '36px'")

    assert page.get_by_text(LONGEST).first.is_visible()
    too_wide = page.evaluate(TOO_WIDE)
    assert too_wide == []


def test_a_first_visit_is_light(desktop: BrowserContext) -> None:
    page = desktop.new_page()
    sizes: list[int] = []
    page.on("response", lambda answer: sizes.append(len(answer.body())))

    page.goto("/", wait_until="networkidle")

    assert sum(sizes) < 120_000  # before compression, which a gateway adds
    assert all(answer for answer in sizes)


def test_on_paper_the_numbers_and_hours_stand_and_the_forms_are_gone(desktop: BrowserContext) -> None:
    page = desktop.new_page()
    page.goto("/?district=315")
    page.emulate_media(media="print")

    assert page.locator("a.call").first.is_visible()
    assert page.locator("table.week").first.is_visible()
    assert not page.locator("form.find").is_visible()
    assert not page.get_by_text("Open now, until").first.is_visible()
