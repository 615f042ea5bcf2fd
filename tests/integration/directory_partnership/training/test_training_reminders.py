"""Training that is due: one event a district and month, to its units, and nothing but organisations in it."""

import json
from datetime import timedelta
from pathlib import Path

from jsonschema import Draft202012Validator, FormatChecker
from sqlalchemy import update

from directory_service.organizations.store.tables import Organization
from directory_service.partnership.use_cases.training.remind_of_training import TRAINING_DUE, remind_of_training
from service_kit.envelope import Event
from support.listings import NOON
from support.partnership import FAR_STATION, OTHER_STATION, PRISON, STATION, Partnership

SCHEMA = json.loads((Path(__file__).parents[4] / "contracts" / "events" / f"{TRAINING_DUE}.json").read_text())

NOT_IMPORTED = 99_998


def told(partnership: Partnership, days: int = 0) -> list[Event]:
    partnership.clock.advance(timedelta(days=days))
    for _ in range(2):
        with partnership.worker() as session:
            remind_of_training(session, partnership.clock.now())
    events = [event for event in partnership.directory.events() if event.type == TRAINING_DUE]
    partnership.directory.forget_events()
    for event in events:
        Draft202012Validator(SCHEMA, format_checker=FormatChecker()).validate(event.data)
    return events


def test_each_district_hears_once_a_month_from_the_month_after_its_first_training_on(partnership: Partnership) -> None:
    assert [len(told(partnership, days)) for days in (0, 7, 24)] == [0, 0, 0], "the plan trains on days 12 and 13"
    first = told(partnership, 7)
    units = {315: {str(each.id) for each in (STATION, OTHER_STATION, PRISON)}, 261: {str(FAR_STATION.id)}}
    assert {event.data["district"]: set(event.data["receivers"]) for event in first} == units
    assert {event.data["due_at"] for event in first} == {"2027-01-31T23:59:00+05:30"}
    assert [len(told(partnership, days)) for days in (29, 3, 10, 20)] == [0, 2, 0, 2]


def test_a_district_that_begins_early_in_a_month_hears_in_the_next(partnership: Partnership) -> None:
    partnership.clock.set(NOON.replace(day=18))

    assert [len(told(partnership, days)) for days in (0, 12, 1)] == [0, 0, 2]


def test_a_unit_of_a_district_that_is_not_imported_keeps_no_other_from_hearing(partnership: Partnership) -> None:
    with partnership.worker() as session:
        session.execute(
            update(Organization).where(Organization.id == FAR_STATION.id).values(district_code=NOT_IMPORTED)
        )

    events = [event for days in (0, 38) for event in told(partnership, days)]

    assert [event.data["district"] for event in events] == [315]
