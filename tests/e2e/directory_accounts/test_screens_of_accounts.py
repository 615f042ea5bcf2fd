"""Every screen of accounts in a browser: by keyboard without JavaScript, in three languages, under axe."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.sync_api import Locator, Page

from support.accounts import Person
from support.pages.drawn_looks import EVERY_LOOK, drawn_some
from support.pages.looks import faults

Way = Callable[..., Iterator[tuple[str, Page]]]
PSEUDO = "en-XA"
# the parts of a page that are data or names, not texts of ours
DATA = "time, code, dd, input, select, [translate=no]"


def a_worker(site: Any) -> Person:
    return site.house.person("case_worker", site.house.organization("provider"))


def ways_in(site: Any, **how: Any) -> Iterator[tuple[str, Page]]:
    worker = a_worker(site)
    _account, user, slip = site.house.newcomer("custody_health", site.house.organization("prison"))
    page = site.open("/sign-in", **how)
    yield "sign in", page
    press(page, page.locator("main button").first)
    yield "sign in, errors", page
    send(page, user=worker.user, password=worker.password)
    yield "second factor", page
    send(page, code="123456")
    yield "second factor, wrong", page
    page.goto("/first-sign-in")
    yield "slip", page
    send(page, user=user, slip=slip)
    yield "first password", page
    send(page, password="monsoon bridge lantern")
    yield "which factor", page
    press(page, page.locator("main button").first)
    yield "app", page
    page.goto("/first-sign-in/second-factor")
    page.locator("input[value=printed]").check(force=True)
    press(page, page.locator("main button").first)
    yield "printed list", page
    page.goto("/first-sign-in/ready")
    yield "ready, and waiting to be let in", page
    page.goto("/signed-out")
    yield "signed out", page


def ways_of_a_manager(site: Any, **how: Any) -> Iterator[tuple[str, Page]]:
    manager = site.house.person("unit_supervisor", site.unit)
    site.house.newcomer("officer", site.unit, user="wb.constable.4711")
    invited = site.house.person("officer", site.house.organization("court"), user="wb.court.4711")
    page = site.open("/account", manager, **how)
    for path in ("/signed-in", "/account", "/switch", "/members", "/members/new"):
        page.goto(path)
        yield path, page
    press(page, page.locator("main button").last)
    yield "new member, errors", page
    page.goto("/members/invite")
    press(page, page.locator("main button.main"))
    yield "invite, errors", page
    page.locator("input[value=officer]").check(force=True)
    page.locator("#f-user-name").fill(invited.user)
    press(page, page.locator("main button.main"))
    yield "members, invited", page
    yield "invitations", site.open("/invitations", invited, **how)
    yield "change role, invited", site.open("/switch", invited, **how)
    page.goto("/members")
    press(page, page.locator("li", has_text="wb.constable.4711").locator("a.button").last)
    yield "end membership", page
    page.goto("/members")
    press(page, page.locator("li", has_text="wb.constable.4711").locator("a.button").first)
    yield "a new slip?", page
    press(page, page.locator("main button.danger"))
    yield "printed slip", page


def keys_of_programs(site: Any, **how: Any) -> Iterator[tuple[str, Page]]:
    provider = site.house.organization("provider")
    page = site.open("/api-keys", site.house.person("provider_manager", provider), **how)
    yield "keys, none", page
    page.goto("/api-keys/new")
    press(page, page.locator("main button.main"))
    yield "new key, errors", page
    page.locator("#f-scopes").check(force=True)
    send(page, name="X" * 80)
    yield "the key", page
    page.goto("/api-keys")
    yield "keys", page
    press(page, page.locator("main li a.button"))
    yield "end a key", page
    press(page, page.locator("main button.danger"))
    yield "keys, one ended", page


def resets(site: Any, **how: Any) -> Iterator[tuple[str, Page]]:
    worker = a_worker(site)
    body = site.house.organization("coordinating_body")
    page = site.open("/resets", site.house.person("coordinator", body), **how)
    yield "resets", page
    page.locator("input[value=second_factor]").check(force=True)
    send(page, user=worker.user)
    yield "first half of a slip", page
    page.goto(page.url.replace("/slip", "/resets"))
    yield "resets, asked", page
    yield "resets, second person", site.open("/resets", site.house.person("data_officer", body), **how)


def roles_of_two(site: Any, **how: Any) -> Iterator[tuple[str, Page]]:
    body = site.house.organization("coordinating_body", name="State AIDS Society with a name that is rather long")
    officer = site.house.person("data_officer", body)
    page = site.open("/grants", site.house.person("coordinator", body), **how)
    press(page, page.locator("#form-propose button.main"))
    yield "a role by two, errors", page
    page.locator(f"input[value='{body}']").check(force=True)
    page.locator("#f-name").fill("Zothanpuii of the State AIDS Society")
    page.locator("#f-user-name").fill("zothanpuii.of.the.society")
    press(page, page.locator("#form-propose button.main"))
    yield "a role by two, proposed", page
    second = site.open("/grants", officer, **how)
    yield "a role by two, to agree to", second
    press(second, second.locator("main button").last)
    yield "a role by two, agreed", second
    page.goto("/grants")
    yield "a role by two, a slip to print", page


def press(page: Page, target: Locator) -> None:
    with page.expect_navigation():
        target.click()


def send(page: Page, **answers: str) -> None:
    for name, answer in answers.items():
        page.locator(f"#f-{name}").fill(answer)
    press(page, page.locator("main button.main").last)


EACH = [ways_in, ways_of_a_manager, keys_of_programs, resets, roles_of_two]
"""Each page in each of its states, in the order of a person's way."""
LOOKS = [("en", 360, "light"), ("hi", 360, "dark"), ("bn", 1280, "light"), (PSEUDO, 1280, "light")]
ALL = [(way, *look) for way in EACH for look in LOOKS]
WAYS = ALL if EVERY_LOOK else drawn_some(ALL, 1 / len(ALL), of="ways of accounts")
"""Which a run walks, and in what look: one of all in `make test`, each in a soak."""


