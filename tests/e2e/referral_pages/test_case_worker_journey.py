"""A case worker answers: with two keys from the inbox, by mouse, and without seeing a name that is not asked for."""

import re

from playwright.sync_api import Page, expect

from support.kit.browser_clock import let_eight_seconds_pass, stop_the_clock
from support.referrals.browsers import (
    DESK,
    Desk,
)
from support.referrals.posted_steps import post_one
from support.referrals.tour import (
    pick,
    press,
)

INBOX = "/inbox?sort=newest"
"""Other tests' referrals are there, too, and a page shows twenty-five."""


def opened(worker: Page, reference: str) -> None:
    """This referral's page, with its scripts, from the inbox."""
    worker.goto(INBOX)
    press(worker, f"a.task:has-text('{reference}')")


def officer_sees(page: Page, reference: str) -> str:
    """The word of the view on this sent referral."""
    rows = page.request.get("/sent").text().partition('class="rows')[2].split("<li")
    (row,) = [each for each in rows if reference in re.sub(r"<[^>]+>|\s", "", f"<li{each}")]
    return row.partition('class="tag')[2].split("</span>")[1]


def wait_out(worker: Page) -> None:
    """Let the eight seconds pass in which an answer can be undone, and wait until it is written."""
    with worker.expect_response(lambda answer: answer.request.redirected_from is not None):
        let_eight_seconds_pass(worker)


def test_a_case_worker_answers_by_keys_or_buttons_and_the_officer_sees_what_came(desk: Desk) -> None:
    officer = desk.officer()
    accepted, declined, refused = (post_one(officer).reference for _ in range(3))
    worker = desk.case_worker(viewport=DESK)
    stop_the_clock(worker)

    # when the person says no, the officer sees "Accepted", for what came of it is not told
    opened(worker, refused)
    worker.locator("article form[action*='/fail'] button").click()
    wait_out(worker)
    assert "Accepted" in officer_sees(officer, refused)

    # looking opens nothing, and a decline tells why
    opened(worker, declined)
    assert "Sent" in officer_sees(officer, declined)
    worker.keyboard.press("d")
    pick(worker, "reason", "no_capacity")
    worker.locator("#decline button.main").click()
    wait_out(worker)
    officer.goto("/sent")
    press(officer, f".rows > li:has-text('{declined}') a")
    text = officer.locator("main").inner_text()
    for told in ("Not taken", "No free place now", "Others who may help"):
        assert told in text

    # two keys accept from the inbox
    worker.goto(INBOX)
    row = worker.locator("li[data-row]", has_text=accepted)
    while not row.evaluate("row => row.contains(document.activeElement)"):
        worker.keyboard.press("j")
    worker.keyboard.press("a")
    wait_out(worker)
    expect(row).to_contain_text("is accepted")  # the answer's page came; the row follows once it is read
    assert "Accepted" in officer_sees(officer, accepted)


def test_a_code_from_the_card_withdraws_without_an_account_and_leaves_a_ghost(desk: Desk) -> None:
    officer = desk.officer()
    sent = post_one(officer)
    code = sent.code
    person = desk.page(None)
    person.goto(f"/withdraw#{code.replace('-', '')}")
    assert person.locator("[name=code]").input_value() == code.replace("-", "")
    assert code not in person.url
    press(person, "main button.main")
    calm = person.locator("main").inner_text()
    person.goto("/withdraw")
    person.locator("[name=code]").fill(code.lower())
    press(person, "main button.main")
    assert person.locator("main").inner_text() == calm
    desk.live.let_the_worker_look()

    worker = desk.case_worker(viewport=DESK)
    stop_the_clock(worker)
    opened(worker, sent.reference)
    article = worker.locator("article").inner_text()
    assert "answer as you would have" in article.lower()
    assert worker.locator("a[rel=nofollow]").count() == 0
    worker.locator("article form[action*='/accept'] button").click()
    wait_out(worker)
    assert "Accepted" in officer_sees(officer, sent.reference)
