"""Every screen of training: nothing to complain of for axe, nothing too wide; sixty people counted by taps."""

from typing import Any
from uuid import UUID

from support.pages.drawn_looks import drawn_screens, in_drawn_looks
from support.pages.looks import faults
from support.partnership import LONG_NAME, STATION, an_organization
from support.training import count, plan_session, post_strength


def trained_district(partnership: Any) -> UUID:
    partnership.directory.save(an_organization(LONG_NAME, "police_unit"), indexed=False)
    post_strength(partnership, {"PC": 40, "HC": 10, "DYSP": 1, "ADDL_SP": 0, "SP": 1})
    training = plan_session(partnership)
    count(partnership.browser("coordinator"), training, str(STATION.id), PC="30/5", HC="4")
    plan_session(partnership)
    return training


@in_drawn_looks("lang", ["en", "hi", "bn"])
def test_each_screen_in_each_language(table: Any, lang: str) -> None:
    training = trained_district(table.partnership)
    page = table.context("coordinator", lang=lang).new_page()
    at = f"/training/{training}"
    paths = "/training", at, f"{at}/attendance", f"{at}/certificates", "/training/new", "/training/upload"
    for path in drawn_screens(paths, of="training"):
        page.goto(path)
        assert page.locator("h1").count() == 1, path
        assert faults(page) == [], path
    page.goto("/training/new")
    with page.expect_navigation():
        page.locator("main form button.main").click()
    assert page.locator(".error-summary").count() == 1
    assert faults(page, "training, errors") == []
    page = table.context("officer", lang=lang).new_page()
    for path in drawn_screens(("/study", "/study/overdose", "/study/law/answers?said=ttttt"), of="study"):
        page.goto(path)
        assert page.locator("h1").count() == 1, path
        assert faults(page) == [], path


def test_sixty_people_are_counted_by_taps(table: Any) -> None:
    training = plan_session(table.partnership)
    page = table.context("unit_supervisor").new_page()
    page.goto(f"/training/{training}/attendance")
    for rank, taps in (("PC", 40), ("HC", 14), ("ASI", 6)):
        more = page.locator(f"#f-came-{rank} + button")
        assert more.bounding_box()["height"] >= 44
        more.click(click_count=taps, no_wait_after=True)
    page.locator("#f-came-PC").press("Tab")
    assert page.locator("[data-came-in-all]").inner_text() == "60 people"
    with page.expect_navigation():
        page.get_by_role("button", name="Store the count").click()
    assert "60 people, 0 of them trained before" in page.locator("main").inner_text()


def test_without_a_script_numbers_are_typed(table: Any) -> None:
    training = plan_session(table.partnership)
    page = table.context("unit_supervisor", java_script_enabled=False).new_page()
    page.goto(f"/training/{training}/attendance")
    page.locator("#f-came-PC").fill("12")
    page.locator("#f-again-PC").fill("2")
    with page.expect_navigation():
        page.locator("main form button.main").click()
    assert "12 people, 2 of them trained before" in page.locator("main").inner_text()
