"""Guests of a district's table: a party of an agreement there sees what concerns it of a meeting, and nothing else."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event, update

from directory_service.listings.domain.records import Organization
from directory_service.organizations.store.tables import District
from directory_service.organizations.store.tables import Organization as OrganizationRow
from directory_service.partnership.store.tables import AgendaItem, Attendance, Meeting, MeetingAction, MinutesLine
from directory_service.partnership.store.tables_agreements import Agreement
from directory_service.partnership.use_cases.show_guest_meeting import show_guest_meeting
from support.calendars import address_of, events
from support.listings import KOLKATA
from support.partnership import (
    BODY,
    ELSEWHERE,
    FAR_BODY,
    FAR_PROVIDER,
    FAR_STATION,
    NODI,
    OTHER_STATION,
    STATION,
    Partnership,
    in_force,
)

API = "/api/partnership"
TABLES = (Meeting, AgendaItem, Attendance, MinutesLine, MeetingAction)
SET, ASIDE, INSIDE = "Opening hours on Sundays", "Night cards for the river police", "Two units had no cards"


@pytest.fixture
def agreement(partnership: Partnership) -> UUID:
    """Of the station and a provider of another district, which is a guest at the station's table by it."""
    return in_force(partnership, STATION, FAR_PROVIDER)


def talked(partnership: Partnership, meeting: UUID) -> None:
    """Something on the agenda, something only proposed, a line of minutes, attendance, and an action of the station."""
    coordinator = partnership.browser("coordinator")
    coordinator.post(f"/meetings/{meeting}/agenda", data={"text": SET, "part": "5"})
    coordinator.post(f"/meetings/{meeting}/attendance", data={f"n.{NODI.id}": "3", f"n.{FAR_PROVIDER.id}": "2"})
    line = {"line": str(uuid4()), "part": "2", "kind": "note", "text": INSIDE}
    coordinator.post(f"/meetings/{meeting}/minutes", data=line)
    action = {"action_text": "Order forty cards", "post": "station officer", "due": "2027-01-10"}
    coordinator.post(f"/meetings/{meeting}/actions", data=action | {"owner": str(STATION.id)})


def a_proposal(partnership: Partnership, meeting: UUID) -> None:
    """Of the station, before the meeting begins; the coordinator did not take it up."""
    posted = partnership.browser("unit_supervisor").post(f"/meetings/{meeting}/agenda", data={"text": ASIDE})
    assert posted.status_code == 303


def guest(partnership: Partnership) -> FlaskClient:
    """Somebody who manages the provider of the other district."""
    return partnership.browser("provider_manager", FAR_PROVIDER)


@pytest.mark.usefixtures("agreement")
def test_a_guest_finds_the_meeting_with_its_place_and_agenda_and_nothing_from_inside_the_district(
    partnership: Partnership,
) -> None:
    in_force(partnership, OTHER_STATION, NODI)
    meeting = partnership.a_meeting(begun=False)
    a_proposal(partnership, meeting)
    partnership.a_meeting()
    talked(partnership, meeting)

    listed = guest(partnership).get("/meetings").text
    page, sheet = (guest(partnership).get(f"/meetings/{meeting}{path}").text for path in ("", "/sheet"))

    assert [words in listed for words in ("where you are a guest", f"/meetings/{meeting}", "Conference room")] == [
        True
    ] * 3
    for shown in (page, sheet):
        assert [words in shown for words in ("Conference room", SET, BODY.name, "9. Read back")] == [True] * 4
        inside = (ASIDE, INSIDE, "Order forty cards", NODI.name, OTHER_STATION.name, "figures are not here")
        assert [words for words in inside if words in shown] == []
        assert f"{STATION.name} – {FAR_PROVIDER.name}" in shown, "its own agreement lacks focal points"
    assert "<form" not in page.partition("<main")[2].partition("</main")[0]
    assert "where you are a guest" not in partnership.browser("provider_manager").get("/meetings").text


