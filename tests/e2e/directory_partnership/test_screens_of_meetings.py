"""Every screen of meetings: nothing to complain of for axe, and nothing wider than a phone, in three languages."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from directory_service.organizations.store.tables import Organization as OrganizationRow
from support.pages.drawn_looks import drawn_screens, in_drawn_looks
from support.pages.looks import faults
from support.partnership import FAR_PROVIDER, OTHER_STATION, STATION, an_agreement, filled_meeting, in_force
from support.visits import a_visit, many_visits

BROKEN_WORDS = """elements => elements.flatMap(element => {
  const text = document.createTreeWalker(element, NodeFilter.SHOW_TEXT), broken = [];
  while (text.nextNode()) {
    for (const word of text.currentNode.textContent.matchAll(/\\S+/g)) {
      const range = document.createRange();
      range.setStart(text.currentNode, word.index);
      range.setEnd(text.currentNode, word.index + word[0].length);
      if (range.getClientRects().length > 1) broken.push(word[0]);
    }
  }
  return broken;
})"""


@in_drawn_looks("lang", ["en", "hi", "bn"])
def test_each_screen_in_each_language(table: Any, lang: str) -> None:
    meeting = filled_meeting(table.partnership)
    paths = (
        "/meetings",
        f"/meetings/{meeting}",
        f"/meetings/{meeting}/minutes",
        f"/meetings/{meeting}/sheet",
        "/meetings/calendar/315",
        "/meetings/feed",
        "/partnerships",
        "/handovers",
    )
    page = table.context("coordinator", lang=lang).new_page()
    for path in drawn_screens(paths, of="meetings"):
        page.goto(path)
        assert page.locator("h1").count() == 1, path
        assert faults(page) == [], path
    page.goto("/partnerships")
    with page.expect_navigation():
        page.locator("section h3 a").first.click()
    assert faults(page, "an agreement") == []
    page.goto(f"/meetings/{meeting}/minutes")
    page.locator("#f-text").evaluate("field => { field.value = 'Shri Ram'; }")
    with page.expect_navigation():
        page.locator("#add").evaluate("form => HTMLFormElement.prototype.submit.call(form)")
    assert page.locator(".error-summary").count() == 1
    assert faults(page, "minutes, errors") == []


@in_drawn_looks(("lang", "width"), [(lang, width) for lang in ("en", "hi", "bn") for width in (360, 1366)])
def test_a_long_list_of_visits_and_an_empty_one(table: Any, lang: str, width: int) -> None:
    meeting = table.partnership.a_meeting(begun=False)
    page = table.context("coordinator", lang=lang, width=width).new_page()
    for lines in (0, 2 * 12 + 2):
        if lines:
            many_visits(table.partnership, 12)
        for path in ("", "/sheet"):
            page.goto(f"/meetings/{meeting}{path}")
            assert page.locator("dd > ul.plain > li").count() == lines, path
            assert faults(page, f"{lines} visits{path}") == [], path


@in_drawn_looks(("lang", "width"), [(lang, width) for lang in ("en", "hi", "bn") for width in (360, 1366)])
def test_a_guests_list_page_and_sheet(table: Any, lang: str, width: int) -> None:
    in_force(table.partnership, STATION, FAR_PROVIDER)
    meeting = table.partnership.a_meeting()
    agenda = {"text": "Opening hours for women on Sundays", "part": "5"}
    table.partnership.browser("coordinator").post(f"/meetings/{meeting}/agenda", data=agenda)
    page = table.context("provider_manager", at=FAR_PROVIDER, lang=lang, width=width).new_page()
    for path in drawn_screens(("/meetings", f"/meetings/{meeting}", f"/meetings/{meeting}/sheet"), of="a guest"):
        page.goto(path)
        assert page.locator("h1").count() == 1, path
        assert faults(page) == [], path


@in_drawn_looks(("lang", "width"), [(lang, width) for lang in ("en", "hi", "bn") for width in (360, 1366)])
def test_visits_that_nobody_answered_and_actions_whose_owner_has_left(table: Any, lang: str, width: int) -> None:
    meeting = table.partnership.a_meeting()
    due = {"action_text": "Order 40 cards for the night shift", "post": "station officer", "due": "2027-01-10"}
    coordinator = table.partnership.browser("coordinator")
    coordinator.post(f"/meetings/{meeting}/actions", data=due | {"owner": str(STATION.id)})
    with table.partnership.worker() as session:
        session.get_one(OrganizationRow, STATION.id).status = "closed"
    a_visit(table.partnership, table.partnership.clock.now().date() - timedelta(days=3), unit=OTHER_STATION)
    page = table.context("coordinator", lang=lang, width=width).new_page()
    for path, part in ((f"/meetings/{meeting}", "#agenda"), ("/meetings", "#departed"), ("/visits", "#unanswered")):
        page.goto(path)
        assert page.locator(part).count() == 1, path
        assert faults(page, f"nobody answered {part}") == [], path
    with page.expect_navigation():
        page.locator("#unanswered ~ ul button").last.press("Enter")
    assert page.locator("#unanswered").count() == 0


@in_drawn_looks("lang", ["en", "hi", "bn"])
def test_a_meeting_on_a_blocked_day_and_after_attendance_is_confirmed(table: Any, lang: str) -> None:
    meeting = table.partnership.a_meeting()
    coordinator = table.partnership.browser("coordinator")
    coordinator.post(f"/meetings/{meeting}/agenda", data={"text": "Night cards"})
    coordinator.post("/meetings/calendar/315/days", data={"day": "2026-12-22", "reason": "election"})
    page = table.context("coordinator", lang=lang).new_page()
    for path in ("/meetings/calendar/315", f"/meetings/{meeting}"):
        page.goto(path)
        assert page.locator("main .banner.warning").count() == 1, path
        assert faults(page, path.replace(str(meeting), "on a blocked day")) == [], path
    with page.expect_navigation():
        page.locator("form[action$='/settle'] button").press("Enter")
    assert page.locator("form[action$='/discuss']").count() == 1
    assert faults(page, "a meeting whose attendance is confirmed") == []


@pytest.fixture(scope="module")
def ahead(table_of_the_file: Any) -> tuple[UUID, UUID]:
    """A meeting that is planned, and an agreement that nobody signed."""
    partnership = table_of_the_file.partnership
    return partnership.a_meeting(begun=False), an_agreement(partnership)


@pytest.mark.usefixtures("ahead")
def test_a_mark_in_the_map_breaks_between_words_only(shared_table: Any) -> None:
    page = shared_table.context("coordinator", width=310).new_page()
    page.goto("/partnerships")
    marks = page.locator(".partner-map .tag")
    assert marks.count() > 0
    assert marks.evaluate_all(BROKEN_WORDS) == []


def test_without_a_script_a_line_is_written_by_its_button(table: Any) -> None:
    meeting = table.partnership.a_meeting()
    page = table.context("coordinator", java_script_enabled=False).new_page()
    page.goto(f"/meetings/{meeting}/minutes")
    page.locator("#f-text").fill("Cards are short")
    page.keyboard.press("Tab")
    with page.expect_navigation():
        page.locator("#add button.main").press("Enter")
    assert page.locator("[data-lines] textarea").input_value() == "Cards are short"
    page.locator("[data-lines] textarea").fill("Cards are very short")
    with page.expect_navigation():
        page.locator("[data-lines] button").press("Enter")
    assert page.locator("[data-lines] textarea").input_value() == "Cards are very short"


@in_drawn_looks("lang", ["en", "hi", "bn"])
def test_what_calls_off_or_signs_is_not_pressed_by_a_finger_beside_it(
    shared_table: Any, ahead: tuple[UUID, UUID], lang: str
) -> None:
    meeting, draft = ahead
    page = shared_table.context("coordinator", lang=lang).new_page()
    for path, buttons in ((f"/meetings/{meeting}", "details.more form"), (f"/partnerships/{draft}", "#form-sign")):
        page.goto(path)
        page.locator("details.more").evaluate_all("folds => folds.forEach(fold => { fold.open = true; })")
        above, below = (page.locator(f"{buttons} button").nth(each).bounding_box() for each in (0, 1))
        apart = below["y"] - above["y"] - above["height"], below["x"] - above["x"] - above["width"]
        assert max(apart) >= 8, path


def test_a_line_of_the_minutes_shows_all_that_is_in_it(table: Any) -> None:
    meeting = table.partnership.a_meeting()
    line = {
        "text": "One station still waits for its second sheet of cards, and for ink. " * 5,
        "part": "4",
        "kind": "note",
    }
    coordinator = table.partnership.browser("coordinator")
    assert coordinator.post(f"/meetings/{meeting}/minutes", data=line | {"line": str(uuid4())}).status_code == 303
    page = table.context("coordinator").new_page()
    page.goto(f"/meetings/{meeting}/minutes")
    cut = "field => field.scrollHeight - field.clientHeight"
    assert page.locator("[data-lines] textarea").evaluate(cut) <= 1


def test_a_list_counts_in_bengali_digits_and_an_agenda_by_its_own_numbers_alone(
    shared_table: Any, ahead: tuple[UUID, UUID]
) -> None:
    meeting, draft = ahead
    page = shared_table.context("coordinator", lang="bn").new_page()
    marks = []
    for path, numbered in ((f"/partnerships/{draft}", "#clauses ~ ol"), (f"/meetings/{meeting}", "ol.agenda")):
        page.goto(path)
        marks.append(page.locator(numbered).evaluate("list => getComputedStyle(list).listStyleType"))
    assert marks == ["bengali", "none"]
