"""Whom a focal point rings: one page with the partner's posts and phones, for whichever role holds a post."""

import re
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from directory_service.accounts.store.tables import Membership
from directory_service.listings.domain.records import Organization
from directory_service.organizations.store.tables import Organization as OrganizationRow
from directory_service.partnership.store.tables_agreements import Agreement, FocalPoint, Handover
from support.agreements.held_posts import NODI_PHONE, OTHER_NODI_PHONE, POLICE_PHONE, a_holder, hold
from support.agreements.vacant_posts import a_vacant_post
from support.listings import NOON
from support.partnership import ALO, NODI, OTHER_STATION, PRISON, STATION, Partnership, in_force, member_id

PAGE, TODAY = "/whom-to-ring", NOON.date()
NONE_IN_FORCE = "None of the agreements in which you are a focal point is in force today."


def seen(browser: FlaskClient) -> tuple[int, Any]:
    """The page's status, and how many partners the line on the home page counts."""
    return browser.get(PAGE).status_code, browser.get(f"{PAGE}/count").get_json()["count"]


def change(partnership: Partnership, agreement: UUID, **values: object) -> None:
    with partnership.worker() as session:
        row = session.get_one(Agreement, agreement)
        for name, value in values.items():
            setattr(row, name, value)


@pytest.mark.parametrize(
    ("role", "unit"),
    [("officer", STATION), ("unit_supervisor", STATION), ("officer", PRISON), ("custody_health", PRISON)],
)
def test_who_holds_a_units_post_reads_the_partners_posts_and_phones(
    partnership: Partnership, role: str, unit: Organization
) -> None:
    holder, agreement = a_holder(partnership, role, unit)
    partnership.member("case_worker", NODI)
    hold(partnership, agreement, NODI, "case_worker", "evening desk", OTHER_NODI_PHONE)

    page = holder.get(PAGE).text

    for words in (
        "Nodi",
        "manager",
        f'href="tel:{NODI_PHONE}"',
        "evening desk",
        f'href="tel:{OTHER_NODI_PHONE}"',
        "1 Nov 2027",
    ):
        assert words in page
    assert POLICE_PHONE not in page, "the own side is no partner"
    assert seen(holder) == (200, 1)


def test_who_holds_a_providers_post_reads_the_units(partnership: Partnership) -> None:
    _, agreement = a_holder(partnership)
    for role in ("case_worker", "provider_manager"):
        holder = partnership.member(role, NODI)
        hold(partnership, agreement, NODI, role, "evening desk", OTHER_NODI_PHONE)

        page = holder.get(PAGE).text

        told = [words in page for words in ("Park Street", "station officer", f'href="tel:{POLICE_PHONE}"', NODI_PHONE)]
        assert told == [True, True, True, False], role


def test_who_holds_no_post_finds_no_page_nor_does_a_colleague_of_the_holder(partnership: Partnership) -> None:
    a_holder(partnership)
    others: tuple[tuple[str, Organization | None], ...] = (
        ("officer", OTHER_STATION),
        ("custody_health", PRISON),
        ("unit_supervisor", STATION),
        ("case_worker", NODI),
        ("case_worker", ALO),
        ("coordinator", None),
        ("data_officer", None),
    )
    for role, at in others:
        assert seen(partnership.browser(role, at)) == (404, 0), (role, at)
    for role in ("officer", "unit_supervisor"):
        assert seen(partnership.member(role, STATION)) == (404, 0), f"a colleague: {role}"


def test_nobody_reads_it_without_signing_in(partnership: Partnership) -> None:
    stranger = partnership.app.test_client()
    assert [stranger.get(path).status_code for path in (PAGE, f"{PAGE}/count")] == [303, 303]


STATES: dict[str, tuple[dict[str, object], int, int]] = {
    "draft": ({"state": "draft"}, 404, 0),
    "upcoming": ({"from_day": TODAY + timedelta(days=9)}, 200, 0),
    "active": ({}, 200, 1),
    "lapsing": ({"to_day": TODAY + timedelta(days=59), "review_on": TODAY}, 200, 1),
    "lapsed": ({"to_day": TODAY - timedelta(days=1), "review_on": date(2026, 11, 9)}, 200, 0),
    "ended": ({"state": "ended", "was_active": True}, 404, 0),
}
"""What is unlike an agreement in force; the status of the page; how many partners stand there."""


def test_only_an_agreement_in_force_has_somebody_to_ring(partnership: Partnership) -> None:
    holder, agreement = a_holder(partnership)
    with partnership.worker() as session:
        row = session.get_one(Agreement, agreement)
        as_made = {name: getattr(row, name) for name in ("state", "from_day", "to_day", "review_on", "was_active")}

    for state, (values, status, partners) in STATES.items():
        change(partnership, agreement, **as_made | values)

        page = holder.get(PAGE).text

        assert seen(holder) == (status, partners), state
        assert (NODI_PHONE in page) == bool(partners), state
        assert (NONE_IN_FORCE in page) == (status == 200 and not partners), state
        assert ("lapses soon" in page) == (state == "lapsing"), state


def test_while_a_side_is_away_nobody_is_rung(partnership: Partnership) -> None:
    holder, _ = a_holder(partnership)
    for away in (STATION, NODI):
        assert seen(holder)[1] == 1
        for status, partners in (("suspended", 0), ("active", 1)):
            with partnership.worker() as session:
                session.get_one(OrganizationRow, away.id).status = status

            assert (NODI_PHONE in holder.get(PAGE).text, seen(holder)[1]) == (partners == 1, partners), away.name