@pytest.mark.usefixtures("agreement")
def test_programs_of_a_guest_read_the_same(partnership: Partnership) -> None:
    meeting = partnership.a_meeting()
    talked(partnership, meeting)
    program = partnership.program("provider_manager", FAR_PROVIDER)

    listed, answer = program.get(f"{API}/meetings").get_json()["items"], program.get(f"{API}/meetings/{meeting}")

    assert [each["id"] for each in listed if each["district"] == KOLKATA] == [str(meeting)]
    whole = answer.get_json()
    assert (whole["as_guest"], [each["text"] for each in whole["agenda"]], answer.headers["ETag"]) == (
        True,
        [SET],
        '"2"',
    )
    kept = {name: whole[name] for name in ("attendance", "minutes", "actions", "due_actions", "offers", "visits")}
    assert kept == {"attendance": [], "minutes": [], "actions": [], "due_actions": [], "offers": None, "visits": None}
    assert partnership.program("coordinator").get(f"{API}/meetings/{meeting}").get_json()["as_guest"] is False


@pytest.mark.usefixtures("agreement")
def test_a_guests_calendar_has_the_date_and_strikes_it_out(partnership: Partnership) -> None:
    meeting = partnership.a_meeting(begun=False)
    feed = address_of(partnership.member("provider_manager", FAR_PROVIDER))
    calendar = partnership.app.test_client()
    (here,) = events(guest(partnership).get(f"/meetings/{meeting}/meeting.ics").data)
    (fed,) = events(calendar.get(feed).data)
    assert {(each.uid, each.status) for each in (here, fed)} == {(str(meeting), "CONFIRMED")}

    partnership.browser("coordinator").post(f"/meetings/{meeting}/cancel", data={"seen": "2"})

    assert [each.status for each in events(calendar.get(feed).data)] == ["CANCELLED"]
    assert "called off" in guest(partnership).get(f"/meetings/{meeting}").text


@pytest.mark.usefixtures("agreement")
def test_a_date_that_nobody_confirmed_is_the_districts_own(partnership: Partnership) -> None:
    partnership.propose()
    (meeting,) = partnership.meetings()

    for path in ("", "/sheet", "/meeting.ics"):
        assert guest(partnership).get(f"/meetings/{meeting.id}{path}").status_code == 404
    assert f"/meetings/{meeting.id}" not in guest(partnership).get("/meetings").text
    assert rows(partnership, Meeting) == 0


def test_who_does_not_sit_at_the_table_on_that_day_sees_nothing(partnership: Partnership, agreement: UUID) -> None:
    meeting = partnership.a_meeting(begun=False)
    day = partnership.meetings()[0].starts_at.date()
    before, after = day.replace(day=day.day - 1), day.replace(day=day.day + 1)
    with partnership.worker() as session:
        row = session.get_one(Agreement, agreement)
        as_made = {name: getattr(row, name) for name in ("state", "from_day", "to_day", "review_on")}
    manager, stranger = ("provider_manager", FAR_PROVIDER), ("unit_supervisor", FAR_STATION)
    assert sits_at(partnership, meeting, *manager), "or nothing is shown below"

    assert not sits_at(partnership, meeting, *stranger), "another organisation"
    ways: tuple[dict[str, object], ...] = (
        {"state": "ended"},
        {"to_day": before, "review_on": before},
        {"from_day": after},
    )
    for way in ways:
        with partnership.worker() as session:
            session.execute(update(Agreement).where(Agreement.id == agreement).values(**as_made | way))
        assert not sits_at(partnership, meeting, *manager), way
    with partnership.worker() as session:
        session.execute(update(Agreement).where(Agreement.id == agreement).values(**as_made))
        session.get_one(OrganizationRow, STATION.id).status = "suspended"
    assert not sits_at(partnership, meeting, *manager), "suspended"


