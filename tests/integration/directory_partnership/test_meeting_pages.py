"""A meeting's page: who sees it, the agenda that fills itself, attendance and what becomes of the meeting."""

import re
from datetime import timedelta
from itertools import product
from uuid import UUID

from sqlalchemy import text

from support.listings import KOLKATA, NOON, a_service
from support.partnership import (
    ALO,
    ELSEWHERE,
    FAR_BODY,
    FAR_PROVIDER,
    FAR_STATION,
    NODI,
    OTHER_STATION,
    PRISON,
    STATION,
    Partnership,
    a_cell,
    freeze,
    in_force,
)

READERS = ("coordinator", "data_officer", "unit_supervisor", "provider_manager")


def test_a_district_sees_its_own_meetings_and_nobody_elses(partnership: Partnership) -> None:
    meeting = partnership.a_meeting()
    for role in READERS:
        assert partnership.browser(role).get(f"/meetings/{meeting}").status_code == 200
        assert "Kolkata" in partnership.browser(role).get("/meetings").text
    for role in ("officer", "custody_health", "case_worker"):
        assert partnership.browser(role).get(f"/meetings/{meeting}").status_code == 403
    for role, place in (
        ("coordinator", FAR_BODY),
        ("unit_supervisor", FAR_STATION),
        ("provider_manager", FAR_PROVIDER),
    ):
        browser = partnership.browser(role, place)
        assert browser.get(f"/meetings/{meeting}").status_code == 404
        assert browser.post(f"/meetings/{meeting}/agenda", data={"text": "Hours"}).status_code == 404
        assert browser.get(f"/meetings/{meeting}/sheet").status_code == 404


TABLES = ("meeting", "agenda_item", "attendance", "minutes_line", "meeting_action", "frozen_figures")


def fill(partnership: Partnership, meeting: UUID) -> None:
    coordinator = partnership.browser("coordinator")
    coordinator.post(f"/meetings/{meeting}/agenda", data={"text": "Cards"})
    coordinator.post(f"/meetings/{meeting}/attendance", data={f"n.{STATION.id}": "2"})
    coordinator.post(f"/meetings/{meeting}/minutes", data={"line": str(UUID(int=1)), "text": "Cards are short"})
    action = {"action_text": "Order cards", "owner": str(STATION.id), "post": "station officer", "due": "2026-12-30"}
    coordinator.post(f"/meetings/{meeting}/actions", data=action)
    freeze(partnership, a_cell("consent", "sent", 40))


def test_the_database_itself_keeps_districts_apart(partnership: Partnership) -> None:
    fill(partnership, partnership.a_meeting())
    counted = set()
    for who in (
        *(partnership.somebody(role) for role in (*READERS, "officer", "case_worker")),
        partnership.somebody("coordinator", FAR_BODY),
    ):
        with partnership.directory.web.transaction(who.scope) as session:
            for table in TABLES:
                query = f"SELECT count(*) FROM {table} WHERE district_code = {KOLKATA}"  # noqa: S608 - names of the list above  # our own words
                counted |= {(table, who.role, who.organization)} if session.scalar(text(query)) else set()

    mine = {partnership.somebody(role).organization for role in READERS}
    assert {organization for _, _, organization in counted} == mine
    assert {(table, role) for table, role, _ in counted} == set(product(TABLES, READERS))


def test_the_agenda_fills_itself_with_what_is_due_proposed_and_counted(partnership: Partnership) -> None:
    in_force(partnership)
    fill(partnership, partnership.a_meeting())
    partnership.propose()
    second = partnership.a_meeting()
    supervisor = partnership.browser("unit_supervisor")
    before = supervisor.get(f"/meetings/{second}").text
    assert "Order cards" in before
    assert "overdue" in before
    assert "focal points missing" in before
    assert "The month's figures are not here yet." in before

    freeze(
        partnership,
        a_cell("consent", "sent", 40),
        a_cell("consent", "declined", None, "fewer_than_10"),
        month="2026-12",
    )
    after = supervisor.get(f"/meetings/{second}/sheet").text
    assert "fewer than 10" in after
    assert "<path d=" in after  # November and December
    freeze(partnership, a_cell("consent", "sent", 90), month="2026-12", version=1)
    assert ">90<" not in supervisor.get(f"/meetings/{second}").text
    unmet = a_cell("unmet_need", "WOMEN", 15)
    freeze(partnership, a_cell("consent", "sent", 90), unmet, month="2026-12", version=2)
    page = supervisor.get(f"/meetings/{second}").text
    assert ">90<" in page
    assert page.index("4. Needs that nobody meets") < page.index("Needs that no open service met")


