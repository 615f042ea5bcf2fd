"""The two screens in a browser: by a person, without JavaScript, in three languages, and under axe."""

import re
from datetime import timedelta
from uuid import UUID, uuid4

from playwright.sync_api import Locator, Page, expect
from sqlalchemy import text

from notification_service.store import attempts
from notification_service.store.attempts import Result
from service_kit.db import inbox
from service_kit.db.inbox import Arrival
from support.kit.browser_clock import let_it_ask_again, stop_the_clock
from support.notices.site import Site
from support.notification import (
    COORDINATOR,
    DATA_OFFICER,
    MANAGER,
    NGO,
    NOON,
    OFFICER,
    UNIT,
    WORKER,
    Scene,
    an_event,
    claim_one,
    referral_data,
    view_data,
)
from support.pages.drawn_looks import drawn_screens, in_drawn_looks
from support.pages.looks import faults


def busy_day(scene: Scene) -> None:
    """Something of everything: new, late, withdrawn, waiting, failed and sent."""
    kinds = ("submitted", "reminder.due", "escalation.due", "decision.due", "review.due", "question.answered")
    for n, kind in enumerate(kinds):
        data = referral_data(uuid4(), NGO, reference=f"R-7KQ{n + 2}-9XTC")
        scene.plan(an_event(f"referral.{kind}.v1", data, time=NOON - timedelta(minutes=7 * n)))
    for state in ("accepted", "not_taken", "not_answered"):
        scene.plan(an_event("referral.view.changed.v1", view_data(uuid4(), OFFICER, UNIT, state)))
    outcomes = [
        Result("permanent", NOON, 41, error="address_refused", code=550),
        Result("temporary", NOON, 15_000, error="no_answer", next_at=NOON + timedelta(minutes=4)),
        Result("sent", NOON, 120),
    ]
    for result in outcomes:
        with scene.db.transaction() as session:
            lease = uuid4()
            row = claim_one(session, now=NOON, lease=lease)
            assert row is not None
            attempts.record(session, row.id, lease=lease, number=1, result=result)


def press(page: Page, target: Locator) -> None:
    """Click what leads to another page, and be there."""
    with page.expect_navigation():
        target.click()


def send_again(page: Page) -> None:
    """Say why, and send."""
    page.get_by_label("Why now?").select_option("outage_over")
    press(page, page.get_by_role("button", name="Send again"))


def test_a_case_worker_reads_the_notices_without_javascript(site: Site) -> None:
    busy_day(site.scene)
    page = site.open(WORKER, java_script_enabled=False)
    assert page.get_by_role("heading", level=1).inner_text() == "Notices"
    assert page.get_by_text("6 notices, 6 unread").is_visible()
    with page.expect_request(re.compile(r"^http://referral\.test/inbox/[0-9a-f-]{36}$")):
        page.get_by_role("button", name=re.compile("^New referral")).click()
    page = site.open(WORKER, java_script_enabled=False)
    assert page.get_by_text("6 notices, 5 unread").is_visible()
    press(page, page.get_by_role("button", name=re.compile("Mark as read")).first)
    assert page.get_by_text("4 unread").is_visible()
    press(page, page.get_by_role("button", name="Mark all as read"))
    assert page.get_by_text("0 unread").is_visible()
    assert page.get_by_role("button", name=re.compile("Mark")).count() == 0


def test_an_officer_sees_absolute_times_and_no_due_time(site: Site) -> None:
    busy_day(site.scene)
    page = site.open(OFFICER)
    assert page.locator("main time").all_inner_texts() == ["24 Nov 2026, 12:00"] * 3
    assert "due" not in page.locator("main").inner_text().lower()


def test_a_manager_finds_the_failed_message_and_sends_it_again(site: Site) -> None:
    busy_day(site.scene)
    page = site.open(MANAGER, "/deliveries", java_script_enabled=False)
    press(page, page.get_by_role("link", name=re.compile("^Failed")))
    press(page, page.locator("tbody a").first)
    assert page.get_by_text("The mail server does not know the address").first.is_visible()
    assert page.get_by_text(re.compile(r"\b550\b")).is_visible()
    send_again(page)
    assert page.locator("dl").get_by_text("Waiting").is_visible()
    assert page.get_by_role("button", name="Send again").count() == 0


