"""What holds on every screen: nothing for axe to find, no untranslated word, no sideways scrolling, a light load."""

import calendar
import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import CDPSession, Page, ViewportSize

from support.pages.drawn_looks import EVERY_LOOK, drawn_some
from support.pages.looks import too_wide, violations_of
from support.referrals.browsers import Desk
from support.referrals.custody_tour import custody_screens
from support.referrals.desk_tour import desk_screens
from support.referrals.running_service import (
    LISTINGS,
    ORGANIZATIONS,
)
from support.referrals.tour import (
    officer_screens,
    other_screens,
)

Tour = Callable[[Desk, str], Iterator[tuple[str, Page]]]
PSEUDO = "en-XA"
EACH: list[tuple[Tour, str]] = [
    *((tour, PSEUDO) for tour in (officer_screens, other_screens, custody_screens, desk_screens)),
    *((officer_screens, language) for language in ("hi", "bn")),
]
TOURS = EACH if EVERY_LOOK else drawn_some(EACH, 1 / 6, of="tours")
"""Whose screens a run looks at, and in what: one of six walks in `make test`, all in a soak."""
PHONE: ViewportSize = {"width": 360, "height": 640}
FIRST_LOAD = 60_000  # bytes on the wire, everything the first page of the form needs
DATA = sorted(
    [name for _key, name, _kind in ORGANIZATIONS]
    + [listing["name"] for listing in LISTINGS]
    + list(calendar.month_name[1:])  # a month is said by the library of dates, which knows no pseudo-language
    + ["Shyambazar", "Opposite the tram depot", "Asha", "English", "हिन्दी", "বাংলা", "Pseudo"],
    key=len,
    reverse=True,
)


@pytest.mark.parametrize(("tour", "language"), TOURS)
def test_axe_finds_nothing_no_text_is_left_untranslated_and_nothing_sticks_out_on_any_screen(
    desk: Desk, tour: Tour, language: str
) -> None:
    """In the pseudo-language, or in another script on the smallest phone."""
    found = []
    for name, page in tour(desk, language):
        found += [f"{name}: {fault}" for fault in (in_pseudo(page, name) if language == PSEUDO else on_smallest(page))]
    assert found == []


def in_pseudo(page: Page, name: str) -> Iterator[str]:
    """How wide things are, is asked without its brackets. Axe is asked about some of the screens (`looks.py`)."""
    yield from untranslated(page)
    yield from violations_of(page, f"tour, {name}")
    yield from (f"{link} lies under another" for link in covered_links(page))
    if name != "sheets of cards":  # paper: as wide as A4 on any screen
        yield from (f"{element} sticks out" for element in sticking_out_when_twice_as_large(page))


def on_smallest(page: Page) -> Iterator[str]:
    page.set_viewport_size({"width": 320, "height": 640})  # WCAG 2.2, 1.4.10
    if too_wide(page):
        yield "scrolls sideways"


def covered_links(page: Page) -> list[str]:
    """Links of rows that a finger on their middle does not meet."""
    found: list[str] = page.evaluate(
        """() => {
             const covered = [...document.querySelectorAll('.rows > li a')].filter(link => {
               if (!link.checkVisibility()) return false;
               link.scrollIntoView({ block: 'center', behavior: 'instant' });
               const box = link.getClientRects()[0];
               const met = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
               return met.closest('a') !== link;
             });
             scrollTo(0, 0);
             return covered.map(link => link.outerHTML.slice(0, 120));
           }"""
    )
    return found


def sticking_out_when_twice_as_large(page: Page) -> list[str]:
    """What makes a phone's page scroll sideways at 200 %, zoomed (as wide as half) or with text twice as large."""
    before = page.viewport_size or PHONE
    phone: ViewportSize = {"width": PHONE["width"], "height": before["height"]}
    page.set_viewport_size({**phone, "width": phone["width"] // 2})
    found = sticking_out(page, "")
    page.set_viewport_size(phone)
    found += sticking_out(page, "225%")
    if before != phone:
        page.set_viewport_size(before)
    return found


def sticking_out(page: Page, font_size: str) -> list[str]:
    """The innermost elements beyond the right edge, counts in the menu and all that can be opened shown.

    The brackets of the pseudo-language are taken out of the page.
    """
    found: list[str] = page.evaluate(
        """size => {
             const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
             while (texts.nextNode()) texts.currentNode.data = texts.currentNode.data.replace(/[⟦⟧]/g, '');
             const root = document.documentElement;
             const opened = [...document.querySelectorAll('details:not([open])')];
             document.querySelectorAll('.badge').forEach(badge => badge.classList.add('some'));
             opened.forEach(more => { more.open = true; });
             root.style.fontSize = size;
             const wide = root.clientWidth, all = [...document.querySelectorAll('body *')];
             const out = all.filter(one => one.getBoundingClientRect().right > wide).slice(-4);
             const wider = root.scrollWidth > wide;
             root.style.fontSize = '';
             opened.forEach(more => { more.open = false; });
             return wider ? [root, ...out].map(one => one.outerHTML.slice(0, 120)) : [];
           }""",
        font_size,
    )
    return found


def untranslated(page: Page) -> list[str]:
    """Texts with letters that stand outside of every ⟦…⟧; the database's own words and codes do not count."""
    texts = page.evaluate(
        """() => {
             const skipped = '[translate=no], time, .read, svg, script, style';
             const blocks = 'p, li, h1, h2, h3, dt, dd, label, legend, button, a, option, summary, div, th, td, title';
             const walker = document.createTreeWalker(document.documentElement, NodeFilter.SHOW_TEXT);
             const texts = new Map();
             while (walker.nextNode()) {
               const parent = walker.currentNode.parentElement;
               if (parent.closest(skipped)) continue;
               const block = parent.closest('p, li, h1, h2, h3') || parent.closest(blocks) || parent;
               texts.set(block, (texts.get(block) || '') + walker.currentNode.textContent);
             }
             const labelled = document.querySelectorAll('[aria-label]');
             const labels = Array.from(labelled, one => one.getAttribute('aria-label'));
             return [...texts.values(), ...labels];
           }"""
    )
    return [text for text in texts if re.search(r"[A-Za-z]{2}", _outside(text))]


def _outside(text: str) -> str:
    for known in DATA:
        text = text.replace(known, "")
    depth, rest = 0, []
    for sign in text:
        depth += (sign == "⟦") - (sign == "⟧")
        if depth == 0 and sign != "⟧":
            rest.append(sign)
    return re.sub(r"R-[A-Z0-9]{4}-[A-Z0-9]{4}|\d{1,2} [A-Z][a-z]{2} \d{4}|127\.0\.0\.1\S*", "", "".join(rest))


def test_the_first_load_of_the_form_is_at_most_sixty_kilobytes(desk: Desk) -> None:
    page = desk.officer("bn")
    session: CDPSession = page.context.new_cdp_session(page)
    received: list[int] = []
    session.send("Network.enable")
    session.on("Network.loadingFinished", lambda event: received.append(int(event["encodedDataLength"])))
    page.goto("/new", wait_until="networkidle")
    assert page.locator("[name=needs]").count() == 13
    assert 0 < sum(received) <= FIRST_LOAD, f"{sum(received)} bytes"
