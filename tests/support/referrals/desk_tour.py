"""A walk over every screen of the data officer's desk, for checks that hold on all screens."""

from collections.abc import Iterator

from playwright.sync_api import Page

from referral_service.outside.codes import new_card_code
from service_kit.ids import SystemIds
from support.referrals import running_service as world
from support.referrals.browsers import Desk
from support.referrals.tour import pick, press


def desk_screens(desk: Desk, language: str) -> Iterator[tuple[str, Page]]:
    """Two officers of one state; what both see is walked once."""
    page = desk.page(desk.live.data_officer(), language)
    page.goto("/")
    yield "day of a data officer", page
    page.goto("/desk")
    yield "desk, nothing waits", page
    yield from _by_code(desk, page)
    reference = str(desk.live.moved("accept")["reference"])
    second = desk.page(desk.live.data_officer(), language)
    yield from _demand(page, second, reference)
    for officer in (page, second):  # with a second factor given now
        desk.sign_in(officer, desk.live.data_officer())
    yield from _emergency(page, second, reference)
    yield from _breach(page)
    yield from _in_person(desk, language)


def _by_code(desk: Desk, page: Page) -> Iterator[tuple[str, Page]]:
    page.goto("/desk/withdrawal")
    page.locator("[name=code]").fill("nonsense")
    press(page, "main button.main")
    yield "withdrawal by phone, mistake", page
    page.goto("/desk/erasure")
    page.locator("[name=code]").fill(new_card_code(SystemIds()))
    press(page, "main button.main")
    yield "erasure, queued", page
    queued = page.url.partition("?")[0]
    page.goto("/desk")
    yield "desk, one waits", page
    desk.live.let_the_worker_look()
    page.goto("/desk?show=ended")
    yield "desk, what ended", page
    page.goto("/desk?kind=breach")
    yield "desk, no request of a kind", page
    page.goto(queued)
    yield "erasure, done", page
    press(page, "main a.button.main")
    yield "certificate", page


def _demand(page: Page, second: Page, reference: str) -> Iterator[tuple[str, Page]]:
    page.goto("/desk/demand")
    press(page, "main button.main")
    yield "demand, mistakes", page
    page.locator("[name=authority]").fill("The Sessions Court of North and South Twenty-four Parganas")
    page.locator("[name=order]").fill("12/2026")
    pick(page, "by_court", "yes")
    page.locator("[name=named]").fill(reference)
    pick(page, "items", "name")
    pick(page, "items", "contact")
    press(page, "main button.main")
    press(page, "#form-decide button")
    yield "demand, decision without an answer", page
    for officer in (page, second):
        officer.goto(page.url)
        pick(officer, "answer", "yes")
        press(officer, "#form-decide button")
    yield "demand, decided", second
    press(second, "main button.main")
    yield "letter", second
    second.goto(page.url)
    yield "demand, answered", second


def _emergency(page: Page, second: Page, reference: str) -> Iterator[tuple[str, Page]]:
    page.goto("/desk/emergency")
    press(page, "main button.danger")
    yield "danger to life, mistakes", page
    page.locator("[name=named]").fill(reference)
    pick(page, "danger", "overdose")
    press(page, "main button.danger")
    yield "danger to life, asked", page
    second.goto(page.url)
    yield "danger to life, to confirm", second
    pick(second, "answer", "yes")
    press(second, "#form-decide button")
    press(second, "main a.button.main")
    yield "name and contact", second
    press(second, "#form-report button")
    yield "report, mistakes", second
    pick(second, "outcome", "safe")
    pick(second, "passed_on_to", "ambulance")
    second.locator("[name=report]").fill("—")
    press(second, "#form-report button")
    yield "danger to life, reported", second


def _breach(page: Page) -> Iterator[tuple[str, Page]]:
    page.goto("/desk/breach")
    press(page, "main button.main")
    yield "breach, mistakes", page
    pick(page, "kind", "lost_device")
    for name in ("happened", "noticed"):
        page.locator(f"[name={name}_day]").fill("2026-03-01")
        page.locator(f"[name={name}_time]").fill("10:00")
    for name, code in (("data", "contacts"), ("risks", "others_learn"), ("measures", "erased"), ("advice", "ask_us")):
        pick(page, name, code)
    page.locator("[name=phone]").fill("033 5550 0199")
    press(page, "main button.main")
    press(page, "form:has([value=told_board]) button")
    yield "breach", page
    page.goto(f"{page.url}/notice")
    yield "notice of a breach", page


def _in_person(desk: Desk, language: str) -> Iterator[tuple[str, Page]]:
    """A case worker's page, for somebody whom they reached yesterday."""
    worker = world.a_person("case_worker", world.SAHAYA, "provider")
    referral_id = desk.live.met_yesterday(worker)
    page = desk.page(worker, language)
    page.goto(f"/inbox/{referral_id}/in-person")
    page.locator("[name=number]").fill("1")
    press(page, "#form-correction button")
    yield "in person, mistake", page
    page.goto(f"/inbox/{desk.live.moved('accept')['id']}/in-person")
    yield "in person, refused", page
