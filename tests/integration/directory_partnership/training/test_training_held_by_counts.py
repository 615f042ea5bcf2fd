"""A training session at which only units counted: held by the clock after days of grace, and undone by either side."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import text

from directory_service.partnership.domain.training import DAYS_TO_CALL_OFF
from directory_service.partnership.store.tables_training import TrainingSession
from directory_service.partnership.use_cases.training.hold_counted_sessions import hold_counted_sessions
from support.partnership import STATION, Partnership
from support.training import count, plan_session, post_strength

UNTIL_HELD = timedelta(days=DAYS_TO_CALL_OFF + 1)


def tick(partnership: Partnership) -> None:
    with partnership.worker() as session:
        hold_counted_sessions(session, partnership.clock.now())


def state_of(partnership: Partnership, training: UUID) -> str:
    with partnership.worker() as session:
        return session.get_one(TrainingSession, training).state


def clock_acts(partnership: Partnership) -> list[tuple[str, str]]:
    """What the log has of nobody: action and session."""
    acts = (
        "SELECT action, object_id FROM audit_entry WHERE actor IS NULL AND object_type = 'training' ORDER BY position"
    )
    with partnership.worker() as session:
        return [(row.action, row.object_id) for row in session.execute(text(acts))]


def cancel(partnership: Partnership, training: UUID) -> int:
    """Its coordinator presses the page's button."""
    with partnership.worker() as session:
        seen = session.get_one(TrainingSession, training).version
    at = f"/training/{training}/cancel"
    return partnership.browser("coordinator").post(at, data={"seen": str(seen)}).status_code


def held_by_counts(partnership: Partnership) -> UUID:
    """A session that took place ten days ago by one station's word alone."""
    training = plan_session(partnership)
    assert count(partnership.browser("unit_supervisor"), training, PC="12").status_code == 303
    partnership.clock.advance(UNTIL_HELD)
    tick(partnership)
    assert state_of(partnership, training) == "held"
    return training


def test_what_units_counted_is_held_days_later_though_the_coordinator_says_nothing(partnership: Partnership) -> None:
    counted, uncounted = plan_session(partnership), plan_session(partnership)
    count(partnership.browser("unit_supervisor"), counted, PC="12")
    assert "7 days after the last count" in partnership.browser("coordinator").get(f"/training/{counted}").text

    states = []
    for wait in (timedelta(days=DAYS_TO_CALL_OFF), timedelta(days=1), timedelta(0)):
        partnership.clock.advance(wait)
        tick(partnership)
        states.append((state_of(partnership, counted), state_of(partnership, uncounted)))

    assert states == [("planned", "planned"), ("held", "planned"), ("held", "planned")]
    assert clock_acts(partnership) == [("training.hold", str(counted))]


def test_a_count_that_comes_late_gives_the_coordinator_the_same_days(partnership: Partnership) -> None:
    training = plan_session(partnership)
    partnership.clock.advance(UNTIL_HELD)
    count(partnership.browser("unit_supervisor"), training, PC="300")

    tick(partnership)

    assert state_of(partnership, training) == "planned"
    assert cancel(partnership, training) == 303
    partnership.clock.advance(UNTIL_HELD)
    tick(partnership)
    assert state_of(partnership, training) == "cancelled"


def test_the_coordinator_calls_off_what_units_alone_say_was_held(partnership: Partnership) -> None:
    post_strength(partnership, {"PC": 20})
    training = held_by_counts(partnership)
    assert "Did it not take place?" in partnership.browser("coordinator").get(f"/training/{training}").text

    assert cancel(partnership, training) == 303

    tick(partnership)
    assert state_of(partnership, training) == "cancelled"


@pytest.mark.parametrize("word", ["held", "attendance"])
def test_what_the_coordinator_said_or_counted_is_called_off_no_more(partnership: Partnership, word: str) -> None:
    training, coordinator = held_by_counts(partnership), partnership.browser("coordinator")
    form = {"seen": "2", "unit": str(STATION.id), "came.PC": "12"}

    assert coordinator.post(f"/training/{training}/{word}", data=form).status_code == 303

    assert cancel(partnership, training) == 409
    assert "Did it not take place?" not in coordinator.get(f"/training/{training}").text
    count(partnership.browser("unit_supervisor"), training, PC="0")
    tick(partnership)
    assert state_of(partnership, training) == "held"


def test_a_unit_that_takes_its_numbers_back_leaves_the_session_planned(partnership: Partnership) -> None:
    training = held_by_counts(partnership)

    count(partnership.browser("unit_supervisor"), training, PC="0")
    for _ in range(2):
        tick(partnership)

    assert state_of(partnership, training) == "planned"
    assert clock_acts(partnership) == [("training.hold", str(training)), ("training.unhold", str(training))]
