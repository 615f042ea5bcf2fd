"""An answer waits eight seconds before it is written, on its page and for its session alone."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import request, request_finished
from playwright.sync_api import Page, expect

from support.kit.browser_clock import let_eight_seconds_pass, let_it_ask_again, stop_the_clock
from support.pages.drawn_looks import in_drawn_looks
from support.referrals import running_service as world
from support.referrals.browsers import (
    DESK,
    Desk,
)

SAID = "#undo-said"
LINES = "#undo p:not(.key-said)"
UNDO_AND_ACCEPT = """() => {
    document.querySelector("#undo p button").click();
    document.activeElement.dispatchEvent(new KeyboardEvent("keydown", {key: "a", bubbles: true}));
}"""


@pytest.fixture
def inbox(desk: Desk) -> Page:
    """A case worker's inbox with a clock that the test moves."""
    page = desk.case_worker(viewport=DESK)
    stop_the_clock(page)
    page.goto("/inbox?show=waiting")
    return page


def selected(page: Page) -> str:
    """The id of the row that has the focus."""
    return str(page.evaluate("document.activeElement.closest('li[data-row]')?.dataset.row"))


def status(page: Page, referral: str) -> str:
    """What the service has written of it."""
    return page.request.get(f"/inbox/{referral}").text().split("article")[1].split('class="tag')[1].split("</span>")[1]


@contextmanager
def answered(desk: Desk, path: str) -> Iterator[None]:
    """Within the block the service gets such a request, and has answered it at its end: no page is left to see it."""
    came = threading.Event()

    def look(_sender: Any, **_: Any) -> None:
        if request.path == path:
            came.set()

    with request_finished.connected_to(look, desk.live.app):
        yield
        assert came.wait(60)


def test_without_a_selected_row_a_key_says_so_and_with_one_it_is_written_after_eight_seconds(inbox: Page) -> None:
    for key in ("a", "d"):
        inbox.keyboard.press(key)
        said = inbox.locator("#key-said")
        expect(said).to_contain_text("Choose a referral first")
        box = said.bounding_box()
        assert box is not None
        assert box["height"] > 20
    inbox.clock.run_for(10_000)
    assert inbox.locator(LINES).count() == 0
    assert inbox.url.endswith("/inbox?show=waiting")

    # when one is selected, the next one is selected at once, and the answer is not yet written
    inbox.keyboard.press("j")
    first = selected(inbox)
    inbox.keyboard.press("a")
    assert selected(inbox) == inbox.locator("li[data-row]").nth(1).get_attribute("data-row")
    expect(inbox.locator(LINES)).to_contain_text("Accepting R-")
    inbox.clock.run_for(7_000)
    assert "New" in status(inbox, first)
    with inbox.expect_response(lambda answer: answer.url.endswith(f"/inbox/{first}")):
        inbox.clock.run_for(2_000)
    expect(inbox.locator(f"[data-row='{first}']")).to_contain_text("is accepted")
    assert "Accepted" in status(inbox, first)
    assert inbox.locator(LINES).count() == 0