def test_needs_that_nobody_meets_are_those_of_the_newest_quarter_that_has_some(partnership: Partnership) -> None:
    meeting = partnership.a_meeting()
    supervisor = partnership.browser("unit_supervisor")
    missing = "No figures of needs that nobody meets are here yet: they come with the last month of a quarter."
    assert missing in supervisor.get(f"/meetings/{meeting}").text

    for month, people in (("2026-06", 35), ("2026-09", 25)):
        freeze(partnership, a_cell("unmet_need", "WOMEN", people), month=month)
    freeze(partnership, a_cell("consent", "sent", 60), month="2026-10")
    freeze(partnership, a_cell("consent", "sent", 40), month="2026-11")
    for path in ("", "/sheet"):
        page = supervisor.get(f"/meetings/{meeting}{path}").text
        figures, _, needs = page.partition("4. Needs that nobody meets")
        assert (">40<" in figures, "Needs that no open service met" in figures) == (True, False), path
        assert "Needs that no open service met, in three months" in needs, path
        assert (">25<" in needs, ">35<" in needs, missing in needs) == (True, False, False), path
        assert "Frozen figures of three months: July to September 2026." in needs, path


def test_the_sheet_on_a_wall_has_no_menu_and_one_link_back(partnership: Partnership) -> None:
    meeting = partnership.a_meeting()
    in_force(partnership)
    coordinator = partnership.browser("coordinator")

    page = coordinator.get(f"/meetings/{meeting}/sheet").text.partition("<template")[0]  # there: the lock's own link

    assert "Park Street – Nodi" in page
    assert "No proposal stands on the agenda." in page
    assert [link for link in re.findall(r'<a [^>]*href="([^"]+)"', page) if not link.startswith(("tel:", "#"))] == [
        f"/meetings/{meeting}"
    ]
    assert ("<nav" in page, "data-count" in page, 'class="sheet projected"' in page) == (False, False, True)
    assert "/partnerships/" in coordinator.get(f"/meetings/{meeting}").text, "elsewhere the agreement is a link"


def test_a_side_enters_its_own_number_until_it_is_confirmed(partnership: Partnership) -> None:
    meeting = partnership.a_meeting()
    manager = partnership.browser("provider_manager")
    address = f"/meetings/{meeting}/attendance"
    assert manager.post(address, data={f"n.{NODI.id}": "३"}).status_code == 303
    assert manager.post(address, data={f"n.{ALO.id}": "3"}).status_code == 404
    assert manager.post(address, data={f"n.{NODI.id}": "many"}).status_code == 422
    assert partnership.browser("data_officer").post(address, data={}).status_code == 403

    coordinator = partnership.browser("coordinator")
    coordinator.post(address, data={f"n.{STATION.id}": "2", f"n.{PRISON.id}": "0", f"n.{OTHER_STATION.id}": ""})
    settled = coordinator.post(f"/meetings/{meeting}/settle", data={"seen": "2"})
    assert settled.status_code == 303
    assert partnership.meetings()[0].state == "held"  # one of three units, one of two providers
    assert manager.post(address, data={f"n.{NODI.id}": "9"}).status_code == 409


