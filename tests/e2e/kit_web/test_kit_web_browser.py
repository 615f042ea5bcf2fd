"""The page frame in a real browser: nothing for axe to find, nothing too wide, useful without scripts."""

import gzip
import re
from pathlib import Path

from playwright.sync_api import Browser, expect

from support.pages.drawn_looks import drawn_screens, in_drawn_looks
from support.pages.looks import violations
from support.web_samples import (
    Sample,
    a_context,
    open_page,
)


@in_drawn_looks(("language", "scheme"), [("en", "light"), ("hi", "dark"), ("bn", "light")])
def test_axe_finds_nothing_and_nothing_is_wider_than_a_phone(
    chromium: Browser, sample: Sample, language: str, scheme: str
) -> None:
    context = a_context(chromium, sample, language, viewport={"width": 360, "height": 740}, color_scheme=scheme)
    page = context.new_page()
    for path in drawn_screens(("/form?wrong=1", "/inbox", "/nothing", "/problems/stale"), of="the kit"):
        open_page(page, sample, path)
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
        assert page.evaluate("document.documentElement.lang") == language
    context.close()


def test_axe_finds_the_texts_that_are_too_pale_on_their_ground_and_no_others(chromium: Browser) -> None:
    """The screens' tests let axe work out each colour once, and would be green if it took one for another."""
    page = chromium.new_page()
    page.set_content(
        """<p style="color: #767676">Just dark enough</p><p style="color: #777777">Too pale</p>
           <p style="color: rgba(0, 0, 0, .5)">Too thin</p><p style="color: rgba(0, 0, 0, .6)">Thick enough</p>
           <div style="background: #777777"><p style="color: #767676">As grey as its ground</p></div>"""
    )

    found = [violations(page, runOnly=["color-contrast"]) for _ in range(2)]
    page.close()

    assert [re.findall(">(.+?)</p>", one) for one in found[0]] == [
        ["Too pale"],
        ["Too thin"],
        ["As grey as its ground"],
    ]
    assert found[1] == found[0]


def test_the_menu_opens_inside_the_window_however_wide_it_is(chromium: Browser, sample: Sample) -> None:
    context = a_context(chromium, sample, "bn")
    page = context.new_page()
    for width in (320, 360, 1280):
        page.set_viewport_size({"width": width, "height": 740})
        open_page(page, sample, "/inbox")
        page.locator("details.menu summary").click()

        box = page.locator(".menu-panel").bounding_box()

        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
    context.close()


def test_on_a_phone_the_menu_holds_the_links_and_their_counts_and_escape_closes_it(
    chromium: Browser, sample: Sample
) -> None:
    context = a_context(chromium, sample, viewport={"width": 360, "height": 740})
    page = open_page(context.new_page(), sample, "/inbox")
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
    for width in (320, 345, 640):
        page.set_viewport_size({"width": width, "height": 740})
        find = "all => all.map(e => e.getBoundingClientRect().y)"
        tops = page.locator(".bar > .mark, .leave button").evaluate_all(find)
        assert abs(tops[0] - tops[1]) < 10, f"leaving quickly wraps at {width} px"
        expect(page.locator("nav.places")).to_be_hidden()
    context.close()


def test_every_target_is_large_enough_for_a_thumb_and_the_policy_blocks_nothing_that_our_pages_need(
    chromium: Browser, sample: Sample
) -> None:
    context = a_context(chromium, sample, viewport={"width": 360, "height": 740})
    page = context.new_page()
    said: list[str] = []
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("console", lambda message: said.append(message.text) if "Content Security Policy" in message.text else None)
    open_page(page, sample, "/form")
    heights = page.eval_on_selector_all(
        "button:not(.link), .button, input:not([type=hidden], [type=radio], [type=checkbox]), select, .option",
        "nodes => nodes.filter(n => n.offsetParent).map(n => n.getBoundingClientRect().height)",
    )
    links = open_page(page, sample, "/inbox").locator(".rows a:has(.reference)").all()
    heights += [link.bounding_box()["height"] for link in links]  # type: ignore[index]  # it is on the page
    context.close()

    assert len(links) > 1
    assert len(heights) > 15
    assert min(heights) >= 48
    assert said == []


def test_the_error_summary_has_the_focus_and_leads_to_the_field(chromium: Browser, sample: Sample) -> None:
    context = a_context(chromium, sample)
    page = open_page(context.new_page(), sample, "/form?wrong=1")

    expect(page.locator(".error-summary")).to_be_focused()
    page.get_by_role("link", name="Enter ten digits").click()

    field = page.get_by_label("Phone number")
    expect(page).to_have_url(re.compile("#f-person-contact-value$"))
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_have_accessible_description(re.compile("Enter ten digits"))
    context.close()


def test_without_scripts_the_language_and_the_form_work_and_the_origin_is_told(
    chromium: Browser, sample: Sample
) -> None:
    context = a_context(chromium, sample, java_script_enabled=False)
    page = open_page(context.new_page(), sample, "/form")
    page.locator("summary").click()
    with page.expect_navigation():
        page.get_by_role("button", name="বাংলা").click()
    assert page.locator("html").get_attribute("lang") == "bn"

    with page.expect_response(lambda answer: answer.request.method == "POST") as sent:
        page.get_by_role("button", name="Continue").click()

    assert sent.value.status == 200
    assert sent.value.request.all_headers()["origin"] == sample.base
    context.close()


def test_the_first_load_leaves_room_for_the_page() -> None:
    static = Path(__file__).resolve().parents[3] / "libs/service_kit/web/html/static"
    packed = sum(len(gzip.compress(path.read_bytes())) for path in static.iterdir())

    assert packed < 12_000  # as they travel
