"""What the registry does to agreements: counted before the button, they rest while a side is suspended, end with it."""

import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from directory_service.listings.domain.records import Organization
from directory_service.partnership.store.tables_agreements import Agreement
from directory_service.partnership.use_cases.remind_of_partnership import remind_of_partnership
from directory_service.partnership.use_cases.tend_agreements import tend_agreements
from support.partnership import (
    ALO,
    FAR_BODY,
    FAR_PROVIDER,
    NODI,
    OTHER_STATION,
    PRISON,
    STATION,
    Partnership,
    in_force,
)

MEETING = "directory.meeting.planned.v1"


def act(browser: FlaskClient, name: str, unit: Organization = STATION, **typed: str) -> str:
    """Read the page of the act, press its button, and return what was read."""
    page = browser.get(f"/registry/{unit.id}/{name}").text
    seen = re.findall(r'name="seen" value="([^"]+)"', page)
    answer = browser.post(f"/registry/{unit.id}/{name}", data={"seen": seen[0], **typed})
    assert answer.status_code == 303, answer.text
    return page


def counted(partnership: Partnership, meeting: object) -> list[str]:
    """How many of each side are there, and of how many, as the meeting's page says."""
    page = partnership.browser("coordinator").get(f"/meetings/{meeting}").text
    return re.findall(r"(\d+ of \d+), \d+ needed", page)


def test_agreements_are_counted_rest_and_end_with_the_unit(partnership: Partnership) -> None:
    agreement = in_force(partnership)
    coordinator = partnership.browser("coordinator")

    def state() -> str:
        with partnership.worker() as session:
            return session.get_one(Agreement, agreement).state

    assert "1 agreement" in act(coordinator, "suspend")
    assert state() == "active", "its days run on"
    act(coordinator, "resume")
    assert "1 agreement" in act(coordinator, "close", successor="none")
    assert state() == "active"
    assert "End. A successor signs its own." in act(coordinator, "finish")

    assert state() == "ended"
    assert "agreement" not in coordinator.get(f"/registry/{STATION.id}").text.split("<main")[1].split("</main")[0]


def test_an_agreement_of_a_suspended_party_rests_and_nobody_counts_by_it(partnership: Partnership) -> None:
    in_force(partnership)
    in_force(partnership, OTHER_STATION, ALO)
    meeting, coordinator = partnership.a_meeting(), partnership.browser("coordinator")
    assert counted(partnership, meeting) == ["0 of 2", "0 of 2"]

    for party in (STATION, NODI):
        act(coordinator, "suspend", party)
        assert counted(partnership, meeting) == ["0 of 1", "0 of 1"], party.name

        act(coordinator, "resume", party)
        assert counted(partnership, meeting) == ["0 of 2", "0 of 2"], party.name


def test_a_meeting_is_held_without_the_unit_that_is_suspended(partnership: Partnership) -> None:
    in_force(partnership)
    meeting, coordinator = partnership.a_meeting(), partnership.browser("coordinator")
    act(coordinator, "suspend")
    act(coordinator, "suspend", NODI)
    coordinator.post(f"/meetings/{meeting}/attendance", data={f"n.{OTHER_STATION.id}": "1", f"n.{ALO.id}": "1"})
    coordinator.post(f"/meetings/{meeting}/settle", data={"seen": "2"})

    assert partnership.meetings()[0].state == "held"
    act(coordinator, "resume")
    act(coordinator, "resume", NODI)
    assert counted(partnership, meeting) == [], "what it was is settled, whoever is at work since then"


def test_a_suspended_party_is_told_of_no_meeting_and_its_agreements_days_run_on(partnership: Partnership) -> None:
    agreement, coordinator = in_force(partnership), partnership.browser("coordinator")
    with partnership.worker() as session:
        row = session.get_one(Agreement, agreement)
        row.to_day = row.review_on = partnership.clock.now().date() + timedelta(days=60)
    act(coordinator, "suspend")
    act(coordinator, "suspend", NODI)
    partnership.propose()
    (meeting,) = partnership.meetings()
    partnership.directory.forget_events()
    form = {"day": "2026-12-22", "at": "11:00", "place": "Conference room", "seen": "1"}
    assert coordinator.post(f"/meetings/{meeting.id}/plan", data=form).status_code == 303
    with partnership.worker() as session:
        remind_of_partnership(session, partnership.clock.now())

    told = {event.type: set(event.data["receivers"]) for event in partnership.directory.events()}
    assert told[MEETING] == {str(each.id) for each in (OTHER_STATION, PRISON, ALO)}
    assert told["directory.agreement.lapsing.v1"] == {str(STATION.id), str(NODI.id)}


def test_an_agreement_of_another_district_ends_with_a_party_that_its_own_coordinator_closed(
    partnership: Partnership,
) -> None:
    agreement = in_force(partnership, OTHER_STATION, FAR_PROVIDER)
    in_force(partnership)
    meeting = partnership.a_meeting()
    assert counted(partnership, meeting) == ["0 of 2", "0 of 2"]
    elsewhere = partnership.browser("coordinator", FAR_BODY)
    act(elsewhere, "close", FAR_PROVIDER, successor="none")
    partnership.clock.advance(timedelta(days=31))
    page = act(partnership.browser("coordinator", FAR_BODY), "finish", FAR_PROVIDER)
    assert "agreement" not in page.split("<main")[1].split("</main")[0], "another district's is not seen there"
    assert counted(partnership, meeting) == ["0 of 1", "0 of 1"], "it holds no more, though nobody ended it yet"

    with partnership.worker() as session:
        tend_agreements(session, partnership.clock.now())
    with partnership.worker() as session:
        assert session.get_one(Agreement, agreement).state == "ended"
        assert session.query(Agreement).filter_by(state="active").count() == 1


@pytest.mark.parametrize("party", [STATION, NODI], ids=["unit", "provider"])
def test_what_rests_is_in_force_on_no_page(partnership: Partnership, party: Organization) -> None:
    agreement, coordinator = in_force(partnership), partnership.browser("coordinator")
    in_force(partnership, OTHER_STATION, ALO)
    act(coordinator, "suspend", party)

    brief = coordinator.get("/brief").text
    assert ("1 agreement in force" in brief, "2 agreements in force" in brief) == (True, False)
    partners = coordinator.get("/partnerships").text
    assert (partners.count(" rests</span>"), partners.count(" in force</span>")) == (1, 1)
    assert ('class="tie resting"' in partners) == (party is NODI), "a suspended unit is in no list to draw it from"
    page = coordinator.get(f"/partnerships/{agreement}").text
    assert (" rests</span>" in page, "its days run on" in page) == (True, True)
    assert " rests</span>" in coordinator.get(f"/meetings/{partnership.a_meeting(begun=False)}").text


def test_what_lapses_while_it_rests_has_lapsed(partnership: Partnership) -> None:
    agreement, coordinator = in_force(partnership), partnership.browser("coordinator")
    act(coordinator, "suspend")
    partnership.clock.advance(timedelta(days=400))
    page = partnership.browser("coordinator").get(f"/partnerships/{agreement}").text
    assert (" lapsed</span>" in page, " rests</span>" in page) == (True, False)


def test_where_agreements_stay_is_said_before_a_move(partnership: Partnership) -> None:
    in_force(partnership)
    coordinator = partnership.browser("coordinator")
    for what, said in ((STATION, "Go along with the unit."), (NODI, "Stay with the district")):
        page = coordinator.get(f"/registry/{what.id}/move").text
        assert f"1 agreement</dt><dd>{said}" in " ".join(page.split()).replace("</dt> <dd>", "</dt><dd>"), what.name