@pytest.mark.parametrize(("way", "lang", "width", "scheme"), WAYS)
def test_axe_finds_nothing_nothing_is_cut_and_no_text_is_untranslated(
    site: Any, way: Way, lang: str, width: int, scheme: str
) -> None:
    """In the pseudo-language that all is translated, in the others what axe says and how wide it is."""
    site.house.clock.set(datetime.now(UTC))
    look = {"lang": lang, "width": width, "color_scheme": scheme}
    found = {
        name: untranslated(page) if lang == PSEUDO else faults(page, f"accounts, {name}")
        for name, page in way(site, **look, bypass_csp=True)
    }
    assert {name: faulty for name, faulty in found.items() if faulty} == {}


def untranslated(page: Page) -> list[str]:
    """Words that stand outside of every ⟦…⟧."""
    left: list[str] = page.evaluate(
        """data => {
            const main = document.querySelector('main').cloneNode(true);
            main.querySelectorAll(data).forEach(node => node.remove());
            return main.textContent.replace(/⟦[^⟦⟧]*⟧/g, '').match(/[A-Za-z]{3,}/g) || [];
        }""",
        DATA,
    )
    return left


def test_by_keyboard_alone_without_javascript_from_the_slip_to_the_account(site: Any) -> None:
    house = site.house
    house.clock.set(datetime.now(UTC))
    _account, user, slip = house.newcomer("case_worker", house.organization("provider"))
    page = site.open("/first-sign-in", java_script_enabled=False)

    def tab_to(selector: str) -> None:
        for _ in range(40):
            page.keyboard.press("Tab")
            if page.locator(f"{selector}:focus").count():
                return
        raise AssertionError(f"{selector} cannot be reached by keyboard")

    def enter() -> None:
        with page.expect_navigation():
            page.keyboard.press("Enter")

    tab_to("#f-user")
    page.keyboard.type(user)
    tab_to("#f-slip")
    page.keyboard.type(slip)
    enter()
    tab_to("#f-password")
    page.keyboard.type("monsoon bridge lantern")
    enter()
    tab_to("input[value=totp]")
    page.keyboard.press("ArrowDown")
    enter()
    first = re.search(r"[A-Z0-9]{4}-[A-Z0-9]{4}", page.locator("main").inner_text())
    assert first
    tab_to("#f-code")
    page.keyboard.type(first[0])
    enter()
    page.wait_for_url(f"{site.base}/")
    page.goto("/account")
    assert page.get_by_text("You use a printed list; 9 codes are left.").is_visible()


def test_no_word_of_the_first_heading_is_broken_on_a_phone(site: Any) -> None:
    page = site.open("/first-sign-in", width=360)
    heading = page.locator("h1")
    lines = heading.evaluate(
        """heading => { const text = heading.firstChild, seen = [];
          for (const word of text.textContent.matchAll(/\\S+/g)) {
            const range = document.createRange();
            range.setStart(text, word.index); range.setEnd(text, word.index + word[0].length);
            if (range.getClientRects().length > 1) seen.push(word[0]); }
          return seen; }"""
    )
    assert lines == []
