"""An agenda is open until its meeting's day is over; then the clock carries over what nobody discussed, once."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from directory_service.partnership.domain.meetings import ITEM_CARRIED, ITEM_DISCUSSED
from directory_service.partnership.store.meetings import items_of, next_of
from directory_service.partnership.store.tables import AgendaItem, Meeting
from setu.india import day_in_india, midnight_in_india
from support.listings import KOLKATA
from support.partnership import STATION, Partnership


def propose(partnership: Partnership, meeting: UUID, *texts: str, role: str = "coordinator") -> list[int]:
    browser = partnership.browser(role)
    return [browser.post(f"/meetings/{meeting}/agenda", data={"text": words}).status_code for words in texts]


def discuss(partnership: Partnership, meeting: UUID, words: str) -> int:
    with partnership.worker() as session:
        item = session.scalar(select(AgendaItem.id).where(AgendaItem.meeting_id == meeting, AgendaItem.text == words))
    answer = partnership.browser("coordinator").post(f"/meetings/{meeting}/agenda/{item}/discuss")
    return answer.status_code


def settle(partnership: Partnership, meeting: UUID, seen: str = "2") -> int:
    return partnership.browser("coordinator").post(f"/meetings/{meeting}/settle", data={"seen": seen}).status_code


def settle_as_0_1_0(partnership: Partnership, meeting: UUID) -> None:
    """What its `settle_meeting` does: whatever was not discussed is copied at once, also what was carried over."""
    now = partnership.clock.now()
    with partnership.worker() as session:
        row = session.get_one(Meeting, meeting)
        row.state, row.settled_at, row.version = "held", now, row.version + 1
        ahead = next_of(session, KOLKATA, now)
        for item in items_of(session, meeting):
            if item.state != ITEM_DISCUSSED:
                copy = {name: getattr(item, name) for name in ("district_code", "organization_id", "part", "text")}
                where = {"meeting_id": ahead.id if ahead else None, "state": item.state, "created_at": now}
                session.add(AgendaItem(id=partnership.ids.uuid(), **copy, **where))
                item.state = ITEM_CARRIED


def the_day_is_over(partnership: Partnership) -> None:
    partnership.clock.set(midnight_in_india(day_in_india(partnership.clock.now()) + timedelta(days=1)))


def test_what_a_side_proposes_stands_among_the_proposals_whatever_part_it_says(partnership: Partnership) -> None:
    meeting, expected = partnership.a_meeting(begun=False), dict[UUID, int]()
    for role, part in (("unit_supervisor", 7), ("provider_manager", 7), ("coordinator", 5)):
        by_page, by_api = partnership.ids.uuid(), partnership.ids.uuid()
        expected |= {by_page: part, by_api: part}
        form = {"item": str(by_page), "text": "Sunday hours", "part": "5"}
        assert partnership.browser(role).post(f"/meetings/{meeting}/agenda", data=form).status_code == 303, role
        address = f"/api/partnership/meetings/{meeting}/agenda/{by_api}"
        answer = partnership.program(role).put(address, json={"text": "Sunday hours", "part": 5})
        assert answer.get_json()["part"] == part, role
    with partnership.worker() as session:
        told = {row.id: row.part for row in session.scalars(select(AgendaItem))}
    assert told == expected


def agendas(partnership: Partnership) -> list[tuple[str, int, str]]:
    """Each item: its text, the number of its meeting (-1: it waits for one) and its state."""
    number = {each.id: place for place, each in enumerate(partnership.meetings())}
    with partnership.worker() as session:
        rows = session.scalars(select(AgendaItem)).all()
    return sorted((row.text, number[row.meeting_id] if row.meeting_id else -1, row.state) for row in rows)


def test_people_talk_after_attendance_is_confirmed_and_what_is_left_goes_on_the_day_after(
    partnership: Partnership,
) -> None:
    meeting = partnership.a_meeting()
    assert propose(partnership, meeting, "Night cards", "Posters") == [303, 303]
    partnership.browser("coordinator").post(f"/meetings/{meeting}/attendance", data={f"n.{STATION.id}": "2"})

    before = partnership.browser("coordinator").get(f"/meetings/{meeting}").text
    assert "The agenda stays open until the end of the day" in before
    assert settle(partnership, meeting) == 303
    partnership.propose()
    page = partnership.browser("coordinator").get(f"/meetings/{meeting}").text
    assert (page.count("/discuss"), "form-propose" in page) == (2, True)
    assert discuss(partnership, meeting, "Night cards") == 303
    assert propose(partnership, meeting, "Hours on Sundays") == [303]
    assert propose(partnership, meeting, "Hours at night", role="provider_manager") == [409], "it has begun"

    partnership.clock.set(midnight_in_india(day_in_india(partnership.clock.now())) + timedelta(hours=23, minutes=59))
    partnership.propose()
    assert agendas(partnership) == [
        ("Hours on Sundays", 0, "on"),
        ("Night cards", 0, "discussed"),
        ("Posters", 0, "on"),
    ]
    the_day_is_over(partnership)
    for _ in range(2):
        partnership.propose()
        assert agendas(partnership) == [
            ("Hours on Sundays", 0, "carried"),
            ("Hours on Sundays", 1, "on"),
            ("Night cards", 0, "discussed"),
            ("Posters", 0, "carried"),
            ("Posters", 1, "on"),
        ]
    assert discuss(partnership, meeting, "Posters") == 409
    assert propose(partnership, meeting, "Too late") == [409]
    after = partnership.browser("coordinator").get(f"/meetings/{meeting}").text
    assert ("/discuss" in after, "form-propose" in after, after.count("carried over")) == (False, False, 2)


@pytest.mark.parametrize("state", ["not_quorate", "planned"])
def test_a_meeting_that_was_not_quorate_or_never_confirmed_passes_its_agenda_on(
    partnership: Partnership, state: str
) -> None:
    meeting = partnership.a_meeting(begun=False)
    assert propose(partnership, meeting, "More hours", role="provider_manager") == [303]
    partnership.a_meeting()
    if state == "not_quorate":
        assert settle(partnership, meeting, "3") == 303

    the_day_is_over(partnership)
    partnership.propose()

    assert partnership.meetings()[0].state == state
    gone_on = [("More hours", 0, "carried"), ("More hours", 1, "proposed")]
    assert agendas(partnership) == gone_on
    settle(partnership, meeting, "3")
    partnership.propose()
    assert agendas(partnership) == gone_on, "whoever confirms later brings nothing back"


def test_what_a_process_of_0_1_0_carried_over_at_settling_goes_on_once(partnership: Partnership) -> None:
    meeting = partnership.a_meeting()
    propose(partnership, meeting, "Night cards")
    settle_as_0_1_0(partnership, meeting)
    for over in (False, True):
        if over:
            the_day_is_over(partnership)
        partnership.propose()
        assert agendas(partnership) == [("Night cards", 0, "carried"), ("Night cards", 1, "on")]


def test_a_process_of_0_1_0_that_settles_after_the_clock_leaves_no_double(partnership: Partnership) -> None:
    meeting = partnership.a_meeting()
    propose(partnership, meeting, "Night cards", "Posters")
    discuss(partnership, meeting, "Posters")
    the_day_is_over(partnership)
    partnership.propose()
    settle_as_0_1_0(partnership, meeting)
    assert agendas(partnership).count(("Night cards", 1, "carried")) == 1, "its double"

    partnership.propose()

    assert agendas(partnership) == [
        ("Night cards", 0, "carried"),
        ("Night cards", 1, "on"),
        ("Posters", 0, "discussed"),
    ]


def test_an_original_is_no_double_where_a_process_of_0_1_0_moved_its_meeting_after_its_day(
    partnership: Partnership,
) -> None:
    meeting = partnership.a_meeting()
    propose(partnership, meeting, "Night cards")
    partnership.propose()
    the_day_is_over(partnership)
    partnership.propose()
    with partnership.worker() as session:
        session.get_one(Meeting, meeting).starts_at = partnership.clock.now() + timedelta(days=2)

    partnership.propose()

    assert agendas(partnership) == [("Night cards", 0, "carried"), ("Night cards", 1, "on")]


def test_a_meeting_that_has_begun_is_not_moved_so_its_agenda_stays_its_own(partnership: Partnership) -> None:
    meeting = partnership.a_meeting()
    propose(partnership, meeting, "Night cards")
    for later in (timedelta(0), timedelta(days=1)):
        partnership.clock.advance(later)
        partnership.propose()
        before = agendas(partnership)
        moved = {"day": "2026-12-30", "at": "11:00", "place": "Hall", "seen": "2"}
        assert day_in_india(partnership.clock.now()).isoformat() < moved["day"]

        answer = partnership.browser("coordinator").post(f"/meetings/{meeting}/plan", data=moved)
        partnership.propose()

        assert (answer.status_code, agendas(partnership)) == (409, before), later


def test_what_went_on_does_not_come_again_where_the_old_meeting_is_called_off(partnership: Partnership) -> None:
    meeting = partnership.a_meeting()
    propose(partnership, meeting, "Night cards")
    the_day_is_over(partnership)
    partnership.propose()

    cancelled = partnership.browser("coordinator").post(f"/meetings/{meeting}/cancel", data={"seen": "2"})
    partnership.propose()

    assert cancelled.status_code == 303
    assert agendas(partnership) == [("Night cards", 0, "carried"), ("Night cards", 1, "on")]


def test_what_is_left_waits_where_the_district_has_no_meeting_ahead(partnership: Partnership) -> None:
    meeting = partnership.a_meeting()
    propose(partnership, meeting, "Night cards")
    partnership.propose()
    _, ahead = partnership.meetings()
    partnership.browser("coordinator").post(f"/meetings/{ahead.id}/cancel", data={"seen": "1"})
    the_day_is_over(partnership)

    partnership.propose()

    assert agendas(partnership) == [("Night cards", 0, "carried"), ("Night cards", 2, "on")]


def test_a_meeting_that_somebody_writes_to_just_now_is_left_for_the_next_run(partnership: Partnership) -> None:
    meeting = partnership.a_meeting()
    propose(partnership, meeting, "Night cards")
    the_day_is_over(partnership)
    who = partnership.somebody("coordinator")
    with partnership.directory.web.transaction(who.scope) as session:
        session.scalars(select(Meeting).where(Meeting.id == meeting).with_for_update()).one()
        partnership.propose()

    assert agendas(partnership) == [("Night cards", 0, "on")]
    partnership.propose()
    assert agendas(partnership) == [("Night cards", 0, "carried"), ("Night cards", 1, "on")]
