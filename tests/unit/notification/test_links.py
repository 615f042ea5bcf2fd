"""The table of where a notice leads: a page for every audience of every line, and none that its role may not open."""

from uuid import UUID

import pytest

from notification_service.domain.links import DESTINATIONS, EVERY_ROLE, Links
from notification_service.domain.notices import Place
from notification_service.domain.routing_table import REFERRING, ROLE_OF, ROUTES, Audience, Rule

LINKS = Links("https://setu.example", "https://setu.example/directory", "https://setu.example/notifications")
REFERRAL = UUID(int=7)
LINES = sorted({rule for rules in ROUTES.values() for rule in rules}, key=str)


@pytest.mark.parametrize("rule", LINES, ids=lambda rule: f"{rule.kind}, {rule.audience}")
def test_every_line_of_routing_has_a_page_for_its_audience(rule: Rule) -> None:
    if rule.audience is Audience.OWNER:
        assert EVERY_ROLE in DESTINATIONS[Place.ACCOUNT]
    elif rule.audience in (Audience.FOCAL_POINTS, Audience.FORMER_FOCAL_POINTS):
        assert EVERY_ROLE in DESTINATIONS[rule.leads_to]
    elif rule.audience in REFERRING:
        assert {"officer", "custody_health"} <= DESTINATIONS[Place.SENT].keys()
    else:
        pages = [(ROLE_OF[audience], DESTINATIONS[rule.leads(audience)]) for audience in rule.audiences]
        assert all(role in page or EVERY_ROLE in page for role, page in pages)


@pytest.mark.parametrize(
    ("role", "path"), [("case_worker", "inbox"), ("provider_manager", "overdue"), ("coordinator", "unanswered")]
)
def test_a_teams_notice_leads_each_role_to_its_own_page(role: str, path: str) -> None:
    assert LINKS.to("inbox", REFERRAL, role) == f"https://setu.example/{path}/{REFERRAL}"


def test_a_handover_is_led_to_and_one_of_an_older_release_to_the_list() -> None:
    led = [LINKS.to("handovers", None, "unit_supervisor", matter=matter) for matter in (REFERRAL, None)]
    assert led == [f"https://setu.example/directory/handovers{end}" for end in (f"/{REFERRAL}", "")]


def test_what_is_off_is_read_in_the_list_of_notices_by_every_role() -> None:
    led = {LINKS.to("meetings", None, role, is_off=True) for role in (*DESTINATIONS[Place.MEETINGS], "officer")}
    assert led == {"https://setu.example/notifications/"}


@pytest.mark.parametrize("place", ["inbox", "sent", "listings", "approvals"])
def test_a_role_without_a_page_is_led_to_where_roles_are_changed(place: str) -> None:
    assert LINKS.to(place, REFERRAL, "unit_supervisor") == "https://setu.example/directory/switch"


def test_a_notice_without_a_referral_leads_to_the_account() -> None:
    assert LINKS.to("sent", None, "officer") == "https://setu.example/directory/account"