def test_what_is_undone_by_key_or_under_the_pointer_is_not_written_and_what_comes_after_it_is(inbox: Page) -> None:
    # one of two, by key
    inbox.keyboard.press("j")
    first = selected(inbox)
    inbox.keyboard.press("a")
    second = selected(inbox)
    inbox.keyboard.press("a")
    expect(inbox.locator(LINES)).to_have_count(1)
    expect(inbox.locator(LINES)).to_contain_text("and 1 more")
    inbox.keyboard.press("u")
    inbox.clock.run_for(100)  # a reader is told a moment later
    expect(inbox.locator(SAID)).to_contain_text("was not changed")
    assert selected(inbox) == second
    with inbox.expect_response(lambda answer: answer.url.endswith(f"/inbox/{first}")):
        inbox.clock.run_for(9_000)
    assert "Accepted" in status(inbox, first)
    assert "New" in status(inbox, second)

    # an answer after the line went from under the pointer
    inbox.keyboard.press("a")
    inbox.locator(LINES).hover()
    inbox.evaluate(UNDO_AND_ACCEPT)  # before the browser can tell that the pointer has left
    expect(inbox.locator(LINES)).to_have_count(1)
    with inbox.expect_response(lambda answer: answer.url.endswith(f"/inbox/{second}")):
        inbox.clock.run_for(9_000)
    assert "Accepted" in status(inbox, second)

    # while the focus is on it the wait stands still
    button = inbox.get_by_role("button", name="Accept").first
    button.click()
    undo = inbox.get_by_role("button", name="Undo")
    undo.focus()
    inbox.clock.run_for(60_000)
    undo.press("Enter")
    expect(inbox.locator(LINES)).to_have_count(0)
    expect(button).to_be_visible()


def test_whoever_looks_at_it_goes_elsewhere_or_closes_the_tab_has_answered(inbox: Page, desk: Desk) -> None:
    # who looks at it, and sees so
    inbox.keyboard.press("j")
    looked_at = selected(inbox)
    inbox.keyboard.press("a")
    inbox.keyboard.press("k")
    inbox.keyboard.press("o")
    inbox.wait_for_url(f"**/inbox/{looked_at}?show=waiting")
    expect(inbox.locator("article .tag").first).to_contain_text("Accepted")
    assert inbox.locator(LINES).count() == 0

    # who goes elsewhere
    inbox.goto("/inbox?show=waiting")
    inbox.keyboard.press("j")
    first = selected(inbox)
    inbox.keyboard.press("a")
    second = selected(inbox)
    with answered(desk, f"/inbox/{first}/accept"):
        inbox.goto("/with-card")

    # who closes the tab
    inbox.goto("/inbox?show=waiting")
    inbox.locator(f"[data-row='{second}'] button").click()
    expect(inbox.locator(LINES)).to_contain_text("Accepting")
    with answered(desk, f"/inbox/{second}/accept"):
        inbox.close()
    other = desk.case_worker()
    assert "Accepted" in status(other, first)
    assert "Accepted" in status(other, second)


@in_drawn_looks("way", ["sign out", "leave quickly"])
def test_whoever_ends_the_session_has_written_nothing_and_alone_is_told(inbox: Page, desk: Desk, way: str) -> None:
    inbox.keyboard.press("j")
    first = selected(inbox)
    inbox.keyboard.press("a")
    inbox.route(lambda address: "127.0.0.1" not in address or "/leave" in address, lambda route: route.fulfill(body=""))
    inbox.route("**/sign-out", lambda route: route.fulfill(body="signed out"))
    with inbox.expect_navigation():
        if way == "sign out":
            inbox.locator("details.menu summary").click()
            inbox.get_by_role("button", name="Sign out").click()
        else:
            for _ in range(3):
                inbox.keyboard.press("Escape")
    inbox.goto("/inbox?show=waiting")
    expect(inbox.locator(LINES)).to_contain_text("because you signed out")
    inbox.clock.run_for(10_000)
    assert "New" in status(inbox, first)
    inbox.reload()
    assert inbox.locator(LINES).count() == 0


def test_what_changed_meanwhile_is_not_written_over_and_nothing_is_for_who_signed_in_since(
    inbox: Page, desk: Desk
) -> None:
    # it changed
    inbox.keyboard.press("j")
    first = selected(inbox)
    inbox.keyboard.press("a")
    other = desk.case_worker(java_script_enabled=False)
    other.goto(f"/inbox/{first}")
    with other.expect_navigation():
        other.get_by_role("button", name="The person said no").click()
    with inbox.expect_response(lambda answer: answer.url.endswith("/accept")):
        inbox.clock.run_for(9_000)
    expect(inbox.locator(LINES)).to_contain_text("look at it again")
    assert "Accepted" not in status(inbox, first)

    # somebody else signed in
    inbox.goto("/inbox?show=waiting")
    inbox.keyboard.press("j")
    first = selected(inbox)
    inbox.keyboard.press("a")
    desk.sign_in(inbox, world.a_person("case_worker", world.SAHAYA, "provider"))
    with inbox.expect_response(lambda answer: answer.url.endswith("/accept")) as refused:
        inbox.clock.run_for(9_000)
    assert refused.value.status == 409
    expect(inbox.locator(LINES)).to_contain_text("look at it again")
    assert "New" in status(inbox, first)


