"""A walk over every screen of the referral service, for checks that hold on all of them (axe, pseudo-language)."""

from collections.abc import Iterator

from playwright.sync_api import Page

from support.referrals import running_service as world
from support.referrals.browsers import Desk
from support.referrals.posted_steps import open_step, post_up_to


def press(page: Page, selector: str) -> None:
    """Click what leads to another page, and wait until that is there."""
    with page.expect_navigation():
        page.locator(selector).first.click()


def pick(page: Page, name: str, value: str) -> None:
    """Tap the label of a radio or a checkbox, as a finger would; waits until nothing moves."""
    page.locator(f".option:has([name={name}][value='{value}']) label").click()


def _pick_place(page: Page, setting: str, *needs: str) -> None:
    pick(page, "setting", setting)
    for need in needs:
        pick(page, "needs", need)
    go_on(page)


def go_on(page: Page) -> None:
    """The main button of a step."""
    press(page, "#step button.main")


def say_yes(page: Page) -> None:
    """Steps 2 and 3: Sahaya's service, yes, and yes."""
    press(page, f"button[name=service][value='{world.SAHAYA_SERVICE}']")
    pick(page, "answer", "yes")
    pick(page, "another", "yes")
    go_on(page)


def describe(page: Page, name: str = "Asha") -> None:
    """Step 4 with the least that is asked."""
    page.locator("[name=name]").fill(name)
    pick(page, "method", "phone")
    page.locator("[name=number]").fill("98765 43210")
    pick(page, "age_band", "25-34")
    go_on(page)


def send_one(page: Page, *needs: str, setting: str = "street", name: str = "Asha") -> str:
    """A referral whose form was posted; the page shows the card. Returns the reference."""
    open_step(page, "done", *needs, setting=setting, name=name)
    page.locator(".card-sheet").wait_for()
    return "".join(page.locator(".reference").first.inner_text().split())


def officer_screens(desk: Desk, language: str) -> Iterator[tuple[str, Page]]:
    """Every screen of an officer, with mistakes and without."""
    page = desk.officer(language)
    page.goto("/")
    yield "home, empty", page
    page.goto("/sent")
    yield "sent, empty", page
    page.goto("/new")
    yield "place", page
    go_on(page)
    yield "place, mistakes", page
    _pick_place(page, "station", "OST", "SHELTER")
    yield "who", page
    press(page, "button[name=service]")
    yield "consent", page
    go_on(page)
    yield "consent, mistakes", page
    press(page, "button[value=back]")
    say_yes(page)
    yield "person", page
    pick(page, "age_band", "under-18")
    go_on(page)
    yield "person, mistakes", page
    yield from _a_choice_that_does_not_fit(page)
    describe(page, "Venkatanarasimharajuvaripeta Lakshmi")
    yield "review", page
    page.goto("/new")
    yield "under way", page
    yield from _to_its_end(page)
    page.goto("/")
    yield "home", page
    page.goto("/sent")
    yield "sent", page
    press(page, ".rows a")
    page.locator("details.act summary").click()
    yield "sent, one", page
    open_step(page, "who", "SHELTER")
    yield "nobody", page
    press(page, "button.main")
    yield "counted as missing", page
    yield from _without_a_yes(page)


def _to_its_end(page: Page) -> Iterator[tuple[str, Page]]:
    """From the page that asks about the form under way: thrown away almost, met by another one's page, sent."""
    review = page.locator("main a.button").first.get_attribute("href") or ""
    of_another_form = f"/new/{'0' * 16}/review"
    press(page, "main a[href$='/anew']")
    yield "begin anew", page
    page.goto(review)
    press(page, "button[value=throw-away]")
    yield "throw away", page
    page.goto(of_another_form)
    yield "other form", page
    page.goto(review)
    go_on(page)
    yield "done", page
    page.goto(review)
    yield "put away", page
    page.goto(of_another_form)
    yield "another form was finished", page


def _a_choice_that_does_not_fit(page: Page) -> Iterator[tuple[str, Page]]:
    """From step 4 with "under 18" picked: no service for adults takes that; back to step 4 with an adult."""
    pick(page, "authority", "cwc")
    pick(page, "method", "phone")
    page.locator("[name=number]").fill("98765 43210")
    go_on(page)
    yield "who, struck", page
    press(page, ".banner.warning a")


def _without_a_yes(page: Page) -> Iterator[tuple[str, Page]]:
    for answer in ("no", "card_only"):
        open_step(page, "consent")
        pick(page, "answer", answer)
        go_on(page)
        yield f"thanks, {answer}", page


