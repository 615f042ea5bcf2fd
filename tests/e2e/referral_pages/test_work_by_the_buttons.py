"""Work by the buttons alone: forwarded by name, completed and failed, a child's."""

from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect

from referral_service.store.directory import put_service
from support.kit.browser_clock import let_eight_seconds_pass, stop_the_clock
from support.pages.drawn_looks import in_drawn_looks
from support.referral import a_consent, a_named_person
from support.referrals import running_service as world
from support.referrals.browsers import DESK, PHONE, Desk
from support.referrals.tour import pick, press


def open_from(page: Page, path: str, reference: str) -> None:
    """Follow the link of this referral in that list, and wait for its page."""
    page.goto(path)
    press(page, f"main a:has-text('{reference}')")
    page.get_by_role("heading", level=1, name=reference).wait_for()


def fits(page: Page) -> bool:
    """Whether nothing is wider than the screen, on a desk and on a phone."""
    widths = []
    for size in (PHONE, DESK):
        page.set_viewport_size(size)
        widths.append(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))
    return all(widths)


@pytest.fixture
def listed(live: world.LiveReferral) -> Iterator[Callable[[dict[str, Any]], None]]:
    """A function that lists a service; it is gone after the test, for others choose the first of those that fit."""
    listings: list[dict[str, Any]] = []

    def put(listing: dict[str, Any]) -> None:
        listings.append(listing)
        with live.db.transaction() as session:
            put_service(session, listing)

    yield put
    with live.db.transaction() as session:
        for listing in listings:
            put_service(session, listing | {"version": 2, "deleted": True})


def test_a_coordinator_forwards_to_a_service_by_its_name(
    desk: Desk, live: world.LiveReferral, listed: Callable[[dict[str, Any]], None]
) -> None:
    for number in (21, 22, 23):
        listed(world.a_listing(number, world.JIBAN, f"Jiban Jyoti house {number}"))
    reference = live.moved("decline", reason="no_capacity")["reference"]
    page = desk.page(world.a_person("coordinator", world.BODY, "coordinating_body"), viewport=DESK)
    open_from(page, "/unanswered", reference)
    press(page, "#form-forward button.main")
    expect(page.locator(".error-summary")).to_contain_text("Tick one to five services")
    assert fits(page)
    page.locator("#form-forward label", has_text="Jiban Jyoti house 22").click()
    press(page, "#form-forward button.main")
    expect(page.locator("main")).to_contain_text("The other service is asked now.")
    expect(page.locator("main a", has_text=reference)).to_have_count(0)
    asked = desk.page(world.a_person("case_worker", world.JIBAN, "provider"), viewport=DESK)
    asked.goto("/inbox?sort=newest")
    press(asked, "a.task")
    expect(asked.locator("article")).to_contain_text("Jiban Jyoti house 22")


@in_drawn_looks(
    ("event", "choice", "said"),
    [("complete", "engaged", "In contact with the service"), ("fail", "not_reachable", "Could not be reached")],
)
def test_a_referral_ends_by_its_button(
    desk: Desk, live: world.LiveReferral, event: str, choice: str, said: str
) -> None:
    page = desk.case_worker(viewport=DESK)
    reference = live.moved("accept")["reference"]
    open_from(page, "/inbox?sort=newest", reference)  # other tests' referrals are there, too
    page.locator(f"#{event} summary").click()
    press(page, f"#form-{event} button.main")
    expect(page.locator(f"#form-{event} .error-summary")).to_be_visible()
    assert fits(page)
    pick(page, "outcome" if event == "complete" else "reason", choice)
    press(page, f"#form-{event} button.main")
    expect(page.locator("article .facts")).to_contain_text(said)
    page.goto("/inbox?show=ended")
    expect(page.locator(".tasks > li", has_text=reference)).to_contain_text(said)


def test_a_childs_referral_is_found_in_its_queue_with_who_agreed_and_accepted(
    desk: Desk, live: world.LiveReferral
) -> None:
    child, agreed = a_named_person(age_band="under-18", name="Mina"), a_consent(authority="guardian")
    live.send(1, "CHILD", service_id=str(UUID(int=0xC5)), person=child, consent=agreed)
    page = desk.page(world.a_person("case_worker", world.SHISHU, "provider"), viewport=DESK)
    stop_the_clock(page)
    page.goto("/children")
    assert fits(page)
    reference = page.locator(".rows .reference").first.inner_text()
    press(page, ".rows a")
    with page.expect_navigation(url="**/identity*"):
        page.get_by_role("button", name="Open and show identity").click()
    expect(page.locator("#person")).to_contain_text("A parent or guardian")
    assert fits(page)
    page.locator("article form[action*='/accept'] button").click()
    let_eight_seconds_pass(page)
    expect(page.locator("article .story").last).to_contain_text("Accepted")
    page.goto("/children")
    expect(page.locator(".rows > li", has_text=reference)).to_contain_text("Accepted")