def test_a_coordinator_sends_a_days_failures_again_and_a_day_that_is_none_is_explained_beside_the_field(
    site: Site,
) -> None:
    busy_day(site.scene)
    page = site.open(COORDINATOR, "/deliveries")
    page.get_by_label(re.compile("on this day")).fill("")
    send_again(page)
    assert page.get_by_role("alert").get_by_role("link").inner_text() == "Give a day, such as 2026-11-24."
    assert faults(page, "deliveries, no day") == []

    page.goto("/deliveries")
    send_again(page)
    assert page.get_by_text("1 message is sent again").is_visible()
    assert page.get_by_role("button", name="Send again").count() == 0


@in_drawn_looks(
    ("language", "scheme", "width"),
    [("en", "light", 360), ("hi", "dark", 360), ("bn", "dark", 1280)],
)
def test_axe_finds_nothing_and_nothing_sticks_out(site: Site, language: str, scheme: str, width: int) -> None:
    look = {"language": language, "color_scheme": scheme, "viewport": {"width": width, "height": 800}}
    page = site.context(None, **look).new_page()

    def looked_at(who: UUID, path: str) -> None:
        site.sign_in(page, who)
        page.goto(path)
        assert faults(page) == [], path

    for who, path in drawn_screens(((WORKER, "/"), (MANAGER, "/deliveries")), of="empty notices"):
        looked_at(who, path)
    busy_day(site.scene)
    with site.scene.db.transaction() as session:
        inbox.receive(
            session, [Arrival(uuid4(), "referral.closed.v1", "x", b"x", "parked", "KeyError at members.py:7")]
        )
        failed = session.scalar(text("SELECT id FROM delivery WHERE state = 'failed'"))
    screens = (
        (WORKER, "/"),
        (WORKER, "/choices"),
        (MANAGER, "/sending"),
        (DATA_OFFICER, "/parked"),
        (OFFICER, "/"),
        (MANAGER, "/deliveries"),
        (COORDINATOR, "/deliveries?state=stopped"),
        (COORDINATOR, f"/deliveries/{failed}"),
        (MANAGER, f"/deliveries/{uuid4()}"),
    )
    for who, path in drawn_screens(screens, of="notices"):
        looked_at(who, path)


def test_every_text_is_translated(site: Site) -> None:
    busy_day(site.scene)
    own = {"English", "हिन्दी", "বাংলা", "Pseudo"}
    page = site.context(None, language="en-XA").new_page()
    screens = (WORKER, "/"), (WORKER, "/choices"), (DATA_OFFICER, "/parked"), (OFFICER, "/"), (MANAGER, "/deliveries")
    for account, path in drawn_screens(screens, of="texts of notices"):
        site.sign_in(page, account)
        page.goto(path)
        left = re.sub(r"⟦[^⟦⟧]*⟧", "", page.locator("body").inner_text())
        words = {word for word in re.findall(r"[^\W\d_]{3,}", re.sub(r"R-\w{4}-\w{4}", "", left)) if word not in own}
        assert words <= {"Nov", "minutes", "hours", "hour", "minute"}, path


def test_what_is_new_is_announced_and_not_pushed_in_and_no_list_is_said_to_be_empty_under_it(site: Site) -> None:
    page = site.context(WORKER).new_page()
    stop_the_clock(page)
    page.goto("/")
    for rows in (0, 1):
        empty, new = page.locator("main .state"), page.get_by_role("link", name="1 new, show")
        expect(empty).to_be_hidden() if rows else expect(empty).to_be_visible()
        let_it_ask_again(page)  # the first look learns the tag
        site.scene.plan(an_event("referral.submitted.v1", referral_data(uuid4(), NGO)))
        let_it_ask_again(page)
        expect(new).to_be_visible()
        expect(empty).to_be_hidden()
        assert page.locator("[data-row]").count() == rows
        press(page, new)
        assert page.locator("[data-row]").count() == rows + 1
