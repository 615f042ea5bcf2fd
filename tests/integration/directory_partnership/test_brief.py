"""The yearly brief: who may read which, and that it holds what was agreed and published, and no sum over people."""

import re

from sqlalchemy import text

from directory_service.organizations.store.tables import Organization
from support.listings import KOLKATA, a_service
from support.partnership import (
    BODY,
    FAR_BODY,
    FAR_STATION,
    NODI,
    STATION,
    Partnership,
    a_cell,
    filled_meeting,
    freeze,
    in_force,
)
from support.training import count, plan_session, post_strength

ADD_LUNGLEI = text("INSERT INTO district (code, state_code, name) VALUES (262, 15, 'Lunglei')")


def test_each_side_reads_the_brief_of_its_own_district_alone(partnership: Partnership) -> None:
    for role in ("unit_supervisor", "provider_manager", "coordinator", "data_officer"):
        browser = partnership.browser(role)
        assert "Police and health services together: Kolkata" in browser.get("/brief").text
        assert browser.get("/brief?district=261").status_code == 404
        assert browser.get("/brief?district=99999").status_code == 404
    assert "Aizawl" in partnership.browser("unit_supervisor", FAR_STATION).get("/brief?district=261").text
    for role in ("officer", "custody_health", "case_worker"):
        assert partnership.browser(role).get("/brief").status_code == 403


def test_the_whole_states_brief_is_for_the_body_of_the_state(partnership: Partnership) -> None:
    with partnership.worker() as session:
        row = session.get_one(Organization, FAR_BODY.id)
        row.record = {**row.record, "whole_state": True}
        session.execute(ADD_LUNGLEI)
    page = partnership.browser("coordinator", FAR_BODY).get("/brief").text
    assert "Police and health services together: Mizoram" in page
    assert partnership.browser("unit_supervisor", FAR_STATION).get("/brief?district=262").status_code == 404
    assert "Kolkata" in partnership.browser("coordinator", BODY).get("/brief").text


def test_a_brief_holds_what_was_agreed_done_trained_and_offered(partnership: Partnership) -> None:
    filled_meeting(partnership)
    in_force(partnership)
    partnership.directory.save(a_service(NODI, "Night clinic", places_available=None), indexed=False)
    count(partnership.browser("coordinator"), plan_session(partnership), str(STATION.id), PC="12/2")
    post_strength(partnership, {"PC": 20})
    page = partnership.browser("provider_manager").get(f"/brief?district={KOLKATA}&until=2027-01").text
    for words in (
        "Order 40 cards for the night shift",
        "Night clinic",
        "known for 1 of 2 units",
        "1 of 3",
        "Women&#39;s service",
        "December 2026",
    ):
        assert words in page, words
    assert "Training for constables" not in page, "notes stay in the minutes"


def test_cells_stand_as_they_were_published_by_month_and_quarter(partnership: Partnership) -> None:
    for month, sent in (("2026-07", 10), ("2026-08", 25), ("2026-09", 40)):
        unmet = [a_cell("unmet_need", "WOMEN", None, "fewer_than_10")] if month == "2026-09" else []
        freeze(partnership, a_cell("consent", "sent", sent), *unmet, month=month)
    page = partnership.browser("provider_manager").get("/brief?until=2026-09").text
    cells = re.findall(r'<td class="number" data-label="Yes, sent">(.*?)</td>', page)
    assert cells == ["–"] * 9 + ["10", "25", "40"]
    assert re.findall(r'data-label="three months until September 2026">(.*?)</td>', page) == ["&lt; 10"]
    assert "75" not in re.sub(r"<svg.*?</svg>", "", page.split('id="asked"')[1].split('id="capacity"')[0])


def test_a_month_without_figures_is_one_cell(partnership: Partnership) -> None:
    freeze(partnership, a_cell("consent", "sent", 40), a_cell("consent", "declined", 30), month="2026-09")
    page = partnership.browser("provider_manager").get("/brief?until=2026-09").text
    assert re.findall(r'<td class="number" data-label="Yes, sent">(.*?)</td>', page) == ["40"]
    assert page.count('<td colspan="2" class="quiet-text">nothing was counted</td>') == 11
