"""The worklist on a laptop: one line a referral, the day's new ones taken by keys, last week's found by reference."""

import re

from playwright.sync_api import expect
from sqlalchemy import text

from support.kit.browser_clock import stop_the_clock
from support.pages.drawn_looks import drawn_screens, in_drawn_looks
from support.pages.looks import faults, violations
from support.referrals import running_service as world
from support.referrals.browsers import PHONE, Desk

LAPTOP = {"width": 1366, "height": 768}
LOWEST = 48  # px a row
HARDEST = text(
    "UPDATE task SET priority = 'urgent', status = :status, assigned_to = :worker,"
    " submitted_at = now() - interval '9 day', due = now() + CAST(:due AS interval),"
    " closed_at = CASE :status WHEN 'failed' THEN now() END"
    " WHERE id = (SELECT id FROM task WHERE status = 'requested' ORDER BY cardinality(needs) DESC LIMIT 1)"
)
CUT = """parts => parts.filter(part => part.scrollWidth > part.clientWidth || part.scrollHeight > part.clientHeight + 1)
  .map(part => part.innerText)"""
BOXES = "rows => rows.map(row => row.getBoundingClientRect())"


@in_drawn_looks("language", ["en", "hi", "bn"])
def test_a_referral_is_one_line_and_nothing_in_it_lies_on_anything_else(desk: Desk, language: str) -> None:
    page = desk.case_worker(language, viewport=LAPTOP)
    page.goto("/inbox")
    rows = page.locator(".tasks > li")
    assert rows.count() == 25
    measured = rows.evaluate_all(
        """rows => rows.map(row => ({
             height: row.getBoundingClientRect().height,
             parts: [...row.querySelectorAll('.task > *')].map(part => part.getBoundingClientRect())
               .filter(box => box.width).map(box => [box.left, box.right, box.height]),
           }))"""
    )
    for row in measured:
        assert row["height"] <= LOWEST
        for (_, right, _), (left, _, _) in zip(row["parts"], row["parts"][1:], strict=False):
            assert right <= left + 1
    visible = sum(1 for at in range(25) if (box := rows.nth(at).bounding_box()) and box["y"] + box["height"] < 768)
    assert visible >= 9
    assert page.evaluate("document.documentElement.scrollHeight <= innerHeight")


@in_drawn_looks("language", ["en", "hi", "bn"])
def test_what_is_asked_for_and_until_when_is_read_whole(desk: Desk, live: world.LiveReferral, language: str) -> None:
    live.send(4, "COUNS", "OST", "TESTING")
    anita = live.hire("Anita Chattopadhyay")
    with live.db.transaction() as session:
        for status, worker, due in (
            ("in-progress", anita, "23 hours 59 minutes"),
            ("requested", None, "-23 hours -57 minutes"),
            ("accepted", anita, "119 minutes"),
            ("failed", anita, "1 day"),
        ):
            session.execute(HARDEST, {"status": status, "worker": worker, "due": due})
    page = desk.case_worker(language, viewport=LAPTOP)
    for part, rows in (("ended", 1), ("urgent", 3)):
        page.goto(f"/inbox?show={part}")
        assert page.locator(".tasks > li").count() >= rows
        for width in (1366, 1280, 1024):
            page.set_viewport_size({"width": width, "height": 768})
            assert page.locator(".tasks .task > *").evaluate_all(CUT) == [], (part, width)
            assert max(row["height"] for row in page.locator(".tasks > li").evaluate_all(BOXES)) <= LOWEST
    page.set_viewport_size(LAPTOP)
    with page.expect_navigation():
        page.locator(".task").first.click()
    assert page.locator(".tasks .task > :not(.what)").evaluate_all(CUT) == []


def test_ten_new_referrals_are_taken_with_at_most_three_keys_each(desk: Desk, live: world.LiveReferral) -> None:
    live.send(10, "COUNS")
    page = desk.case_worker(viewport=LAPTOP)
    stop_the_clock(page)
    page.goto("/inbox?show=waiting&sort=newest")
    newest = [page.locator("[data-row]").nth(at).get_attribute("data-row") for at in range(10)]
    keys = ["j", *["a"] * 10]
    for key in [*keys, "?", "Escape"]:
        page.keyboard.press(key)
    expect(page.locator(".tasks > li.pending")).to_have_count(10)
    assert page.locator("#undo").evaluate("bar => bar.offsetHeight") <= 72  # px: one line, however many wait
    expect(page.locator("#keys.over ul")).to_be_hidden()
    page.get_by_role("button", name="Undo all").click()
    expect(page.locator(".tasks > li.pending")).to_have_count(0)
    for key in keys[1:]:  # the first of them is selected again
        page.keyboard.press(key)
    page.keyboard.press("u")
    expect(page.locator(".tasks > li.pending")).to_have_count(9)
    page.keyboard.press("a")
    page.clock.run_for(9_000)
    expect(page.locator("#undo p:not(.key-said)")).to_have_count(0)
    for referral in newest:
        expect(page.locator(f"[data-row='{referral}']")).to_contain_text("is accepted")
    assert len(keys) <= 30


def test_a_slash_finds_a_reference_of_which_one_remembers_the_end(desk: Desk) -> None:
    page = desk.case_worker(viewport=LAPTOP)
    page.goto("/inbox?sort=oldest")
    wanted = "".join(page.locator(".task .reference").nth(3).inner_text().split())
    page.keyboard.press("/")
    expect(page.locator("#look-up")).to_be_focused()
    page.keyboard.type(wanted[-4:].lower())
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert wanted in "".join(page.locator("h1").last.inner_text().split())
    page.keyboard.press("/")
    page.keyboard.type("jjaa")
    expect(page.locator("#look-up")).to_have_value("jjaa")
    assert page.locator(".tasks > li.pending").count() == 0


def test_on_a_phone_rows_are_small_cards_and_the_filters_scroll_in_their_line(desk: Desk) -> None:
    page = desk.case_worker(viewport=PHONE)
    page.goto("/inbox")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    first = page.locator(".tasks > li").first.bounding_box()
    assert first is not None
    assert first["y"] < PHONE["height"]
    page.locator(".filters a", has_text=re.compile("^Ended")).click()
    page.wait_for_url("**show=ended")
    assert violations(page) == []


def test_axe_finds_nothing_on_the_teams_pages_and_the_appointments(desk: Desk, live: world.LiveReferral) -> None:
    anita = live.hire("Anita")
    found = []
    for page, paths in (
        (
            desk.case_worker(viewport=LAPTOP),
            ("/inbox?show=mine", "/inbox?reference=R", "/appointments", "/appointments/week", "/team"),
        ),
        (
            desk.page(world.a_person("provider_manager", world.SAHAYA, "provider")),
            ("/", "/team", "/team/nobody", f"/team/{anita}"),
        ),
    ):
        for path in drawn_screens(paths, of="pages of a team"):
            page.goto(path)
            assert page.locator("h1").count() == 1, path
            found += [(path, fault) for fault in violations(page)]
    assert found == []


def test_handing_all_over_fits_a_phone_also_where_nobody_was_chosen(desk: Desk, live: world.LiveReferral) -> None:
    anita = live.hire("Anita Chattopadhyay of the drop-in centre")
    live.moved("assign", assignee=str(anita))
    page = desk.case_worker(viewport=PHONE)
    page.goto(f"/team/{anita}")
    found = faults(page, "handing over")

    with page.expect_navigation():
        page.locator("#form-hand-over button").click()

    expect(page.locator(".error-summary a")).to_have_count(1)
    assert found + faults(page, "handing over, mistake") == []
