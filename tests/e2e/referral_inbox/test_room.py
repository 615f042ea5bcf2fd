"""The inbox with more than a page of open work: panes, narrow screens, large text, and what arrives meanwhile."""

import re

from playwright.sync_api import Page, expect

from support.kit.browser_clock import let_it_ask_again, stop_the_clock
from support.pages.drawn_looks import drawn_screens, in_drawn_looks
from support.pages.looks import violations
from support.referrals import running_service as world
from support.referrals.browsers import Desk

LAPTOP = {"width": 1366, "height": 768}


def accepted(desk: Desk) -> Page:
    """The page of a referral that is accepted, on a laptop."""
    page = desk.case_worker(java_script_enabled=False, viewport=LAPTOP)
    page.goto("/inbox?show=waiting")
    for name in (re.compile("^Accept R-"), "Accept"):
        with page.expect_navigation():
            page.get_by_role("button", name=name, exact=True).first.click()
    return page


def test_each_pane_scrolls_by_itself_on_a_laptop(desk: Desk) -> None:
    page = accepted(desk)
    story = page.locator("article")
    for text in ("Put on hold", "Complete", "The person takes the consent back", "History"):
        story.get_by_text(text, exact=True).first.scroll_into_view_if_needed()
        box = story.get_by_text(text, exact=True).first.bounding_box()
        assert box is not None
        assert 0 <= box["y"] <= LAPTOP["height"]
    assert page.evaluate("scrollY") == 0
    assert page.locator(".pane-list").evaluate("pane => pane.scrollTop") == 0
    assert story.evaluate("pane => pane.scrollTop") > 0


def fits_also_with_large_text(page: Page) -> bool:
    """Whether nothing is wider than a phone, at the usual size of text and at twice of it."""
    return all(
        page.evaluate(
            "size => { const root = document.documentElement; root.style.fontSize = size; return root.scrollWidth; }",
            size,
        )
        <= 360
        for size in ("112.5%", "225%")
    )


@in_drawn_looks("language", ["en", "hi", "bn"])
def test_nothing_sticks_out_on_a_phone_also_with_large_text(desk: Desk, language: str) -> None:
    page = desk.case_worker(language)
    for path in ("/inbox?show=ended", "/inbox"):
        page.goto(path)
        assert fits_also_with_large_text(page), path
    with page.expect_navigation():
        page.locator("a.task").first.click()
    assert fits_also_with_large_text(page)


def test_a_routine_arrival_is_announced_though_it_stands_on_another_page(desk: Desk, live: world.LiveReferral) -> None:
    page = desk.case_worker(viewport=LAPTOP)
    stop_the_clock(page)
    page.goto("/inbox")
    rows = page.locator("[data-row]").count()
    let_it_ask_again(page)
    live.send(1, "COUNS")
    let_it_ask_again(page)
    button = page.get_by_role("link", name="1 new, show")
    expect(button).to_be_visible()
    assert page.locator("[data-row]").count() == rows
    expect(page.locator(".places .badge").first).to_contain_text(re.compile(r"\d+\s*waiting for an answer"))
    with page.expect_navigation():
        button.click()
    arrived = page.get_by_role("region", name="New since you looked")
    expect(arrived.locator("[data-row]")).to_have_count(1)
    expect(arrived).to_contain_text("Someone to talk to")
    expect(page.locator(f"#{arrived.locator('[data-row]').get_attribute('id')}")).to_have_count(1)


def test_the_selected_row_is_one_and_looks_unlike_the_opened_one_and_keys_act_on_it(desk: Desk) -> None:
    page = desk.case_worker(viewport=LAPTOP)
    stop_the_clock(page)
    page.goto("/inbox?show=waiting")
    with page.expect_navigation():
        page.locator("a.task").nth(1).click()
    ground = "row => getComputedStyle(row).backgroundColor"
    opened, following = page.locator(".tasks > li.here"), page.locator(".tasks > li.here + li")
    looked_selected = opened.evaluate(ground)
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.closest('li').dataset.row") == following.get_attribute("data-row")
    assert following.evaluate(ground) == looked_selected
    assert opened.evaluate(ground) != looked_selected
    page.keyboard.press("a")
    expect(following).to_have_class(re.compile("pending"))
    page.keyboard.press("k")
    page.keyboard.press("a")
    expect(page.locator("#key-said")).to_have_text("This one cannot be accepted now.")
    page.keyboard.press("u")


def test_the_list_of_keys_moves_nothing_and_the_keys_go_on_from_the_last_row_where_more_come_below(desk: Desk) -> None:
    page = desk.case_worker(viewport=LAPTOP)
    page.goto("/inbox")
    page.keyboard.press("j")
    page.keyboard.press("?")
    expect(page.locator("#keys ul")).to_be_in_viewport()
    assert page.locator(".pane").first.evaluate("pane => pane.scrollTop") == 0
    page.keyboard.press("?")
    expect(page.locator("#keys ul")).to_be_hidden()
    assert page.evaluate("document.activeElement.className") == "task", "it closes to where one was"

    last = page.locator("[data-row]").last.get_attribute("data-row")
    with page.expect_navigation():
        page.get_by_role("link", name="Show more").click()
    assert page.locator("[data-row]").nth(24).get_attribute("data-row") == last
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.closest('li').dataset.row") == (
        page.locator("[data-row]").nth(25).get_attribute("data-row")
    )


@in_drawn_looks(("scheme", "undone"), [(scheme, undone) for scheme in ("light", "dark") for undone in (False, True)])
def test_axe_finds_nothing_while_an_answer_waits_and_after_it_was_undone(desk: Desk, scheme: str, undone: bool) -> None:
    page = desk.case_worker(viewport=LAPTOP, color_scheme=scheme)
    stop_the_clock(page)
    page.goto("/inbox?show=waiting")
    page.keyboard.press("j")
    page.keyboard.press("a")
    page.get_by_role("button", name="Undo").focus()  # its wait stands still
    page.clock.resume()  # axe waits, too
    if undone:
        page.keyboard.press("u")
    assert violations(page) == []


def test_axe_finds_nothing_beside_an_open_identity_and_its_mistakes(desk: Desk) -> None:
    page = desk.page(world.a_person("case_worker", world.SAHAYA, "provider"), viewport=LAPTOP)
    page.goto(f"/inbox/{desk.live.moved('accept')['id']}")
    with page.expect_navigation():
        page.locator("a[rel=nofollow]").click()
    assert page.url.endswith("#person")
    with page.expect_navigation():
        page.get_by_role("button", name="Record it").click()
    expect(page.locator(".error-summary")).to_be_focused()
    assert page.evaluate("scrollY") == 0, "the panes scroll, the page does not"
    assert violations(page) == []


def test_axe_finds_nothing_on_the_managers_pages(desk: Desk, live: world.LiveReferral) -> None:
    referral = live.moved("open")["id"]
    page = desk.page(world.a_person("provider_manager", world.SAHAYA, "provider"))
    for path in drawn_screens(("/overdue", f"/overdue/{referral}"), of="overdue"):
        page.goto(path)
        assert page.locator("h1").is_visible()
        assert violations(page) == []