def test_it_ends_with_the_post(partnership: Partnership) -> None:
    holder, agreement = a_holder(partnership)
    with partnership.worker() as session:
        member = member_id(partnership, STATION, "officer")
        point = session.query(FocalPoint).where(FocalPoint.membership_id == member).one().id
    supervisor = partnership.member("unit_supervisor", STATION)
    assert seen(holder) == (200, 1)

    assert supervisor.post(f"/partnerships/{agreement}/focal-points/{point}/end").status_code == 303

    assert seen(holder) == (404, 0)


def test_it_ends_with_the_membership_before_the_clock_empties_the_post(partnership: Partnership) -> None:
    holder, _ = a_holder(partnership)
    with partnership.worker() as session:
        session.get_one(Membership, member_id(partnership, STATION, "officer")).ended_at = partnership.clock.now()

    assert seen(holder) == (404, 0)


def test_who_takes_a_vacant_post_over_is_led_there_and_not_before(partnership: Partnership) -> None:
    address, _, successor, _ = a_vacant_post(partnership)
    partnership.member("provider_manager", NODI)
    hold(partnership, UUID(address.rpartition("/")[2]), NODI, "provider_manager", "manager", NODI_PHONE)
    assert seen(successor) == (404, 0)
    with partnership.worker() as session:
        handover = session.query(Handover).one().id

    taken = successor.post(f"/handovers/{handover}/take", follow_redirects=True).text

    assert f'href="{PAGE}"' in taken
    assert f'href="tel:{NODI_PHONE}"' in successor.get(PAGE).text


def test_each_partner_stands_there_by_its_name_with_a_phone_first_and_none_without_a_post_of_ones_own(
    partnership: Partnership,
) -> None:
    holder, _ = a_holder(partnership)
    mine, others = in_force(partnership, STATION, ALO), in_force(partnership, OTHER_STATION, ALO)
    hold(partnership, mine, STATION, "officer", "night officer")
    partnership.member("provider_manager", ALO)
    hold(partnership, others, ALO, "provider_manager", "nobody of yours", OTHER_NODI_PHONE)

    page = holder.get(PAGE).text

    assert page.index("Nodi") < page.index("Alo") < page.index("Nobody is named there now.")
    assert seen(holder) == (200, 2)
    assert "nobody of yours" not in page

    hold(partnership, mine, ALO, "provider_manager", "manager", OTHER_NODI_PHONE)
    page = holder.get(PAGE).text

    assert page.index("Alo") < page.index("Nodi")
    assert "Nobody is named there now." not in page


def test_a_post_of_another_membership_counts_only_where_that_is_chosen(partnership: Partnership) -> None:
    a_holder(partnership)
    officer = partnership.members[STATION.id, "officer"]
    partnership.member("officer", OTHER_STATION)
    elsewhere = partnership.members[OTHER_STATION.id, "officer"]
    with partnership.worker() as session:
        session.get_one(Membership, elsewhere.membership).account_id = officer.account
    partnership.members[OTHER_STATION.id, "officer"] = replace(elsewhere, account=officer.account)

    assert seen(partnership.again("officer", OTHER_STATION)) == (404, 0)
    assert seen(partnership.again("officer", STATION)) == (200, 1)


def test_without_a_script_study_cards_and_handovers_lead_there(partnership: Partnership) -> None:
    holder, _ = a_holder(partnership)
    others = partnership.member("officer", STATION)
    for path in ("/study", "/handovers"):
        shown = [f'href="{PAGE}"' in browser.get(path).text for browser in (holder, others)]
        assert shown == [True, False], path


def test_a_partner_whose_agreement_rests_is_named_without_a_phone(partnership: Partnership) -> None:
    holder, _ = a_holder(partnership)
    resting = in_force(partnership, STATION, ALO)
    hold(partnership, resting, STATION, "officer", "night officer")
    partnership.member("provider_manager", ALO)
    hold(partnership, resting, ALO, "provider_manager", "manager", OTHER_NODI_PHONE)
    words = "not in force today"
    assert words not in holder.get(PAGE).text
    with partnership.worker() as session:
        session.get_one(OrganizationRow, ALO.id).status = "suspended"

    page = holder.get(PAGE).text

    assert page.index("Nodi") < page.index(words) < page.index("<li>Alo</li>")
    assert (NODI_PHONE in page, OTHER_NODI_PHONE in page) == (True, False)
    assert seen(holder) == (200, 1)


def test_a_partner_of_a_lapsed_agreement_that_was_made_anew_is_named_once(partnership: Partnership) -> None:
    holder, lapsed = a_holder(partnership)
    change(
        partnership, lapsed, from_day=date(2026, 9, 1), to_day=TODAY - timedelta(days=1), review_on=date(2026, 10, 1)
    )
    hold(partnership, in_force(partnership, STATION, NODI), STATION, "officer", "station officer")

    page = holder.get(PAGE).text

    assert (page.count("Nodi"), "not in force today" in page) == (1, False)


def test_an_old_bookmark_leads_on_by_a_target_for_a_finger(partnership: Partnership) -> None:
    assert re.search(
        r'<a class="tall" href="[^"]+">Go to the start page', partnership.member("officer", STATION).get(PAGE).text
    )