def test_a_decline_waits_too_and_one_without_a_reason_is_asked_for_it(inbox: Page) -> None:
    inbox.keyboard.press("j")
    first = selected(inbox)
    inbox.keyboard.press("d")
    inbox.wait_for_url("**#decline")
    expect(inbox.locator("#decline input[type=radio]").first).to_be_focused()
    with inbox.expect_navigation():
        inbox.locator("#decline button.main").click()
    expect(inbox.locator(".error-summary")).to_be_focused()
    expect(inbox.locator(".error-summary")).to_contain_text("Choose a reason.")
    expect(inbox.locator("#f-decline-reason")).to_be_in_viewport()
    inbox.locator("#decline .option label").first.click()
    inbox.locator("#decline button.main").click()
    expect(inbox.locator(LINES)).to_contain_text("Declining R-")
    with inbox.expect_navigation():
        let_eight_seconds_pass(inbox)
    assert "Declined" in status(inbox, first)


def test_after_the_writing_the_row_and_the_counts_say_so_and_its_notices_are_read(inbox: Page) -> None:
    waiting = int(inbox.locator("[data-live=count-waiting]").inner_text())
    inbox.keyboard.press("j")
    row = inbox.locator(f"[data-row='{selected(inbox)}']")
    expect(row).to_contain_text("New")
    inbox.keyboard.press("a")
    with inbox.expect_request(f"**/read-about/{row.get_attribute('data-row')}"):
        inbox.clock.run_for(9_000)
    expect(row.locator("[data-words=standing]")).to_contain_text("Accepted")
    expect(row).not_to_contain_text("New")
    expect(inbox.locator("[data-live=count-waiting]")).to_have_text(str(waiting - 1))
    let_it_ask_again(inbox)
    expect(inbox.locator(".news a")).to_have_count(0)


def test_taking_the_consent_back_waits_and_can_be_undone(inbox: Page) -> None:
    inbox.locator("a.task").first.click()
    inbox.wait_for_url("**/inbox/*-*")
    inbox.get_by_text("The person takes the consent back").first.click()
    inbox.get_by_role("button", name="The person takes the consent back").click()
    expect(inbox.locator(LINES)).to_contain_text("Taking back the consent for R-")
    inbox.keyboard.press("u")
    inbox.clock.run_for(10_000)
    assert "Closed" not in inbox.request.get(inbox.url).text().split("article")[1].split("</span></p>")[0]


def test_without_javascript_a_list_accepts_nothing_and_leads_to_the_page_that_does(desk: Desk) -> None:
    page = desk.case_worker(java_script_enabled=False)
    page.goto("/inbox?show=waiting")
    with page.expect_navigation():
        page.get_by_role("button", name="Accept").first.click()
    assert "New" in page.locator("article .tag").first.inner_text()
    with page.expect_navigation():
        page.get_by_role("button", name="Accept", exact=True).click()
    assert "Accepted" in page.locator("article .tag").first.inner_text()
    page.get_by_text("The person takes the consent back").first.click()
    with page.expect_navigation():
        page.get_by_role("button", name="The person takes the consent back").click()
    assert page.locator("h1").inner_text() == "Does the person take the consent back?"
    with page.expect_navigation():
        page.get_by_role("button", name="The person takes the consent back").click()
    assert "Closed" in page.locator("article .tag").first.inner_text()
