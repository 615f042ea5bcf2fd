"""A small year, played through public doors: what the state's view counts equals what was played."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from directory_service import settings as configuration
from directory_service.app import create_app
from partnership_year.doors import Doors, Visitor
from partnership_year.shape import Shape
from partnership_year.year import STATE_COORDINATOR, PartnershipYear
from service_kit.clock import FrozenClock
from service_kit.db.engine import Database
from setu.figures import TABLES, VIEWS
from setu.india import INDIA


@pytest.fixture
def year(fresh_database: Callable, settings_env: Callable, tmp_path: Path) -> PartnershipYear:
    urls = fresh_database("directory")
    settings, clock = configuration.load_web(settings_env("directory", urls)), FrozenClock(datetime.now(UTC))
    web, worker = Database(urls.web), Database(urls.worker)
    doors = Doors(create_app(settings, clock=clock, db=web), settings_env("directory", urls, process="worker"))
    made = PartnershipYear(doors, worker, clock, Shape.of(2, 5, 2, seed=3), tmp_path, seed=3)
    made.play(months=1)
    return made


def test_what_was_played_is_what_the_state_sees(year: PartnershipYear) -> None:
    coordinator = year.doors.visit(STATE_COORDINATOR)
    today, seen = (
        year.clock.now().astimezone(INDIA).date(),
        coordinator.get(f"/api/partnership/state?month={year.clock.now():%Y-%m}"),
    )
    assert [row["district"] for row in seen["districts"]] == [313, 315]
    assert seen["is_whole"]
    for row in seen["districts"]:
        check_district(year, row, today)
    pages(coordinator, seen)


def check_district(year: PartnershipYear, row: dict, today: date) -> None:
    played, until = year.journal.of(row["district"]), date.fromisoformat(f"{row['months'][-1]['month']}-01")
    since = date.fromisoformat(f"{row['months'][0]['month']}-01")
    months = {month: state for month, state in played.meetings.items() if since <= month <= until}
    assert row["meetings_held"] == sum(state == "held" for state in months.values())
    assert {each["month"]: each["meeting"] for each in row["months"] if each["meeting"]} == {
        f"{month:%Y-%m}": state for month, state in months.items()
    }
    due = {one: fact for one, fact in played.actions.items() if since <= fact[0] <= today}
    assert row["actions"]["due"] == len(due)
    assert row["actions"]["done"] == sum(state == "done" for _day, state in due.values())
    assert row["actions"]["overdue"] == sum(state == "open" and day < today for day, state in due.values())
    trained = {rank: each["trained"] for rank, each in row["coverage"]["ranks"].items() if each["trained"]}
    assert trained == {rank: number for rank, number in played.trained.items() if number}
    figures = [each["figures"] for each in row["months"] if each["figures"] is not None]
    assert len(figures) == played.figures
    for cells in figures:  # a first month is told by the month, hidden rows among them
        assert {cell["row"] for cell in cells if cell["table"] == VIEWS} == set(TABLES[VIEWS].rows)


def pages(coordinator: Visitor, seen: dict) -> None:
    assert "Districts of West Bengal" in coordinator.page("/state")
    for row in seen["districts"]:
        assert "Where the numbers come from" in coordinator.page(f"/brief?district={row['district']}")
