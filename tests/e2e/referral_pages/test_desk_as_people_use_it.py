"""The data officers' desk, a request from its first screen to its last, with what the other roles see meanwhile.

Officer and case worker look before it, between its steps and after it: not a byte of the officer's pages moves.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Page, expect

from service_kit.identity import Principal
from support.pages.drawn_looks import in_drawn_looks
from support.referral import a_body, a_named_person
from support.referrals import running_service as world
from support.referrals.browsers import DESK, Desk
from support.referrals.tour import pick, press

NAME, NUMBER = "Rafiq", "98300 12345"
WORKER = uuid4()


@dataclass
class Onlookers:
    """The officer who sent a referral and the case worker who holds it; what each reads is asked for, not drawn."""

    officer: FlaskClient
    worker: FlaskClient
    referral_id: str
    reference: str

    def officers_pages(self) -> list[bytes]:
        """Every page on which the officer may read of it, as it comes."""
        paths = ("/", "/sent", f"/sent/{self.referral_id}", "/api/referrals", f"/api/referrals/{self.referral_id}")
        return [read(self.officer, path) for path in paths]

    def workers_page(self) -> str:
        """The referral's page, without how long ago something was."""
        page = read(self.worker, f"/inbox/{self.referral_id}").decode()
        return re.sub(r"(<time[^>]*>)[^<]*", r"\1", page)


def read(client: FlaskClient, path: str) -> bytes:
    answer = client.get(path)
    assert answer.status_code == 200, (path, answer.status)
    return answer.data


def a_reader(desk: Desk, who: Principal) -> FlaskClient:
    """Somebody signed in, without a browser."""
    client = desk.live.app.test_client()
    client.set_cookie(desk.live.cookie, desk.live.cookie_token(who))
    return client


def the_worker() -> Principal:
    """Who holds all of them, with a second factor given just now: a run may be longer than the half hour of one."""
    return world.a_person("case_worker", world.SAHAYA, "provider", account=WORKER)


def sent(desk: Desk, officer: Principal) -> dict[str, Any]:
    """Sent by this officer to Sahaya, and accepted there, without a browser."""
    client = desk.live.app.test_client()
    headers = {"Authorization": f"Bearer {desk.live.token(officer)}", "Idempotency-Key": str(uuid4())}
    body = a_body(service_id=str(world.SAHAYA_SERVICE), person=a_named_person())
    referral: dict[str, Any] = client.post("/api/referrals", json=body, headers=headers).get_json()
    path, worker = f"/api/referrals/{referral['id']}", {"Authorization": f"Bearer {desk.live.token(the_worker())}"}
    tag = {"If-Match": client.get(path, headers=worker).headers["ETag"]}
    assert client.post(f"{path}/accept", json={}, headers=worker | tag).status_code == 200
    return referral


@pytest.fixture
def onlookers(desk: Desk) -> Onlookers:
    officer = world.a_person("officer", world.STATION, "police_unit")
    referral = sent(desk, officer)
    readers = a_reader(desk, officer), a_reader(desk, the_worker())
    return Onlookers(*readers, referral["id"], referral["reference"])


def data_officer(desk: Desk) -> Page:
    return desk.page(desk.live.data_officer(), viewport=DESK)


def begin(page: Page, what: str) -> None:
    """From the desk's list, by its link."""
    page.goto("/desk")
    with page.expect_navigation():
        page.get_by_role("link", name=what).click()


def agree_as_second(page: Page, request: str) -> None:
    """Find it on the list, open it, and say yes."""
    page.goto("/desk")
    with page.expect_navigation():
        page.locator(f"[data-row='{request}'] a").click()
    say_yes(page)


def say_yes(page: Page) -> None:
    pick(page, "answer", "yes")
    press(page, "#form-decide button")


def request_of(page: Page) -> str:
    found = re.search(r"/desk/([0-9a-f-]{36})", page.url)
    assert found, page.url
    return found[1]


def a_life_in_danger_two_people_open_name_and_contact_and_report(desk: Desk, onlookers: Onlookers) -> None:
    before, at_the_provider = onlookers.officers_pages(), onlookers.workers_page()
    first, second, third = (data_officer(desk) for _ in range(3))
    begin(first, "A life is in danger")
    first.locator("[name=named]").fill(onlookers.reference)
    pick(first, "danger", "overdose")
    press(first, "main button.danger")
    expect(first.locator("main")).to_contain_text("A second person has to decide now")
    expect(first.get_by_role("link", name="Show name and contact")).to_have_count(0)
    request = request_of(first)
    assert onlookers.workers_page() == at_the_provider

    agree_as_second(second, request)
    with second.expect_navigation():
        second.get_by_role("link", name="Show name and contact").click()
    for shown in (NAME, NUMBER):
        expect(second.locator("#person")).to_contain_text(shown)
    expect(second.locator("#person")).not_to_contain_text("opioid")
    third.goto(f"/desk/{request}")
    expect(third.get_by_role("link", name="Show name and contact")).to_have_count(0)
    assert third.request.get(f"/desk/{request}/contact").status == 404
    assert onlookers.officers_pages() == before

    second.goto(f"/desk/{request}")
    pick(second, "outcome", "safe")
    pick(second, "passed_on_to", "ambulance")
    second.locator("[name=report]").fill("Was woken in time.")
    press(second, "#form-report button")
    expect(second.locator("main")).to_contain_text("Was woken in time.")
    assert second.request.get(f"/desk/{request}/contact").status == 404, "closed"
    assert onlookers.officers_pages() == before
    assert "opened by two data officers, for danger to life" in onlookers.workers_page()


