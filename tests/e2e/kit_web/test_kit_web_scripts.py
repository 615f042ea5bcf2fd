"""The kit's scripts in a real browser: idle pages are covered, lists and counts stay true, one leaves quickly."""

import json
import re
from uuid import UUID

from playwright.sync_api import Browser, Page, expect

from service_kit.session_tokens import by_cookie
from support.events import eventually
from support.kit.browser_clock import let_it_ask_again, stop_the_clock
from support.pages.looks import violations
from support.web import TOKENS, a_principal
from support.web_samples import (
    NOW,
    Sample,
    a_context,
    a_row,
    open_page,
    sign_in,
)


def _answered(page: Page) -> None:
    """Wait until ten minutes of counting, asked in one moment, are answered: what a reader asks stands behind them."""
    page.evaluate("fetch(location.href).then(answer => answer.text())")


def _kept_counts(page: Page, sample: Sample) -> str:
    """What the tab still holds for whoever has it next, read where no script of ours runs."""
    page.goto(f"{sample.base}/static/kit/setu.svg")
    return str(page.evaluate("sessionStorage.counts"))


def test_a_page_that_nobody_touched_for_ten_minutes_is_covered_for_all_but_its_reader(
    chromium: Browser, sample: Sample
) -> None:
    context = a_context(chromium, sample, viewport={"width": 360, "height": 740})
    page = context.new_page()
    stop_the_clock(page)
    open_page(page, sample, "/form")
    name = page.locator("[name='person.name']")
    page.clock.fast_forward(300_000)
    name.fill("Canarina")
    page.clock.run_for(590_000)
    expect(name).to_be_visible()

    page.clock.run_for(20_000)
    expect(page.get_by_role("heading", name="This page is locked")).to_be_visible()
    assert "Canarina" not in page.inner_text("body")
    assert page.locator("main:not(.locked), header, footer").evaluate_all("all => all.every(one => one.hidden)")
    page.clock.resume()  # axe waits, too
    assert (page.title(), violations(page)) == ("This page is locked", [])
    _answered(page)

    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    again = page.get_by_role("button", name="Show the page again")
    context.clear_cookies(name="setu_session_8000")
    again.click()
    expect(page.get_by_text("Sign in first, in a new window.")).to_be_visible()
    expect(name).to_be_hidden()
    sign_in(context, sample, sample.token)
    again.click()
    expect(name).to_have_value("Canarina")
    expect(name).to_be_visible()

    page.clock.fast_forward(610_000)
    _answered(page)
    sign_in(
        context, sample, TOKENS.mint(by_cookie(a_principal(role="case_worker", account=UUID(int=77), issued_at=NOW)))
    )
    with page.expect_navigation():
        again.click()
    expect(name).to_have_value("")
    context.close()


def test_back_to_a_form_that_was_answered_with_errors_shows_it_and_asks_for_no_sending_again(
    chromium: Browser, sample: Sample
) -> None:
    context = a_context(chromium, sample)
    page = open_page(context.new_page(), sample, "/form")
    with page.expect_navigation():
        page.locator("main form button.main").first.click()
    open_page(page, sample, "/inbox")

    answer = page.go_back()

    assert answer is not None
    assert (answer.request.method, page.url) == ("GET", f"{sample.base}/form")
    context.close()


def test_a_second_tap_sends_nothing_while_the_first_waits_for_its_answer(chromium: Browser, sample: Sample) -> None:
    context = a_context(chromium, sample)
    page = context.new_page()
    stop_the_clock(page)
    for hold, let_go_after in ((False, 4_000), (True, 60_000)):
        open_page(page, sample, "/form")
        assert taps_that_send(page, hold=hold, let_go_after=let_go_after) == [1, 2], f"held: {hold}"
    context.close()


def taps_that_send(page: Page, *, hold: bool, let_go_after: int) -> list[int]:
    """How many of two taps have sent the form shortly before it is let go, and of three after that."""
    form = page.locator("main form").first
    form.evaluate("(form, hold) => { if (hold) { form.dataset.hold = ''; } }", hold)
    page.evaluate(
        """() => {
             window.sent = 0;  // no answer comes to what is sent
             document.addEventListener('submit', event => {
               window.sent += event.defaultPrevented ? 0 : 1;
               event.preventDefault();
             });
           }"""
    )

    for waited in (0, let_go_after - 500):
        page.clock.run_for(waited)
        form.evaluate("form => form.requestSubmit()")
    sent = [page.evaluate("window.sent")]
    page.clock.run_for(1_000)
    form.evaluate("form => form.requestSubmit()")
    return [*sent, page.evaluate("window.sent")]


def test_a_list_that_did_not_change_is_answered_304_and_new_rows_are_announced_and_not_pushed_in(
    chromium: Browser, sample: Sample
) -> None:
    context = a_context(chromium, sample)
    page = context.new_page()
    stop_the_clock(page)
    open_page(page, sample, "/inbox")
    expect(page.locator("[data-row]")).to_have_count(3)
    first = page.locator("[data-row]").first.bounding_box()

    assert [let_it_ask_again(page).status for _ in range(2)] == [200, 304]
    sample.rows[:0] = [a_row(8, 10, "urgent", "red"), a_row(9, 10, "urgent", "red")]
    let_it_ask_again(page)

    button = page.get_by_role("link", name="2 new, show")
    expect(button).to_be_visible()
    expect(page.locator("[data-row]")).to_have_count(3)
    assert page.locator("[data-row]").first.bounding_box() == first
    button.click()
    expect(page.locator("[data-row]")).to_have_count(5)
    context.close()


