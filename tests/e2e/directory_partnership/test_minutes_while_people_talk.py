"""Minutes in a browser: saved as typed, a second writer's lines come in, a refused text stays on the page alone."""

from typing import Any

from playwright.sync_api import Page, Route, expect
from sqlalchemy import select

from directory_service.partnership.store.tables import MinutesLine
from support.events import eventually


def texts(table: Any) -> list[str]:
    with table.partnership.worker() as session:
        return list(session.scalars(select(MinutesLine.text).order_by(MinutesLine.created_at, MinutesLine.id)))


def opened(table: Any, meeting: object) -> Page:
    page: Page = table.context("coordinator", width=1280).new_page()
    page.goto(f"/meetings/{meeting}/minutes")
    return page


def test_two_people_type_at_once_and_see_each_other(table: Any) -> None:
    meeting = table.partnership.a_meeting()
    left, right = opened(table, meeting), opened(table, meeting)

    left.locator("#f-text").press_sequentially("Cards are short")
    eventually(lambda: texts(table) == ["Cards are short"])  # before anybody pressed a key for it
    left.locator("#f-text").press("Enter")
    right.locator("#f-text").fill("The centre opens on Sundays")
    right.locator("#add input[value=decision]").check(force=True)
    right.locator("#f-text").press("Enter")
    for page in (left, right):
        expect(page.locator("[data-lines] textarea")).to_have_count(2)
    expect(left.locator("[data-lines] .decision textarea")).to_have_value("The centre opens on Sundays")

    own = left.locator("[data-lines] li:not(.decision)")
    own.locator("textarea").fill("Cards are short in two units")
    expect(own.locator(".said")).to_have_text("Saved")
    same = own.locator("form").get_attribute("data-line")
    changed = right.locator(f"form[data-line='{same}'] textarea")
    expect(changed).to_have_value("Cards are short in two units")
    assert sorted(texts(table)) == ["Cards are short in two units", "The centre opens on Sundays"]


def test_a_kind_picked_while_the_text_is_on_its_way_is_saved_too(table: Any) -> None:
    page = opened(table, table.partnership.a_meeting())
    held: list[Route] = []
    page.route("**/minutes", lambda route: held.append(route) if not held else route.continue_())
    page.locator("#f-text").fill("The centre opens on Sundays")
    while not held:
        page.wait_for_timeout(20)
    page.locator("#add input[value=decision]").check(force=True)
    page.locator("#f-text").press("Enter")

    held[0].continue_()

    expect(page.locator("[data-lines] .decision textarea")).to_have_value("The centre opens on Sundays")
    with table.partnership.worker() as session:
        assert session.scalars(select(MinutesLine.kind)).all() == ["decision"]


def test_a_next_line_that_is_emptied_again_is_no_line(table: Any) -> None:
    page = opened(table, table.partnership.a_meeting())
    page.locator("#f-text").fill("The centre opens on Sundays")
    expect(page.locator("#add .said")).to_have_text("Saved")
    page.locator("#f-text").fill("")
    expect(page.locator("#add .said")).to_have_text("")
    assert texts(table) == []

    page.locator("#f-text").fill("Cards are short")
    page.locator("#f-text").press("Enter")

    expect(page.locator("[data-lines] textarea")).to_have_value("Cards are short")
    assert texts(table) == ["Cards are short"]


def test_a_refused_text_is_told_at_once_and_stays_in_the_box(table: Any) -> None:
    page = opened(table, table.partnership.a_meeting())
    page.locator("#f-text").fill("Constable Ram came")
    page.locator("#f-text").press("Enter")

    expect(page.locator("#add .said")).to_contain_text("a person's name")
    expect(page.locator("#f-text")).to_have_value("Constable Ram came")
    assert texts(table) == []