def test_too_few_is_not_quorate_and_the_agenda_goes_on(partnership: Partnership) -> None:
    meeting = partnership.a_meeting()
    coordinator = partnership.browser("coordinator")
    coordinator.post(f"/meetings/{meeting}/agenda", data={"text": "Night cards"})
    coordinator.post(f"/meetings/{meeting}/agenda", data={"text": "Old thing"})
    page = coordinator.get(f"/meetings/{meeting}").text
    item = page.partition("Old thing")[2].partition("/discuss")[0].rpartition("/agenda/")[2]
    coordinator.post(f"/meetings/{meeting}/agenda/{item}/discuss")
    coordinator.post(f"/meetings/{meeting}/attendance", data={f"n.{NODI.id}": "4"})
    coordinator.post(f"/meetings/{meeting}/settle", data={"seen": "2"})
    partnership.clock.advance(timedelta(days=1))
    partnership.propose()
    first, second = partnership.meetings()

    assert first.state == "not_quorate"
    following = partnership.browser("coordinator").get(f"/meetings/{second.id}").text
    assert "Night cards" in following
    assert "Old thing" not in following


def test_a_meeting_is_not_settled_before_it_began(partnership: Partnership) -> None:
    meeting = partnership.a_meeting(begun=False)
    assert partnership.browser("coordinator").post(f"/meetings/{meeting}/settle", data={"seen": "2"}).status_code == 409


def test_a_meeting_that_is_called_off_is_no_earlier_one_until_its_day_is_over(partnership: Partnership) -> None:
    meeting = partnership.a_meeting()
    (planned,) = partnership.meetings()
    assert partnership.browser("coordinator").post(f"/meetings/{meeting}/cancel", data={"seen": "2"}).status_code == 303

    page = partnership.browser("unit_supervisor").get("/meetings").text
    shown = page.partition(f'/meetings/{meeting}"')[2].partition("</div>")[0]
    assert ("> called off<" in shown, "1 earlier meeting" in page) == (True, False)

    partnership.clock.advance(planned.starts_at + timedelta(days=1) - partnership.clock.now())
    page = partnership.browser("unit_supervisor").get("/meetings").text
    assert f'/meetings/{meeting}"' in page.partition("1 earlier meeting")[2]


def test_actions_end_by_their_owner_or_the_coordinator(partnership: Partnership) -> None:
    meeting = partnership.a_meeting()
    fill(partnership, meeting)
    manager, supervisor = partnership.browser("provider_manager"), partnership.browser("unit_supervisor")
    own = {"action_text": "Longer hours", "post": "manager", "due": "2027-01-10", "owner": str(STATION.id)}
    assert manager.post(f"/meetings/{meeting}/actions", data=own).status_code == 303
    with partnership.worker() as session:
        rows = dict(session.execute(text("SELECT text, id FROM meeting_action")).all())
        owners = dict(session.execute(text("SELECT text, organization_id FROM meeting_action")).all())
    assert owners == {"Order cards": STATION.id, "Longer hours": NODI.id}

    assert manager.post(f"/meetings/actions/{rows['Order cards']}/done", data={"seen": "1"}).status_code == 404
    assert supervisor.post(f"/meetings/actions/{rows['Order cards']}/done", data={"seen": "1"}).status_code == 303
    assert supervisor.post(f"/meetings/actions/{rows['Order cards']}/done", data={"seen": "2"}).status_code == 409
    coordinator = partnership.browser("coordinator")
    address = f"/meetings/actions/{rows['Longer hours']}/drop"
    assert coordinator.post(address, data={"seen": "1", "reason": "because"}).status_code == 404
    assert coordinator.post(address, data={"seen": "1", "reason": "taken_over"}).status_code == 303
    assert "Somebody else does it" in coordinator.get(f"/meetings/{meeting}").text


def test_a_proposal_with_case_details_is_not_stored(partnership: Partnership) -> None:
    meeting = partnership.a_meeting(begun=False)
    refused = partnership.browser("unit_supervisor").post(
        f"/meetings/{meeting}/agenda", data={"text": "श्री रामलाल को लाना"}
    )
    assert refused.status_code == 422
    assert "Say what should change, not who or where." in refused.text
    with partnership.worker() as session:
        assert session.scalar(text("SELECT count(*) FROM agenda_item")) == 0


def test_pages_are_seen_for_districts_without_a_meeting(partnership: Partnership) -> None:
    assert "No date yet" in partnership.browser("coordinator").get("/meetings").text
    partnership.clock.advance(timedelta(days=1))
    partnership.propose()
    assert len(partnership.meetings(ELSEWHERE)) == 1


