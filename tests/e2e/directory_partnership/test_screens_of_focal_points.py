"""The screen on which a focal point finds whom to ring: with long names, and with no agreement in force."""

from typing import Any

from directory_service.organizations.store.tables import Organization
from directory_service.partnership.domain.meetings import LONGEST_POST
from directory_service.partnership.store.tables_agreements import Agreement
from support.agreements.held_posts import NODI_PHONE, OTHER_NODI_PHONE, a_holder, hold
from support.pages.drawn_looks import in_drawn_looks
from support.pages.looks import faults
from support.partnership import ALO, FAR_PROVIDER, LONG_NAME, STATION, an_organization, in_force

LONG_POST = "manager of the drop-in centre and of the shelter for women".ljust(LONGEST_POST, "s")
LOOKS = [(lang, width) for lang in ("en", "hi", "bn") for width in (360, 1280)]


@in_drawn_looks(("lang", "width"), LOOKS)
def test_partners_with_long_names_one_without_anybody_and_none_in_force(table: Any, lang: str, width: int) -> None:
    partnership, far = table.partnership, an_organization(LONG_NAME, "provider")
    partnership.directory.save(far, indexed=False)
    _, agreement = a_holder(partnership, provider=far)
    partnership.member("case_worker", far)
    hold(partnership, agreement, far, "case_worker", LONG_POST, OTHER_NODI_PHONE)
    empty = in_force(partnership, STATION, ALO)
    hold(partnership, empty, STATION, "officer", "night officer")
    hold(partnership, in_force(partnership, STATION, FAR_PROVIDER), STATION, "officer", "night officer")
    with partnership.worker() as session:
        session.get_one(Organization, FAR_PROVIDER.id).status = "suspended"
    holder = partnership.members[STATION.id, "officer"]
    page = table.context("officer", who=holder, lang=lang, width=width).new_page()

    page.goto("/whom-to-ring")

    links = page.locator("main a[href^='tel:']").evaluate_all("all => all.map(one => one.href)")
    assert links == [f"tel:{NODI_PHONE}", f"tel:{OTHER_NODI_PHONE}"]
    assert page.locator("main h2").count() == 2
    assert page.locator("main li", has_text=FAR_PROVIDER.name).count() == 1
    above, below = (page.locator("main a[href^='tel:']").nth(each).bounding_box() for each in (0, 1))
    assert below["y"] - above["y"] - above["height"] >= 8, "no finger rings the number beside"
    assert faults(page) == []

    with partnership.worker() as session:
        for each in (agreement, empty):
            session.get_one(Agreement, each).from_day = session.get_one(Agreement, each).review_on.replace(
                day=2, month=9
            )
    page.goto("/whom-to-ring")

    assert page.locator("main .state").count() == 1
    assert faults(page) == []


@in_drawn_looks(("lang", "width"), LOOKS)
def test_after_a_handover_and_on_the_study_cards_a_link_leads_there(table: Any, lang: str, width: int) -> None:
    a_holder(table.partnership)
    holder = table.partnership.members[STATION.id, "officer"]
    page = table.context("officer", who=holder, lang=lang, width=width, java_script_enabled=False).new_page()
    for path in ("/study", "/handovers"):
        page.goto(path)
        with page.expect_navigation():
            page.locator("main a[href='/whom-to-ring']").press("Enter")
        assert page.locator("main a[href^='tel:']").count() == 1, path