def sits_at(partnership: Partnership, meeting: UUID, role: str, at: Organization) -> bool:
    """Whether pages, files and programs show somebody of the other district the meeting: all of them, or none."""
    browser, program = partnership.browser(role, at), partnership.program(role, at)
    ways = [browser.get(f"/meetings/{meeting}{path}").status_code for path in ("", "/sheet", "/meeting.ics")]
    ways.append(program.get(f"{API}/meetings/{meeting}").status_code)
    listed = {each["district"] for each in program.get(f"{API}/meetings").get_json()["items"]}
    told = "where you are a guest" in browser.get("/meetings").text, listed
    if (ways, told) == ([200] * 4, (True, {KOLKATA, ELSEWHERE})):
        return True
    assert (ways, told) == ([404] * 4, (False, {ELSEWHERE}))
    return False


@pytest.mark.usefixtures("agreement")
def test_a_guest_writes_nothing_and_others_of_its_organisation_and_district_see_nothing(
    partnership: Partnership,
) -> None:
    meeting = partnership.a_meeting(begun=False)
    manager, program = guest(partnership), partnership.program("provider_manager", FAR_PROVIDER)
    assert manager.post(f"/meetings/{meeting}/agenda", data={"text": "Hours"}).status_code == 404
    assert manager.post(f"/meetings/{meeting}/attendance", data={f"n.{FAR_PROVIDER.id}": "2"}).status_code == 404
    assert program.put(f"{API}/meetings/{meeting}/agenda/{uuid4()}", json={"text": "Hours"}).status_code == 404
    assert manager.post(f"/meetings/{meeting}/plan", data={}).status_code == 403
    assert partnership.browser("case_worker", FAR_PROVIDER).get(f"/meetings/{meeting}").status_code == 403
    for role in ("coordinator", "data_officer"):
        assert partnership.browser(role, FAR_BODY).get(f"/meetings/{meeting}").status_code == 404


@pytest.mark.usefixtures("agreement")
def test_row_level_security_lets_a_guest_see_the_meeting_and_its_agenda_alone(partnership: Partnership) -> None:
    meeting = partnership.a_meeting(begun=False)
    a_proposal(partnership, meeting)
    partnership.a_meeting()
    talked(partnership, meeting)

    assert [rows(partnership, table) for table in TABLES] == [1, 1, 0, 0, 0]
    with partnership.worker() as session:
        session.execute(update(Agreement).values(state="ended"))
    assert [rows(partnership, table) for table in TABLES] == [0] * 5


def test_nothing_of_others_is_loaded_for_a_guest_also_where_row_level_security_would_let_it(
    partnership: Partnership, agreement: UUID
) -> None:
    in_force(partnership, OTHER_STATION, NODI)
    meeting, loaded = partnership.a_meeting(), list[Any]()
    talked(partnership, meeting)
    own = {"action_text": "Send the hours", "post": "manager", "due": "2027-01-10", "owner": str(FAR_PROVIDER.id)}
    partnership.browser("coordinator").post(f"/meetings/{meeting}/actions", data=own)

    with partnership.worker() as session:  # whose role sees every row
        event.listen(session, "loaded_as_persistent", lambda _, row: loaded.append(row))
        show_guest_meeting(session, partnership.somebody("provider_manager", FAR_PROVIDER), meeting)

    assert {row.organization_id for row in loaded if isinstance(row, MeetingAction)} == {FAR_PROVIDER.id}
    assert {row.id for row in loaded if isinstance(row, Agreement)} == {agreement}
    assert {type(row) for row in loaded} == {Meeting, District, AgendaItem, MeetingAction, Agreement}


def rows(partnership: Partnership, table: Any) -> int:
    """How many rows of the station's district the guest's manager may see, whatever is asked for."""
    scope = partnership.somebody("provider_manager", FAR_PROVIDER).scope
    assert scope.districts == (ELSEWHERE,)
    with partnership.directory.web.transaction(scope) as session:
        return session.query(table).filter_by(district_code=KOLKATA).count()
