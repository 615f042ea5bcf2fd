"""Who must answer hears of a visit, and a meeting that was moved says from when to when: by event and on its page."""

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from jsonschema import Draft202012Validator, FormatChecker

from support.listings import a_service
from support.partnership import NODI, STATION, Partnership
from support.training import today

CONTRACTS = Path(__file__).parents[3] / "contracts" / "events"
VISIT, MEETING = "directory.visit.changed.v1", "directory.meeting.planned.v1"
SERVICE = a_service(NODI, "Drop-in centre")


def told(partnership: Partnership, kind: str) -> list[dict[str, Any]]:
    """What was published of a kind since the last look, as its contract says it."""
    events = [event for event in partnership.directory.events() if event.type == kind]
    partnership.directory.forget_events()
    schema = json.loads((CONTRACTS / f"{kind}.json").read_text())
    for event in events:
        Draft202012Validator(schema, format_checker=FormatChecker()).validate(event.data)
        assert "Drop-in" not in event.to_bytes().decode()
    return [{"subject": event.subject, **event.data} for event in events]


def asked(partnership: Partnership) -> UUID:
    """A visit of the station to the centre, in a week; sent twice."""
    partnership.directory.save(SERVICE, indexed=False)
    partnership.directory.forget_events()
    made = uuid4()
    form = {"visit": str(made), "service": str(SERVICE.id), "seats": "3", "day": str(today(partnership) + timedelta(7))}
    for _ in range(2):
        assert partnership.browser("unit_supervisor").post("/visits", data=form).status_code == 303
    return made


def test_a_visit_that_is_asked_for_is_told_to_its_provider_once(partnership: Partnership) -> None:
    visit = asked(partnership)

    (event,) = told(partnership, VISIT)

    assert (event["subject"], event["state"], event["receivers"]) == (str(visit), "asked", [str(NODI.id)])
    assert str(event["due_at"]).startswith((today(partnership) + timedelta(7)).isoformat())


def test_the_answer_is_told_to_the_unit(partnership: Partnership) -> None:
    for step, state in (("agree", "agreed"), ("decline", "declined")):
        visit = asked(partnership)
        told(partnership, VISIT)

        partnership.browser("provider_manager").post(f"/visits/{visit}/{step}", data={"seen": "1"})

        (event,) = told(partnership, VISIT)
        assert (event["state"], event["receivers"], "due_at" in event) == (state, [str(STATION.id)], state == "agreed")
        day = (today(partnership) + timedelta(7)).isoformat()
        assert str(event["day"]).startswith(day), "also where it will not come"


def test_that_it_is_called_off_is_told_to_whoever_did_not_do_it(partnership: Partnership) -> None:
    both = {NODI.id, STATION.id}
    for role, heard in (("unit_supervisor", {NODI.id}), ("provider_manager", {STATION.id}), ("coordinator", both)):
        visit = asked(partnership)
        told(partnership, VISIT)

        assert partnership.browser(role).post(f"/visits/{visit}/cancel", data={"seen": "1"}).status_code == 303, role

        (event,) = told(partnership, VISIT)
        assert (event["state"], set(event["receivers"])) == ("cancelled", {str(each) for each in heard}), role


def test_whether_a_visit_was_held_is_told_to_nobody(partnership: Partnership) -> None:
    for step in ("hold", "cancel"):
        visit = asked(partnership)
        partnership.browser("provider_manager").post(f"/visits/{visit}/agree", data={"seen": "1"})
        told(partnership, VISIT)
        partnership.clock.advance(timedelta(days=8))
        manager = partnership.browser("provider_manager")
        assert manager.post(f"/visits/{visit}/{step}", data={"seen": "2"}).status_code == 303
        assert told(partnership, VISIT) == []


def plan(partnership: Partnership, day: str, at: str, seen: int, place: str = "Conference room") -> dict[str, Any]:
    """Plan or move the one meeting; what was told of it."""
    (meeting,) = partnership.meetings()
    form = {"day": day, "at": at, "place": place, "seen": str(seen)}
    assert partnership.browser("coordinator").post(f"/meetings/{meeting.id}/plan", data=form).status_code == 303
    (event,) = told(partnership, MEETING)
    return event


def test_a_meeting_that_was_moved_says_from_when_to_when(partnership: Partnership) -> None:
    partnership.propose()
    (meeting,) = partnership.meetings()
    planned = plan(partnership, "2026-12-22", "11:00", 1)
    assert "moved_from" not in planned, "a proposal that is confirmed for another day was told to nobody before"

    moved = plan(partnership, "2026-12-23", "15:00", 2)

    assert datetime.fromisoformat(moved["moved_from"]) == datetime.fromisoformat(planned["due_at"])
    assert str(moved["due_at"]).startswith("2026-12-23T15:00")
    for role in ("coordinator", "unit_supervisor", "provider_manager"):
        page = partnership.browser(role).get(f"/meetings/{meeting.id}").text
        assert (
            "It was to be on Tuesday 22 December 2026, 11:00. Now it is on Wednesday 23 December 2026, 15:00." in page
        )
    elsewhere = plan(partnership, "2026-12-23", "15:00", 3, place="Town hall")
    assert "moved_from" not in elsewhere, "its date is the one that was told"


def test_a_meeting_that_is_called_off_after_a_move_says_only_that(partnership: Partnership) -> None:
    partnership.propose()
    (meeting,) = partnership.meetings()
    plan(partnership, "2026-12-22", "11:00", 1)
    plan(partnership, "2026-12-23", "15:00", 2)

    partnership.browser("coordinator").post(f"/meetings/{meeting.id}/cancel", data={"seen": "3"})

    page = partnership.browser("unit_supervisor").get(f"/meetings/{meeting.id}").text
    assert ("called off" in page, "Now it is on" in page) == (True, False)
