"""The pages on which officers, prison health and case workers begin lead a focal point to whom they ring.

The directory, which is not running here, says how many partners there are to ring.
"""

import json

from playwright.sync_api import expect

from support.pages.looks import faults
from support.referrals.browsers import Desk
from support.referrals.running_service import OTHER_PRISON, SAHAYA, STATION, a_person

FOCAL_POINTS = (
    ("officer", STATION, "police_unit"),
    ("custody_health", OTHER_PRISON, "prison"),
    ("case_worker", SAHAYA, "provider"),
)
LINE = "[data-if-any$='/whom-to-ring/count']"


def test_the_home_page_has_the_line_of_who_has_a_partner_to_ring(desk: Desk) -> None:
    page, partners = desk.page(None), 0
    origin = {"Access-Control-Allow-Origin": desk.live.base, "Access-Control-Allow-Credentials": "true"}
    page.route(
        "**/whom-to-ring/count",
        lambda route: route.fulfill(body=json.dumps({"count": partners}), headers=origin),
    )
    for role, place, kind in FOCAL_POINTS:
        desk.sign_in(page, a_person(role, place, kind))
        for partners in (0, 1):
            with page.expect_response("**/whom-to-ring/count"):
                page.goto("/")
            line = page.locator(LINE)
            expect(line).to_be_visible() if partners else expect(line).to_be_hidden()
            assert faults(page, f"home of {role}, {partners} to ring") == [], role
        assert str(line.locator("a").get_attribute("href")).endswith("/whom-to-ring"), role


def test_who_reads_the_agreements_has_no_such_line(desk: Desk) -> None:
    page = desk.page(a_person("provider_manager", SAHAYA, "provider"))
    page.goto("/")
    assert page.locator(LINE).count() == 0