def test_the_agenda_has_the_free_places_until_the_meetings_day_is_over(partnership: Partnership) -> None:
    meeting = partnership.a_meeting()
    coordinator = partnership.browser("coordinator")
    assert "No service says that it serves this district" in coordinator.get(f"/meetings/{meeting}").text
    places = {"places_available": 4, "places_as_of": NOON}
    for_women = {"women_only": True, "genders": ("woman",)}
    partnership.directory.save(a_service(NODI, "Day centre", districts=(KOLKATA,), **places), indexed=False)
    partnership.directory.save(a_service(NODI, "Clinic", districts=(KOLKATA,), **for_women), indexed=False)
    coordinator.post(f"/meetings/{meeting}/attendance", data={f"n.{STATION.id}": "2", f"n.{NODI.id}": "1"})
    assert coordinator.post(f"/meetings/{meeting}/settle", data={"seen": "2"}).status_code == 303
    for path in ("", "/sheet"):
        page = coordinator.get(f"/meetings/{meeting}{path}").text
        assert 'data-label="Free places">4<' in page, path
        women = page.partition("Services for women")[2].partition("</dd>")[0]
        assert ("Clinic" in women, "Day centre" in women) == (True, False), path
    program = partnership.program("coordinator")
    offers = program.get(f"/api/partnership/meetings/{meeting}").get_json()["offers"]
    assert {each["name"]: (each["places"], each["for_women"]) for each in offers} == {
        "Clinic": (None, True),
        "Day centre": (4, False),
    }
    partnership.clock.advance(timedelta(days=1))
    later = partnership.browser("coordinator").get(f"/meetings/{meeting}").text
    assert ("4. Needs that nobody meets" in later, "Day centre" in later) == (True, False)
    program = partnership.program("coordinator")
    assert program.get(f"/api/partnership/meetings/{meeting}").get_json()["offers"] is None


def test_who_came_is_told_by_name(partnership: Partnership) -> None:
    meeting = partnership.a_meeting()
    coordinator = partnership.browser("coordinator")
    came = {f"n.{place.id}": "1" for place in (STATION, PRISON, NODI, ALO)}
    coordinator.post(f"/meetings/{meeting}/attendance", data=came)
    sheet = coordinator.get(f"/meetings/{meeting}/sheet").text.partition("</dl>")[0]
    shown = [each.partition("</dt>")[0] for each in sheet.split("<dt>")[1:]]
    assert len(shown) == len(came)
    assert shown == sorted(shown)


def test_a_meeting_that_is_called_off_asks_nobody_who_comes(partnership: Partnership) -> None:
    meeting, coordinator = partnership.a_meeting(begun=False), partnership.browser("coordinator")
    assert "Who comes" in coordinator.get(f"/meetings/{meeting}").text

    coordinator.post(f"/meetings/{meeting}/cancel", data={"seen": "2"})

    for role in ("coordinator", "unit_supervisor", "provider_manager", "data_officer"):
        for page in (f"/meetings/{meeting}", f"/meetings/{meeting}/sheet"):
            shown = partnership.browser(role).get(page).text
            assert ("Who comes" in shown, "Nobody has entered a number yet." in shown) == (False, False), (role, page)


def test_a_meeting_that_is_called_off_says_so_to_everybody_and_asks_nobody_who_comes(partnership: Partnership) -> None:
    meeting = partnership.a_meeting(begun=False)
    off = "The meeting is called off. What stood on its agenda waits for the next one."
    coordinator, supervisor = partnership.browser("coordinator"), partnership.browser("unit_supervisor")
    page = supervisor.get(f"/meetings/{meeting}").text
    assert (page.count(off), "Who comes" in page) == (0, True)

    after = coordinator.post(f"/meetings/{meeting}/cancel", data={"seen": "2"}, follow_redirects=True).text

    pages = [after, coordinator.get(f"/meetings/{meeting}").text, supervisor.get(f"/meetings/{meeting}").text]
    assert [(each.count(off), "Who comes" in each) for each in pages] == [(1, False)] * 3
