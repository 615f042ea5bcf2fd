"""Cards from order to paper, without a script: what lies outside when they are folded, and how many pages come out."""

import re

import pytest
from playwright.sync_api import Locator, Page

from support.pages.drawn_looks import in_drawn_looks
from support.referrals import running_service as world
from support.referrals.browsers import DESK, Desk
from support.referrals.tour import pick, press

UNITS = {"a4": (world.STATION, "police_unit", "hi"), "a6": (world.PRISON, "prison", "bn")}
NAMES = {key: name for key, name, _kind in world.ORGANIZATIONS}
TITLES = {"hi": "स्वास्थ्य और सहारा", "bn": "স্বাস্থ্য ও সহায়তা"}
PAGES = {"a4": 2, "a6": 16}  # of two sheets
SIZES = {"a4": (210, 297), "a6": (105, 148)}  # millimetres


def ordered(desk: Desk, paper: str) -> Page:
    """The coordinator's page of an order of two sheets, in a browser that runs no script."""
    unit, kind, _ = UNITS[paper]
    supervisor = desk.page(world.a_person("unit_supervisor", unit, kind), java_script_enabled=False)
    supervisor.goto("/cards")
    supervisor.locator("[name=sheets]").fill("2")
    press(supervisor, "main button.main")
    body = world.a_person("coordinator", world.BODY, "coordinating_body")
    page = desk.page(body, java_script_enabled=False, viewport=DESK)
    page.goto("/card-orders")
    press(page, f".rows a:has-text('{NAMES[unit]}')")
    return page


def box_of(part: Locator) -> tuple[float, float, float, float]:
    """Left, top, right, bottom in pixels."""
    found = part.bounding_box()
    assert found is not None
    return found["x"], found["y"], found["x"] + found["width"], found["y"] + found["height"]


@in_drawn_looks("paper", ["a4", "a6"])
def test_cards_are_ordered_printed_and_fold_over_their_code(desk: Desk, paper: str) -> None:
    page, language = ordered(desk, paper), UNITS[paper][2]
    pick(page, "paper", paper)
    page.locator("select[name=language]").select_option(language)
    press(page, "button.main")
    first = page.locator(".printed-card").first
    assert first.locator("h2").inner_text() == TITLES[language]
    secret = re.sub(r"\W", "", first.locator(".secret").inner_text())
    assert len(secret) == 14
    assert secret not in re.sub(r"\W", "", first.locator(".outer").inner_text())
    assert first.locator(".outer .qr, .flap .qr").count() == 0
    assert first.locator(".outer .bars").count() == 1

    page.emulate_media(media="print")
    outer, inner, flap = (box_of(first.locator(part)) for part in (".outer", ".inner", ".flap"))
    across, along = (0, 2) if paper == "a4" else (1, 3)
    assert (outer[along], inner[along]) == pytest.approx((inner[across], flap[across]), abs=1)
    assert flap[along] - flap[across] >= inner[along] - inner[across] - 1  # it covers all of the code's part
    for drawn in (".qr", ".secret"):
        left, top, right, bottom = box_of(first.locator(drawn))
        assert inner[0] <= left < right <= inner[2] + 1
        assert inner[1] <= top < bottom <= inner[3] + 1
    assert not page.locator(".screen").is_visible()

    written = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type /Page\b", written)) == PAGES[paper]
    (size,) = set(re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", written))
    assert [float(points) / 72 * 25.4 for points in size] == pytest.approx(SIZES[paper], abs=0.5)

    page.emulate_media(media="screen")
    press(page, ".screen a")
    press(page, "button.main")
    assert "Marked as sent" in page.locator(".banner.done").inner_text()