def a_courts_order_two_people_decide_and_one_letter_goes_out(desk: Desk, onlookers: Onlookers) -> None:
    before, at_the_provider = onlookers.officers_pages(), onlookers.workers_page()
    first, second = data_officer(desk), data_officer(desk)
    begin(first, "A court, the police")
    first.locator("[name=authority]").fill("The Sessions Court")
    first.locator("[name=order]").fill("12/2026 of 1 March")
    pick(first, "by_court", "yes")
    first.locator("[name=named]").fill(onlookers.reference)
    pick(first, "items", "name")
    press(first, "main button.main")
    say_yes(first)
    expect(first.locator("main")).to_contain_text("A second person has to decide now")
    request = request_of(first)
    expect(first.get_by_role("button", name="Make the letter")).to_have_count(0)

    agree_as_second(second, request)
    press(second, "main button.main")
    expect(second.locator(".certificate")).to_contain_text(NAME)
    expect(second.locator(".certificate")).not_to_contain_text(NUMBER)  # the order names the name alone
    assert (onlookers.officers_pages(), onlookers.workers_page()) == (before, at_the_provider)


def a_breach_is_told_to_the_board_and_the_people_and_closed_by_two(desk: Desk, onlookers: Onlookers) -> None:
    before, at_the_provider = onlookers.officers_pages(), onlookers.workers_page()
    first, second = data_officer(desk), data_officer(desk)
    begin(first, "Data was lost")
    pick(first, "kind", "lost_device")
    for name in ("happened", "noticed"):
        first.locator(f"[name={name}_day]").fill("2026-03-01")
        first.locator(f"[name={name}_time]").fill("10:00")
    for name, code in (("data", "contacts"), ("risks", "others_learn"), ("measures", "erased"), ("advice", "ask_us")):
        pick(first, name, code)
    first.locator("[name=phone]").fill("033 5550 0199")
    press(first, "main button.main")
    request = request_of(first)
    with first.expect_navigation():
        first.get_by_role("link", name="Notice to print").click()
    for language in ("en", "hi", "bn"):
        expect(first.locator(f".certificate [lang={language}]").first).to_be_visible()
    first.goto(f"/desk/{request}")
    for told in ("told_board", "told_board_all", "told_people"):
        press(first, f"form:has([value={told}]) button")
    say_yes(first)
    agree_as_second(second, request)
    expect(second.locator("#form-decide")).to_have_count(0)
    second.goto("/desk?show=ended&kind=breach")
    expect(second.locator(f"[data-row='{request}']")).to_be_visible()
    assert (onlookers.officers_pages(), onlookers.workers_page()) == (before, at_the_provider)


def a_person_is_told_what_is_kept_and_has_it_corrected(desk: Desk, onlookers: Onlookers) -> None:
    before, referral_id = onlookers.officers_pages(), onlookers.referral_id
    desk.live.met_before(the_worker(), referral_id)
    worker = desk.page(the_worker(), viewport=DESK)
    worker.goto(f"/inbox/{referral_id}")
    with worker.expect_navigation():
        worker.get_by_role("link", name="asks what is kept").click()
    for kept in (NAME, NUMBER):
        expect(worker.locator("main")).to_contain_text(kept)
    with worker.expect_navigation():
        worker.get_by_role("button", name="I have told the person").click()
    worker.locator("[name=name]").fill("Salim")
    pick(worker, "gender", "man")
    worker.locator("summary", has_text="Asked for").click()
    pick(worker, "needs", "OST")
    pick(worker, "needs", "TB")
    press(worker, "#form-correction button")
    expect(worker.locator("main")).to_contain_text("What stood there before is gone")
    expect(worker.locator("main")).to_contain_text("Salim")
    expect(worker.locator("main")).not_to_contain_text(NAME)
    assert onlookers.officers_pages() == before

    story = onlookers.workers_page()
    for line in ("Told in person what is kept", "TB care"):
        assert line in story, f"the team's own page tells: {line}"
    colleague = a_reader(desk, world.a_person("case_worker", world.SAHAYA, "provider"))
    assert colleague.get(f"/inbox/{referral_id}/in-person").status_code == 409, "who never met the person"
    officer = data_officer(desk)
    officer.goto("/desk?show=ended")
    main = officer.locator("main")
    for line in ("Access, in person", "Correction, in person"):
        expect(main).to_contain_text(line)
    expect(main).not_to_contain_text(onlookers.reference)


@in_drawn_looks(
    "request_of_a_kind",
    [
        a_life_in_danger_two_people_open_name_and_contact_and_report,
        a_courts_order_two_people_decide_and_one_letter_goes_out,
        a_breach_is_told_to_the_board_and_the_people_and_closed_by_two,
        a_person_is_told_what_is_kept_and_has_it_corrected,
    ],
)
def test_from_its_first_screen_to_its_last(
    desk: Desk, onlookers: Onlookers, request_of_a_kind: Callable[[Desk, Onlookers], None]
) -> None:
    request_of_a_kind(desk, onlookers)
