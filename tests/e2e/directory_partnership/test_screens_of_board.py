"""Every screen of the board and of reports: nothing to complain of for axe, nothing too wide, in any language."""

import re
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from support.board.tended_board import Board, a_report, post_named, post_unnamed
from support.pages.drawn_looks import in_drawn_looks
from support.pages.looks import faults


def look(page: Page, *paths: str) -> None:
    for path in paths:
        page.goto(path)
        assert page.locator("h1").count() == 1, path
        assert faults(page, re.sub(r"[0-9a-f-]{36}", "an item", f"board, {path}")) == [], path


@in_drawn_looks("lang", ["en", "hi", "bn"])
def test_each_screen_in_each_language(table: Any, lang: str, tmp_path: Path) -> None:
    board = Board(table.partnership, tmp_path)
    look(table.context("officer", lang=lang).new_page(), "/board", "/reports", "/reports/new")
    item = post_named(table.partnership.browser("case_worker"), "Longer words of a concern that goes on " * 6)
    post_unnamed(table.partnership.browser("officer"), "Training on a Sunday")
    report = a_report(text="Stopped twice on the way", parent="yes")
    table.partnership.browser("case_worker").post("/reports/new", data=report)
    board.mornings(3)
    officer = table.context("officer", lang=lang).new_page()
    look(officer, "/board", f"/board/{item}", "/board/new")
    with officer.expect_navigation():
        officer.locator("main form button.main").click()
    assert officer.locator(".error-summary a").count() == 3
    assert faults(officer, "board, errors") == []
    officer.locator("label:has(+ input[value=idea]), input[value=idea] + label").click()
    officer.locator("label:has(+ input[value=unnamed]), input[value=unnamed] + label").click()
    officer.locator("textarea").fill("Cards in two languages")
    with officer.expect_navigation():
        officer.locator("main form button.main").click()
    assert "Cards in two languages" in officer.locator("blockquote").inner_text()
    assert faults(officer, "board, read again") == []
    with officer.expect_navigation():
        officer.locator("main form button.main").click()
    assert officer.locator(".banner.done").count() == 1
    coordinator = table.context("coordinator", lang=lang, width=1280, height=900).new_page()
    look(coordinator, "/board", f"/board/{item}", "/reports")
    with coordinator.expect_navigation():
        coordinator.locator("main form button").click()
    assert coordinator.locator(".banner.done").count() == 1
    with coordinator.expect_navigation():
        coordinator.locator("form[action$='/answer'] button").click()
    assert coordinator.locator(".error-summary").count() == 1
    assert faults(coordinator, "board, answer missing") == []
