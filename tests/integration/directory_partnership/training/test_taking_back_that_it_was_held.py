"""What a coordinator said or counted by mistake is taken back within days: the session is planned, counts nowhere."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import text

from directory_service.partnership.domain.training import DAYS_TO_CALL_OFF, TAKEN_BACK_WITHIN
from directory_service.partnership.use_cases.training.hold_counted_sessions import hold_counted_sessions
from support.partnership import FAR_BODY, STATION, Partnership
from support.training import count, plan_session, post_strength

API = "/api/partnership"
A_MINUTE = timedelta(minutes=1)


def document(partnership: Partnership, training: UUID) -> dict:
    return partnership.program("coordinator").get(f"{API}/training/{training}").get_json()


def state_of(partnership: Partnership, training: UUID) -> str:
    return str(document(partnership, training)["state"])


def trained(partnership: Partnership) -> int:
    (district,) = partnership.program("coordinator").get(f"{API}/coverage").get_json()["items"]
    return int(district["ranks"]["PC"]["trained"])


def say_held(partnership: Partnership, training: UUID) -> None:
    seen = str(document(partnership, training)["version"])
    answer = partnership.browser("coordinator").post(f"/training/{training}/held", data={"seen": seen})
    assert answer.status_code == 303


def take_back(partnership: Partnership, training: UUID, *, seen: int | None = None) -> int:
    """Its coordinator presses the page's button."""
    typed = {"seen": str(seen or document(partnership, training)["version"])}
    return partnership.browser("coordinator").post(f"/training/{training}/unhold", data=typed).status_code


def tick(partnership: Partnership, training: UUID, *, days: int) -> str:
    """The session's state after so many days and a round of the clock."""
    partnership.clock.advance(timedelta(days=days))
    with partnership.worker() as session:
        hold_counted_sessions(session, partnership.clock.now())
    return state_of(partnership, training)


@pytest.mark.parametrize("word", ["said", "counted"])
def test_it_is_planned_again_its_numbers_stay_and_train_nobody(partnership: Partnership, word: str) -> None:
    post_strength(partnership, {"PC": 20})
    training = plan_session(partnership)
    if word == "said":
        count(partnership.browser("unit_supervisor"), training, PC="12/2")
        say_held(partnership, training)
    else:
        count(partnership.browser("coordinator"), training, str(STATION.id), PC="12/2")
    assert (state_of(partnership, training), trained(partnership)) == ("held", 10)

    page = partnership.browser("coordinator").get(f"/training/{training}").text
    answer = take_back(partnership, training)

    assert ("It was not held?" in page, answer) == (True, 303)
    assert (state_of(partnership, training), trained(partnership)) == ("planned", 0)
    assert document(partnership, training)["counts"][0]["attended"] == 12
    with partnership.worker() as session:
        logged = "SELECT actor IS NOT NULL FROM audit_entry WHERE action = 'training.unhold' AND object_id = :id"
        assert session.scalars(text(logged), {"id": str(training)}).all() == [True]
    say_held(partnership, training)
    assert (state_of(partnership, training), trained(partnership)) == ("held", 10)


def test_after_seven_days_it_stays_held_whatever_was_counted_since(partnership: Partnership) -> None:
    training = plan_session(partnership)
    say_held(partnership, training)
    partnership.clock.advance(TAKEN_BACK_WITHIN - A_MINUTE)
    count(partnership.browser("coordinator"), training, PC="12")
    assert "It was not held?" in partnership.browser("coordinator").get(f"/training/{training}").text

    partnership.clock.advance(A_MINUTE)

    assert "It was not held?" not in partnership.browser("coordinator").get(f"/training/{training}").text
    assert take_back(partnership, training) == 409
    assert state_of(partnership, training) == "held"


@pytest.mark.parametrize("counter", ["coordinator", "unit_supervisor"])
def test_what_was_counted_before_never_holds_it_again(partnership: Partnership, counter: str) -> None:
    training = plan_session(partnership)
    count(partnership.browser(counter), training, str(STATION.id), PC="12")
    partnership.clock.advance(timedelta(days=2))
    if counter == "unit_supervisor":
        say_held(partnership, training)
    assert take_back(partnership, training) == 303

    page = partnership.browser("coordinator").get(f"/training/{training}").text
    states = [tick(partnership, training, days=wait) for wait in (0, DAYS_TO_CALL_OFF, 1, 365)]

    assert states == ["planned"] * 4
    assert ("7 days after the last count" in page, "Only numbers that are entered after that" in page) == (False, True)


def test_the_clock_holds_it_by_numbers_of_afterwards_until_these_are_taken_back(partnership: Partnership) -> None:
    training = plan_session(partnership)
    count(partnership.browser("coordinator"), training, PC="20")
    assert take_back(partnership, training) == 303
    partnership.clock.advance(A_MINUTE)
    count(partnership.browser("unit_supervisor"), training, str(STATION.id), PC="12")
    assert "7 days after the last count" in partnership.browser("coordinator").get(f"/training/{training}").text

    states = [tick(partnership, training, days=wait) for wait in (0, DAYS_TO_CALL_OFF, 1)]

    assert states == ["planned", "planned", "held"]
    assert take_back(partnership, training) == 409, "that was the clock's word; it can be called off"
    count(partnership.browser("unit_supervisor"), training, str(STATION.id), PC="0")
    assert tick(partnership, training, days=0) == "planned", "what is left was counted before"


def test_only_the_districts_coordinator_does_as_it_was_seen(partnership: Partnership) -> None:
    training = plan_session(partnership)
    at, seen = f"{API}/training/{training}/held", {"If-Match": '"2"'}
    say_held(partnership, training)

    assert take_back(partnership, training, seen=1) == 409
    assert partnership.program("unit_supervisor").delete(at, headers=seen).status_code == 403
    assert partnership.program("coordinator", FAR_BODY).delete(at, headers=seen).status_code == 404
    assert partnership.program("coordinator").delete(at).status_code == 428
    assert partnership.program("coordinator").delete(at, headers=seen).get_json()["state"] == "planned"
    assert partnership.program("coordinator").delete(at, headers={"If-Match": '"3"'}).status_code == 409


def test_everybody_reads_why_it_is_planned_again(partnership: Partnership) -> None:
    training, words = plan_session(partnership), "It was taken back that the session was held."
    say_held(partnership, training)
    assert words not in partnership.browser("unit_supervisor").get(f"/training/{training}").text

    take_back(partnership, training)

    for role in ("unit_supervisor", "coordinator"):
        assert words in partnership.browser(role).get(f"/training/{training}").text
