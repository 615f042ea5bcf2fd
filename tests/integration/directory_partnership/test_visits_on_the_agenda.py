"""Part eight of a meeting's agenda: visits that are agreed, asked for, and those that an agreement makes due."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from setu.india import day_in_india
from support.listings import counted
from support.partnership import ALO, FAR_PROVIDER, NODI, OTHER_STATION, PRISON, STATION, Partnership, in_force
from support.visits import DAY_CLINIC, DROP_IN, a_visit, many_visits

NOTHING = "No visit is agreed or asked for, and none is due."
AGREED, ASKED, DUE = "Visits agreed", "Visits asked for, not answered yet", "The yearly visit is due"
OVER = "Visits of which nobody said whether they were held"


@pytest.fixture
def meeting(partnership: Partnership) -> UUID:
    """A meeting that is planned and some weeks ahead."""
    return partnership.a_meeting(begun=False)


def today(partnership: Partnership) -> date:
    return day_in_india(partnership.clock.now())


def meeting_day(partnership: Partnership) -> date:
    return day_in_india(partnership.meetings()[0].starts_at)


def part_eight(partnership: Partnership, meeting: UUID, role: str = "coordinator", path: str = "", **at: Any) -> str:
    """What stands there, without its tags."""
    page = partnership.browser(role, **at).get(f"/meetings/{meeting}{path}").text
    part = page.partition("8. Training and visits")[2].partition("9. Read back")[0]
    return " ".join(re.sub(r"<[^>]+>", " ", part).replace("&#39;", "'").split())


def told(partnership: Partnership, meeting: UUID, role: str = "coordinator", **at: Any) -> Mapping[str, Any]:
    visits: Mapping[str, Any] = (
        partnership.program(role, **at).get(f"/api/partnership/meetings/{meeting}").get_json()["visits"]
    )
    return visits


def due(partnership: Partnership, meeting: UUID, role: str = "coordinator", **at: Any) -> list[tuple[str, str | None]]:
    """Of each agreement whose visit is due: its unit, and when the last one was held."""
    return [(each["unit_id"], each["last_held"]) for each in told(partnership, meeting, role, **at)["due"]]


def test_what_is_agreed_asked_for_and_due_stands_in_this_order(partnership: Partnership, meeting: UUID) -> None:
    for unit, provider in ((STATION, NODI), (OTHER_STATION, ALO)):
        in_force(partnership, unit, provider)
    a_visit(partnership, today(partnership) + timedelta(days=9))
    a_visit(partnership, today(partnership), "asked", unit=OTHER_STATION, to=DAY_CLINIC)

    parts = {path: part_eight(partnership, meeting, path=path) for path in ("", "/sheet")}

    shown = [
        f"{AGREED} 3 Dec 2026 · Park Street – Nodi: Drop-in centre",
        f"{ASKED} 24 Nov 2026 · Lake – Alo: Day clinic",
        f"{DUE} Lake – Alo none yet",
    ]
    for path, part in parts.items():
        assert [part.find(each) for each in shown] == sorted(part.find(each) for each in shown), path
        assert [each in part for each in shown] == [True] * 3, (path, part)
        assert "Park Street" not in part.partition(DUE)[2], "its visit is agreed"
        assert ("Visits to services" in part) == (path == "")


def test_an_agreed_visit_whose_day_is_over_stands_first_until_somebody_says_whether_it_was_held(
    partnership: Partnership, meeting: UUID
) -> None:
    in_force(partnership)
    yesterday = today(partnership) - timedelta(days=1)
    over, ahead = a_visit(partnership, yesterday), a_visit(partnership, today(partnership), unit=OTHER_STATION)

    for path in ("", "/sheet"):
        part = part_eight(partnership, meeting, path=path)
        said = f"{OVER} 23 Nov 2026 · Park Street – Nodi: Drop-in centre {AGREED} 24 Nov 2026 · Lake – Nodi"
        assert (said in part, DUE in part) == (True, False), f"it may have been held: {path}"
    for role, at, own in (
        ("coordinator", None, [str(over)]),
        ("unit_supervisor", STATION, [str(over)]),
        ("provider_manager", NODI, [str(over)]),
        ("unit_supervisor", OTHER_STATION, []),
    ):
        found = told(partnership, meeting, role, at=at)
        assert [each["id"] for each in found["unanswered"]] == own
    assert str(ahead) not in [each["id"] for each in told(partnership, meeting)["unanswered"]]
    manager = partnership.browser("provider_manager", NODI)
    assert manager.post(f"/visits/{over}/cancel", data={"seen": "1"}).status_code == 303
    for path in ("", "/sheet"):
        part = part_eight(partnership, meeting, path=path)
        assert (OVER in part, f"{DUE} Park Street – Nodi none yet" in part) == (False, True), path


@pytest.mark.parametrize(("held", "is_due"), [(0, True), (1, False)])
def test_a_year_after_the_last_one_the_next_is_due_on_the_meetings_day(
    partnership: Partnership, meeting: UUID, held: int, is_due: bool
) -> None:
    agreement, day = in_force(partnership), meeting_day(partnership)
    last = day.replace(year=day.year - 1) + timedelta(days=held)
    for before in (400, 0):
        a_visit(partnership, last - timedelta(days=before), "held")

    found = told(partnership, meeting)["due"]

    ids = {"agreement_id": str(agreement), "unit_id": str(STATION.id), "provider_id": str(NODI.id)}
    assert found == ([{**ids, "last_held": last.isoformat()}] if is_due else [])
    assert (f"last on {last.day} {last:%b %Y}" in part_eight(partnership, meeting)) == is_due


def test_an_empty_part_says_so(partnership: Partnership, meeting: UUID) -> None:
    for path in ("", "/sheet"):
        assert NOTHING in part_eight(partnership, meeting, path=path)
    assert told(partnership, meeting) == {"agreed": [], "unanswered": [], "asked": [], "due": []}


def test_what_is_over_or_was_not_to_be_is_not_spoken_of(partnership: Partnership, meeting: UUID) -> None:
    for state in ("asked", "held"):
        a_visit(partnership, today(partnership) - timedelta(days=1), state)
    for state in ("declined", "cancelled"):
        a_visit(partnership, today(partnership) + timedelta(days=1), state)

    assert NOTHING in part_eight(partnership, meeting)


def test_each_side_finds_its_own_and_nothing_is_due_that_it_cannot_know(
    partnership: Partnership, meeting: UUID
) -> None:
    for unit, provider in ((STATION, NODI), (OTHER_STATION, ALO), (PRISON, ALO)):
        in_force(partnership, unit, provider)
    a_visit(partnership, today(partnership), "held", unit=OTHER_STATION, to=DAY_CLINIC)
    agreed = a_visit(partnership, today(partnership), unit=PRISON, to=DROP_IN)
    asked = a_visit(partnership, today(partnership), "asked", unit=OTHER_STATION, to=DAY_CLINIC)

    def seen(role: str, **at: Any) -> tuple[list[str], list[str], list[str]]:
        visits = told(partnership, meeting, role, **at)
        ids = [[each["id"] for each in visits[name]] for name in ("agreed", "asked")]
        return ids[0], ids[1], [unit for unit, _ in due(partnership, meeting, role, **at)]

    station, prison = str(STATION.id), str(PRISON.id)
    for role in ("coordinator", "data_officer"):
        assert seen(role) == ([str(agreed)], [str(asked)], [prison, station])
    assert seen("unit_supervisor", at=STATION) == ([], [], [station])
    assert seen("unit_supervisor", at=OTHER_STATION) == ([], [str(asked)], [])
    assert seen("provider_manager", at=NODI) == ([str(agreed)], [], [station])
    assert seen("provider_manager", at=ALO) == ([], [str(asked)], [prison])
    own = "You see your own organisation's visits here"
    assert own in part_eight(partnership, meeting, "unit_supervisor")
    assert own not in part_eight(partnership, meeting)


def test_those_never_visited_come_first_by_name_then_the_longest_ago(partnership: Partnership, meeting: UUID) -> None:
    for unit, days in ((STATION, 500), (OTHER_STATION, None), (PRISON, 700)):
        in_force(partnership, unit, NODI)
        if days:
            a_visit(partnership, meeting_day(partnership) - timedelta(days=days), "held", unit=unit)
    in_force(partnership, PRISON, ALO)

    units = [unit for unit, _ in due(partnership, meeting)]

    assert units == [str(each.id) for each in (PRISON, OTHER_STATION, PRISON, STATION)]


def test_what_does_not_bind_now_makes_nothing_due(partnership: Partnership, meeting: UUID) -> None:
    in_force(partnership, OTHER_STATION, ALO)  # rests
    in_force(partnership, STATION, FAR_PROVIDER)  # is visited in its own district
    ended, renewed = in_force(partnership, PRISON, NODI), in_force(partnership, STATION, NODI)
    in_force(partnership, STATION, NODI)  # the next version has begun, and the clock did not come by yet
    with partnership.worker() as session:
        session.execute(text("UPDATE organization SET status = 'suspended' WHERE id = :id"), {"id": ALO.id})
        session.execute(text("UPDATE agreement SET state = 'ended' WHERE id = :id"), {"id": ended})
        session.execute(text("UPDATE agreement SET number = 2 WHERE id = :id"), {"id": renewed})

    assert [each["agreement_id"] for each in told(partnership, meeting)["due"]] == [str(renewed)]


def test_a_service_that_is_not_public_any_more_is_not_named(partnership: Partnership, meeting: UUID) -> None:
    a_visit(partnership, today(partnership) + timedelta(days=9))
    with partnership.worker() as session:
        session.execute(text("UPDATE service SET public = false WHERE id = :id"), {"id": DROP_IN.id})

    part = part_eight(partnership, meeting)

    assert "Park Street – Nodi" in part
    assert "Drop-in centre" not in part


def test_once_the_meetings_day_is_over_it_tells_of_no_visit(partnership: Partnership, meeting: UUID) -> None:
    in_force(partnership)
    day = meeting_day(partnership)
    a_visit(partnership, day + timedelta(days=9))
    partnership.clock.set(partnership.meetings()[0].starts_at)
    assert AGREED in part_eight(partnership, meeting)

    partnership.clock.advance(timedelta(days=1))

    assert told(partnership, meeting) is None
    for path in ("", "/sheet"):
        part = part_eight(partnership, meeting, path=path)
        assert [words in part for words in (AGREED, DUE, NOTHING, "Visits to services")] == [False] * 4


def test_many_visits_cost_as_many_statements_as_none(partnership: Partnership, meeting: UUID) -> None:
    def statements() -> int:
        coordinator = partnership.browser("coordinator")
        with counted(partnership.directory.web) as seen:
            assert coordinator.get(f"/meetings/{meeting}").status_code == 200
        return len(seen)

    statements()  # the first look reads once what all later ones have
    before = statements()
    many_visits(partnership, 8)

    assert part_eight(partnership, meeting).count("none yet") == 8
    assert statements() <= before


def test_the_agenda_names_a_service_in_the_readers_language(partnership: Partnership, meeting: UUID) -> None:
    named = replace(DROP_IN, names={"bn": "ড্রপ-ইন সেন্টার"})
    a_visit(partnership, today(partnership) + timedelta(days=9), to=named)

    coordinator = partnership.browser("coordinator")
    for path in ("", "/sheet"):
        page = coordinator.get(f"/meetings/{meeting}{path}?lang=bn").text
        assert ("ড্রপ-ইন সেন্টার" in page, "Drop-in centre" in page) == (True, False), path
