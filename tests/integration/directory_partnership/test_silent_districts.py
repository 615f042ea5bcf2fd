"""No meeting was held for 45 days: the coordinators are told once, the state's body fifteen days later."""

import json
from datetime import datetime, timedelta
from pathlib import Path

from jsonschema import Draft202012Validator, FormatChecker
from sqlalchemy import select

from directory_service.organizations.store.tables import Organization
from directory_service.partnership.store.tables import Meeting
from directory_service.partnership.use_cases.remind_of_silence import remind_of_silence
from support.listings import KOLKATA
from support.partnership import BODY, NODI, STATION, Partnership

KIND = "directory.coordination.due.v1"
SCHEMA = json.loads((Path(__file__).parents[3] / "contracts" / "events" / f"{KIND}.json").read_text("utf-8"))


def told(partnership: Partnership, at: datetime) -> list[tuple[str, list[str]]]:
    """Of what Kolkata's people are told when the worker's clocks look: state and receivers."""
    partnership.clock.set(at)
    partnership.propose()
    partnership.directory.forget_events()
    for _ in range(2):
        with partnership.worker() as session:
            remind_of_silence(session, at)
    data = [event.data for event in partnership.directory.events() if event.type == KIND]
    for each in data:
        Draft202012Validator(SCHEMA, format_checker=FormatChecker()).validate(each)
    return [(each["state"], each["receivers"]) for each in data if each["district"] == KOLKATA]


def test_a_silent_district_is_told_of_once_and_then_to_the_state(partnership: Partnership) -> None:
    begun = partnership.clock.now()
    assert told(partnership, begun) == []
    assert told(partnership, begun + timedelta(days=45)) == []
    assert told(partnership, begun + timedelta(days=46)) == [("meeting", [])]
    assert told(partnership, begun + timedelta(days=61)) == [], "the state has no body of its own"
    with partnership.worker() as session:
        row = session.get_one(Organization, BODY.id)
        row.record = {**row.record, "whole_state": True}
    assert told(partnership, begun + timedelta(days=62)) == [("meeting_state", [str(BODY.id)])]
    assert told(partnership, begun + timedelta(days=90)) == []


def test_the_clock_locks_no_meeting_of_which_nobody_is_to_be_told(partnership: Partnership) -> None:
    begun, who = partnership.clock.now(), partnership.somebody("coordinator")
    known = select(Meeting.id).where(Meeting.district_code == KOLKATA)
    for days, locked in ((0, 0), (46, 1)):
        partnership.clock.set(begun + timedelta(days=days))
        partnership.propose()
        with partnership.worker() as clock, partnership.directory.web.transaction(who.scope) as people:
            remind_of_silence(clock, partnership.clock.now())
            free = people.scalars(known.with_for_update(skip_locked=True)).all()
            assert len(people.scalars(known).all()) - len(free) == locked, days


def test_a_held_meeting_begins_the_days_anew(partnership: Partnership) -> None:
    meeting = partnership.a_meeting()
    coordinator = partnership.browser("coordinator")
    coordinator.post(f"/meetings/{meeting}/attendance", data={f"n.{STATION.id}": "2", f"n.{NODI.id}": "3"})
    assert coordinator.post(f"/meetings/{meeting}/settle", data={"seen": "2"}).status_code == 303
    with partnership.worker() as session:
        held = session.get_one(Meeting, meeting).starts_at
    assert told(partnership, held + timedelta(days=45)) == []
    assert told(partnership, held + timedelta(days=46)) == [("meeting", [])]