def test_a_page_at_work_tells_the_other_service_who_is_at_work_once_a_minute(chromium: Browser, sample: Sample) -> None:
    context = a_context(chromium, sample)
    page = context.new_page()
    with page.expect_response("**/used"):
        open_page(page, sample, "/inbox")
    open_page(page, sample, "/form")
    context.close()

    assert len(sample.told) == 1
    cookie, origin = sample.told[0]
    assert sample.token in cookie
    assert origin == sample.base


def test_leaving_quickly_tells_the_directory_and_as_signing_out_leaves_no_counts_in_the_tab(
    chromium: Browser, sample: Sample
) -> None:
    context = a_context(chromium, sample)
    context.route("https://mausam.imd.gov.in/**", lambda route: route.fulfill(body="weather", content_type="text/html"))
    page = context.new_page()
    stop_the_clock(page)  # three presses within two seconds are one wish
    for number, by in enumerate(("keys", "button"), start=1):
        open_page(page, sample, "/form")
        expect(page.locator(".places .badge[data-count='/inbox']")).to_have_text(re.compile("^3 "))

        if by == "keys":
            for _ in range(3):
                page.keyboard.press("Escape")
        else:
            page.get_by_role("button", name="Leave quickly").click()

        page.wait_for_url("https://mausam.imd.gov.in/")
        assert page.evaluate("document.referrer") in {"", sample.base + "/"}
        # a beacon: the browser sends it when it likes, also after the next page
        eventually(lambda: len(sample.left) >= number)  # noqa: B023 (asked within this turn of the loop)
        assert sample.left == [sample.base] * number, by
        assert _kept_counts(page, sample) == "{}", by

    # nor does signing out at another address leave any
    context.route("**/sign-out", lambda route: route.fulfill(body="signed out", content_type="text/html"))
    open_page(page, sample, "/form")
    expect(page.locator(".places .badge[data-count='/inbox']")).to_have_text(re.compile("^3 "))

    page.locator("details.menu summary").click()
    with page.expect_navigation():
        page.get_by_role("button", name="Sign out").click()

    assert _kept_counts(page, sample) == "{}"
    context.close()


def test_the_menu_counts_on_its_own_port_and_on_another_ones(chromium: Browser, sample: Sample) -> None:
    context = a_context(chromium, sample, "bn")
    page = context.new_page()
    stop_the_clock(page)
    open_page(page, sample, "/form")
    inbox, notices = (page.locator(f".places .badge[data-count='{path}']") for path in ("/inbox", "/"))
    expect(inbox).to_have_text(re.compile("^৩ "))
    expect(notices).to_have_text(re.compile(r"^৯৯\+ "))

    sample.unread[0] = 0
    with page.expect_response(lambda answer: answer.url == f"{sample.base}/counts") as asked:
        page.clock.run_for(10_500)

    assert asked.value.status == 304
    expect(notices).to_be_hidden()
    context.close()


def test_whoever_comes_next_in_the_same_tab_sees_no_counts_of_whoever_was_there_before_and_takes_none(
    chromium: Browser, sample: Sample
) -> None:
    """Behind one address, where each service has a tag of its own, counts stand there at once in each."""
    context = a_context(chromium, sample)
    page = context.new_page()
    inbox = page.locator(".places .badge[data-count='/inbox']")
    third, another = (
        TOKENS.mint(by_cookie(a_principal(role="case_worker", account=UUID(int=number), issued_at=NOW)))
        for number in (98, 99)
    )
    for token in (sample.token, another):
        sign_in(context, sample, token)
        open_page(page, sample, "/form")
        expect(inbox).to_have_text(re.compile("^3 "))

    # while none can be asked for, each of them sees the own ones, and who comes next none
    context.route("**/counts", lambda route: route.abort())
    sign_in(context, sample, sample.token)
    open_page(page, sample, "/form")
    expect(inbox).to_have_text(re.compile("^3 "))
    sign_in(context, sample, third)
    open_page(page, sample, "/form")
    expect(inbox).to_be_hidden()

    context.clear_cookies(name="setu_session_8000")
    open_page(page, sample, "/problems/bad-request")
    assert page.evaluate("sessionStorage.counts") == "{}"
    context.close()


def test_a_home_page_tells_of_an_invitation_that_waits(chromium: Browser, sample: Sample) -> None:
    context = a_context(chromium, sample)
    waiting = 0
    context.route("**/invitations/waiting", lambda route: route.fulfill(body=json.dumps({"count": waiting})))
    page = context.new_page()
    for waiting in (0, 2):
        with page.expect_response("**/invitations/waiting"):
            open_page(page, sample, "/inbox")
        line = page.locator("[data-if-any$='/invitations/waiting']")
        expect(line).to_be_visible() if waiting else expect(line).to_be_hidden()
    assert line.locator("a").get_attribute("href") == f"{sample.base}/invitations"
    open_page(page, sample, "/form")
    assert page.locator("[data-if-any]").count() == 0
    context.close()
