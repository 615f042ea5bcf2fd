"""The page frame in a real browser: nothing for axe to find, nothing too wide, useful without scripts."""

import gzip
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import UUID

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from support.fresh_databases import Urls
from support.web import TOKENS, a_principal
from support.web_samples import (
    NOW,
    Sample,
    a_row,
    samples,
)

CHROMIUM = os.environ.get("SETU_CHROMIUM", "/usr/bin/chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
LANGUAGES = ("en", "hi", "bn")


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def sample(fresh_database: Callable[[str], Urls]) -> Iterator[Sample]:
    with samples(fresh_database("kit").web) as running:
        yield running


def _context(chromium: Browser, sample: Sample, language: str = "en", **options: object) -> BrowserContext:
    context = chromium.new_context(**options)  # type: ignore[arg-type]  # given by keyword, one type each
    context.add_cookies(
        [
            {"name": "setu_session_8000", "value": sample.token, "url": sample.base},
            {"name": "setu_lang", "value": language, "url": sample.base},
        ]
    )
    context.set_default_timeout(10_000)
    return context


def _sign_in(context: BrowserContext, sample: Sample, token: str) -> None:
    context.add_cookies([{"name": "setu_session_8000", "value": token, "url": sample.base}])


def _open(page: Page, sample: Sample, path: str) -> Page:
    page.goto(sample.base + path)
    return page


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_and_nothing_is_wider_than_a_phone(
    chromium: Browser, sample: Sample, language: str, scheme: str
) -> None:
    context = _context(chromium, sample, language, viewport={"width": 360, "height": 740}, color_scheme=scheme)
    page = context.new_page()
    for path in ("/form?wrong=1", "/inbox", "/nothing", "/problems/stale"):
        _open(page, sample, path)
        report = Axe().run(page)
        assert report.violations_count == 0, report.generate_report()
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
        assert page.evaluate("document.documentElement.lang") == language
    context.close()


@pytest.mark.parametrize("width", [320, 360, 1280])
def test_the_menu_opens_inside_the_window(chromium: Browser, sample: Sample, width: int) -> None:
    context = _context(chromium, sample, "bn", viewport={"width": width, "height": 740})
    page = _open(context.new_page(), sample, "/inbox")
    page.locator("details.menu summary").click()

    box = page.locator(".menu-panel").bounding_box()
    context.close()

    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= width


def test_on_a_phone_the_menu_holds_the_links_and_their_counts_and_escape_closes_it(
    chromium: Browser, sample: Sample
) -> None:
    context = _context(chromium, sample, viewport={"width": 360, "height": 740})
    page = _open(context.new_page(), sample, "/inbox")
    summary, links = page.locator("details.menu summary"), page.locator(".menu-panel nav a")
    expect(page.locator("nav.places")).to_be_hidden()
    expect(summary).to_have_text(re.compile(r"99\+ new or waiting"))

    summary.click()

    expect(links.first).to_be_visible()
    expect(links.first).to_have_text(re.compile("3 "))
    assert min(link.bounding_box()["height"] for link in links.all()) >= 44  # type: ignore[index]  # it is on the page
    page.keyboard.press("Escape")
    expect(links.first).to_be_hidden()
    expect(summary).to_be_focused()
    context.close()


def test_every_target_is_large_enough_for_a_thumb(chromium: Browser, sample: Sample) -> None:
    context = _context(chromium, sample, viewport={"width": 360, "height": 740})
    page = _open(context.new_page(), sample, "/form")
    heights = page.eval_on_selector_all(
        "button:not(.link), .button, input:not([type=hidden], [type=radio], [type=checkbox]), select, .option",
        "nodes => nodes.filter(n => n.offsetParent).map(n => n.getBoundingClientRect().height)",
    )
    links = _open(page, sample, "/inbox").locator(".rows a:has(.reference)").all()
    heights += [link.bounding_box()["height"] for link in links]  # type: ignore[index]  # it is on the page
    context.close()

    assert len(links) > 1
    assert len(heights) > 15
    assert min(heights) >= 48


def test_the_error_summary_has_the_focus_and_leads_to_the_field(chromium: Browser, sample: Sample) -> None:
    context = _context(chromium, sample)
    page = _open(context.new_page(), sample, "/form?wrong=1")

    expect(page.locator(".error-summary")).to_be_focused()
    page.get_by_role("link", name="Enter ten digits").click()

    field = page.get_by_label("Phone number")
    assert page.evaluate("location.hash") == "#f-person-contact-value"
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_have_accessible_description(re.compile("Enter ten digits"))
    context.close()


def _answered(page: Page) -> None:
    """Wait until ten minutes of counting, asked in one moment, are answered: what a reader asks stands behind them."""
    page.evaluate("fetch(location.href).then(answer => answer.text())")


def test_a_page_that_nobody_touched_for_ten_minutes_is_covered_for_all_but_its_reader(
    chromium: Browser, sample: Sample
) -> None:
    context = _context(chromium, sample, viewport={"width": 360, "height": 740})
    page = context.new_page()
    page.clock.install()
    _open(page, sample, "/form")
    name = page.locator("[name='person.name']")
    page.clock.run_for(300_000)
    name.fill("Canarina")
    page.clock.run_for(590_000)
    expect(name).to_be_visible()

    page.clock.run_for(20_000)
    expect(page.get_by_role("heading", name="This page is locked")).to_be_visible()
    assert "Canarina" not in page.inner_text("body")
    assert page.locator("main:not(.locked), header, footer").evaluate_all("all => all.every(one => one.hidden)")
    assert (page.title(), Axe().run(page).violations_count) == ("This page is locked", 0)
    _answered(page)

    again = page.get_by_role("button", name="Show the page again")
    context.clear_cookies(name="setu_session_8000")
    again.click()
    expect(page.get_by_text("Sign in first, in a new window.")).to_be_visible()
    expect(name).to_be_hidden()
    _sign_in(context, sample, sample.token)
    again.click()
    expect(name).to_have_value("Canarina")
    expect(name).to_be_visible()

    page.clock.run_for(610_000)
    _answered(page)
    _sign_in(context, sample, TOKENS.mint(a_principal(role="case_worker", account=UUID(int=77), issued_at=NOW)))
    with page.expect_navigation():
        again.click()
    expect(name).to_have_value("")
    context.close()


def test_back_to_a_form_that_was_answered_with_errors_shows_it_and_asks_for_no_sending_again(
    chromium: Browser, sample: Sample
) -> None:
    context = _context(chromium, sample)
    page = _open(context.new_page(), sample, "/form")
    with page.expect_navigation():
        page.locator("main form button.main").first.click()
    _open(page, sample, "/inbox")

    answer = page.go_back()

    assert answer is not None
    assert (answer.request.method, page.url) == ("GET", f"{sample.base}/form")
    context.close()


def test_new_rows_are_announced_and_not_pushed_in(chromium: Browser, sample: Sample) -> None:
    context = _context(chromium, sample)
    page = context.new_page()
    page.clock.install()
    _open(page, sample, "/inbox")
    expect(page.locator("[data-row]")).to_have_count(3)

    with page.expect_response(lambda answer: answer.request.headers.get("x-setu-poll") == "1"):
        page.clock.run_for(10_500)
    sample.rows[:0] = [a_row(8, 10, "urgent", "red"), a_row(9, 10, "urgent", "red")]
    page.clock.run_for(10_500)

    button = page.get_by_role("link", name="2 new, show")
    expect(button).to_be_visible()
    expect(page.locator("[data-row]")).to_have_count(3)
    button.click()
    expect(page.locator("[data-row]")).to_have_count(5)
    context.close()


def test_a_list_that_did_not_change_is_answered_304(chromium: Browser, sample: Sample) -> None:
    context = _context(chromium, sample)
    page = context.new_page()
    page.clock.install()
    _open(page, sample, "/inbox")
    with page.expect_response("**/inbox") as first:
        page.clock.run_for(10_500)
    assert first.value.status == 200
    with page.expect_response("**/inbox") as second:
        page.clock.run_for(10_500)

    assert second.value.status == 304
    context.close()


def test_a_page_at_work_tells_the_other_service_who_is_at_work_once_a_minute(chromium: Browser, sample: Sample) -> None:
    context = _context(chromium, sample)
    page = context.new_page()
    with page.expect_response("**/used"):
        _open(page, sample, "/inbox")
    _open(page, sample, "/form")
    context.close()

    assert len(sample.told) == 1
    cookie, origin = sample.told[0]
    assert sample.token in cookie
    assert origin == sample.base


@pytest.mark.parametrize("by", ["keys", "button"])
def test_leaving_quickly_tells_the_directory_and_goes_elsewhere(chromium: Browser, sample: Sample, by: str) -> None:
    context = _context(chromium, sample)
    context.route("https://mausam.imd.gov.in/**", lambda route: route.fulfill(body="weather", content_type="text/html"))
    page = _open(context.new_page(), sample, "/form")

    if by == "keys":
        for _ in range(3):
            page.keyboard.press("Escape")
    else:
        page.get_by_role("button", name="Leave quickly").click()

    page.wait_for_url("https://mausam.imd.gov.in/")
    assert page.evaluate("document.referrer") in {"", sample.base + "/"}
    page.wait_for_function("() => true")
    assert sample.left == [sample.base]
    context.close()


def test_without_scripts_the_language_and_the_form_work_and_the_origin_is_told(
    chromium: Browser, sample: Sample
) -> None:
    context = _context(chromium, sample, java_script_enabled=False)
    page = _open(context.new_page(), sample, "/form")
    page.locator("summary").click()
    page.get_by_role("button", name="বাংলা").click()
    assert page.locator("html").get_attribute("lang") == "bn"

    with page.expect_response(lambda answer: answer.request.method == "POST") as sent:
        page.get_by_role("button", name="Continue").click()

    assert sent.value.status == 200
    assert sent.value.request.all_headers()["origin"] == sample.base
    context.close()


def test_the_policy_blocks_nothing_that_our_pages_need(chromium: Browser, sample: Sample) -> None:
    context = _context(chromium, sample)
    page = context.new_page()
    said: list[str] = []
    page.on("pageerror", lambda error: said.append(str(error)))
    for path in ("/form", "/inbox"):
        _open(page, sample, path)
    context.close()

    assert said == []


def test_the_menu_counts_on_its_own_port_and_on_another_ones(chromium: Browser, sample: Sample) -> None:
    context = _context(chromium, sample, "bn")
    page = context.new_page()
    page.clock.install()
    _open(page, sample, "/form")
    inbox, notices = (page.locator(f".places .badge[data-count$='{path}']") for path in ("/inbox/waiting", "/unread"))
    expect(inbox).to_have_text(re.compile("^৩ "))
    expect(notices).to_have_text(re.compile(r"^৯৯\+ "))

    sample.unread[0] = 0
    with page.expect_response(lambda answer: answer.url.endswith("/inbox/waiting")) as asked:
        page.clock.run_for(10_500)

    assert asked.value.status == 304
    expect(notices).to_be_hidden()
    context.close()


def test_the_first_load_leaves_room_for_the_page() -> None:
    static = Path(__file__).resolve().parents[3] / "libs/service_kit/web/html/static"
    packed = sum(len(gzip.compress(path.read_bytes())) for path in static.iterdir())

    assert packed < 12_000  # as they travel
