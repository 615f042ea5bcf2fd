"""A prison nurse moves a day of release on a phone, without touching it, and sees what it changed."""

from datetime import timedelta

from playwright.sync_api import Page, expect

from support.pages.drawn_looks import in_drawn_looks
from support.referrals.browsers import Desk
from support.referrals.custody_tour import a_nurse, send_from_prison

URGENT = {
    "en": "The referral is urgent now, because the release is near.",
    "hi": "रेफ़रल अब ज़रूरी है, क्योंकि रिहाई पास है।",
    "bn": "রেফারেলটি এখন জরুরি, কারণ মুক্তি কাছে।",
}


@in_drawn_looks("language", sorted(URGENT))
def test_by_keyboard_a_near_day_makes_it_urgent_and_the_page_says_so(desk: Desk, language: str) -> None:
    nurse = a_nurse()
    referral = send_from_prison(desk, nurse, in_days=40)
    page = desk.page(nurse, language, locale="en-US")  # how the browser's own date field is typed
    page.goto("/leaving")
    listed = page.locator(f".rows a[href$='/sent/{referral}']")
    assert listed.count() == 0
    page.goto(f"/sent/{referral}")
    tab_to(page, "a[href$='/release']")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    tab_to(page, "[name=expected_release]")
    page.keyboard.type((nurse.issued_at + timedelta(days=5)).strftime("%m%d%Y"))
    tab_to(page, "main button.main")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.locator(".banner.done")).to_contain_text(URGENT[language])
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    page.goto("/leaving")
    expect(listed).to_have_count(1)


def test_the_sum_of_the_menu_stands_in_the_menu_alone(desk: Desk) -> None:
    """A list says its own total to the script that watches it, which is no badge."""
    send_from_prison(desk, a_nurse(), in_days=3)
    page = desk.case_worker()
    page.goto("/inbox/leaving")
    expect(page.locator(".badge[data-total].some")).to_be_visible()
    assert page.locator("[data-refresh]").evaluate("list => list.firstChild.textContent.trim()") == ""


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until this has the focus."""
    wanted = page.locator(selector).first
    for _ in range(80):
        if wanted.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{selector} is out of reach of the keyboard")