def other_screens(desk: Desk, language: str) -> Iterator[tuple[str, Page]]:
    """The screens of everybody else."""
    post_up_to(desk.officer(), "done")
    page = desk.page(None, language)
    page.goto("/")
    yield "welcome", page
    page.goto("/withdraw#ABCDEFGHJKLMNP")
    yield "withdraw", page
    press(page, "main button.main")
    yield "withdraw, mistake", page
    press(page, "button[value=call_back]")
    yield "a voice, mistake", page
    page.goto("/withdraw/heard")
    yield "heard", page
    page.goto("/withdraw/done")
    yield "withdrawn", page
    page.goto("/privacy")
    yield "what is kept", page
    yield from _figures(desk, page, language)
    page = desk.case_worker(language, viewport={"width": 1280, "height": 900})
    page.goto("/inbox?sort=newest")
    yield "inbox", page
    press(page, "a.task")
    for details in page.locator("details.act").all():
        details.locator("summary").click()
    yield "task", page
    press(page, "form:has([name=then_look]) button")
    yield "identity", page
    page.goto("/inbox?show=ended")
    yield "inbox, ended", page
    for name, path in (
        ("appointments", "/appointments"),
        ("appointments, week", "/appointments/week"),
        ("team", "/team"),
    ):
        page.goto(path)
        yield name, page
    page.goto("/with-card")
    page.locator("[name=code]").fill("nonsense")
    press(page, "main button.main")
    yield "with card, mistake", page
    page.goto("/children")
    yield "children", page
    page = desk.page(world.a_person("provider_manager", world.SAHAYA, "provider"), language)
    for name, path in (("day of a manager", "/"), ("team, nobody's", "/team/nobody")):
        page.goto(path)
        yield name, page
    press(page, ".rows a")
    yield "one of the team's", page
    yield from _coordinators_day(desk, language)
    yield from _log(desk, language)
    page = desk.page(world.a_person("unit_supervisor", world.STATION, "police_unit"), language)
    page.goto("/")
    yield "day of a supervisor", page
    yield from _cards(desk, page, language)


def _log(desk: Desk, language: str) -> Iterator[tuple[str, Page]]:
    page = desk.page(world.a_person("data_officer", world.BODY, "coordinating_body"), language)
    page.goto("/")
    press(page, "main a[href='/log']")
    yield "log", page
    page.goto("/log?object=nobody")
    yield "log, mistake", page
    press(page, "form[action='/log/checks'] button")
    yield "check of the log", page


def _figures(desk: Desk, anybody: Page, language: str) -> Iterator[tuple[str, Page]]:
    """What everybody reads, of nothing, of a district and of its state; what a provider reads."""
    anybody.goto("/figures")
    yield "figures, none", anybody
    desk.live.freeze_a_year()
    for name, place in (("district", "district-315"), ("state", "state-19")):
        anybody.goto(f"/figures?place={place}")
        anybody.locator("details summary").last.click()
        yield f"figures of a {name}", anybody
    page = desk.case_worker(language)
    page.goto("/figures/services?place=district-315")
    yield "figures for services", page


def _coordinators_day(desk: Desk, language: str) -> Iterator[tuple[str, Page]]:
    page = desk.page(world.a_person("coordinator", world.BODY, "coordinating_body"), language)
    page.goto("/unanswered?show=undecided")
    yield "nothing of this kind", page
    page.goto(f"/unanswered/{desk.live.declined()}")
    page.locator("details.act summary").first.click()
    press(page, "details.act button")
    yield "one that needs a hand, mistake", page
    page.goto("/today/find?reference=R-1")
    yield "today, mistake", page
    press(page, ".figures a")
    yield "unanswered", page
    page.goto("/unmet-need")
    yield "unmet need", page
    page.goto("/today")
    press(page, "a[href$='/nobody-home']")
    yield "nobody home", page
    page.goto("/voices")
    yield "voices", page


def _cards(desk: Desk, supervisor: Page, language: str) -> Iterator[tuple[str, Page]]:
    """The supervisor's cards, the coordinator's order of them, and the sheets that are printed."""
    supervisor.goto("/cards")
    yield "cards, none", supervisor
    supervisor.locator("details.act summary").click()
    supervisor.locator("[name=number]").fill("1")
    press(supervisor, "button.danger")
    yield "cards, mistake", supervisor
    press(supervisor, "main button.main")
    yield "cards, ordered", supervisor
    page = desk.page(world.a_person("coordinator", world.BODY, "coordinating_body"), language)
    page.goto("/card-orders")
    yield "card orders", page
    press(page, ".rows a")
    yield "card order", page
    press(page, "button.main")
    yield "sheets of cards", page
    press(page, "header a")
    page.locator("details.act summary").click()
    yield "card order, printed", page
    press(page, "button.main")
    yield "card orders, sent", page
