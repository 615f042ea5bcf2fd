"""What a client names by an id of its own is made once, also where it is sent twice at once; another's id is absent."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from setu.india import day_in_india
from support.events import eventually, waiting_for_locks
from support.listings import KOLKATA, a_service
from support.partnership import (
    BODY,
    ELSEWHERE,
    FAR_BODY,
    FAR_PROVIDER,
    FAR_STATION,
    OTHER_STATION,
    STATION,
    Partnership,
    in_force,
)
from support.visits import DROP_IN

Sent = tuple[str, dict[str, Any]]
FAR_SERVICE = a_service(FAR_PROVIDER, "Far centre")


@pytest.fixture(autouse=True)
def services_to_visit(partnership: Partnership) -> None:
    partnership.directory.save(DROP_IN, FAR_SERVICE, indexed=False)


@pytest.fixture
def answers_of_failures(partnership: Partnership) -> Iterator[None]:
    """A failure of the program is answered with 500, as where it runs, and does not end the test by itself."""
    partnership.app.config["PROPAGATE_EXCEPTIONS"] = False
    yield
    partnership.app.config["PROPAGATE_EXCEPTIONS"] = None


def a_day(partnership: Partnership) -> str:
    return str(day_in_india(partnership.clock.now()) + timedelta(days=6))


def an_item(partnership: Partnership, meeting: UUID | None = None) -> Sent:
    return f"/api/partnership/meetings/{meeting or partnership.a_meeting()}/agenda", {"part": 3, "text": "Beds"}


def a_visit(partnership: Partnership, service: object = DROP_IN.id) -> Sent:
    return "/api/partnership/visits", {"service_id": str(service), "day": a_day(partnership), "seats": 2}


def a_training(partnership: Partnership, at: Any = BODY) -> Sent:
    plan = {"day": a_day(partnership), "topics": ["overdose"], "trainers": [str(at.id)]}
    return "/api/partnership/training", {"district": at.district, **plan}


def an_action(partnership: Partnership) -> Sent:
    meeting, promised = (
        partnership.a_meeting(),
        {"post": "Secretary", "text": "Ask for beds", "due": a_day(partnership)},
    )
    return f"/api/partnership/meetings/{meeting}/actions", {"organization_id": str(BODY.id), **promised}


def put(client: FlaskClient, sent: Sent, made: object) -> int:
    return client.put(f"{sent[0]}/{made}", json=sent[1]).status_code


@pytest.mark.usefixtures("answers_of_failures")
@pytest.mark.parametrize(
    ("table", "role", "what"),
    [
        ("agenda_item", "coordinator", an_item),
        ("hosted_visit", "unit_supervisor", a_visit),
        ("training_session", "coordinator", a_training),
        ("meeting_action", "coordinator", an_action),
    ],
)
def test_what_is_sent_twice_at_once_is_made_once_and_both_are_told(
    partnership: Partnership, table: str, role: str, what: Any
) -> None:
    sent, made = what(partnership), uuid4()
    clients = [partnership.program(role) for _ in range(2)]

    with partnership.worker() as session, ThreadPoolExecutor(2) as pool:
        for named in ("district", "organization"):  # to which each of the rows points
            session.execute(text(f"SELECT FROM {named} FOR UPDATE"))  # our own words
        answers = [pool.submit(put, client, sent, made) for client in clients]
        eventually(lambda: waiting_for_locks(partnership.directory.worker) == 2)
        session.commit()
        told = [answer.result() for answer in answers]

    with partnership.worker() as session:
        rows = session.scalar(text(f"SELECT count(*) FROM {table} WHERE id = :id"), {"id": made})  # noqa: S608  # our own words
    assert (told, rows) == ([200, 200], 1)


@pytest.mark.usefixtures("answers_of_failures")
def test_an_id_of_another_district_is_absent(partnership: Partnership) -> None:
    here, there = partnership.a_meeting(), partnership.a_meeting(district=ELSEWHERE)  # by which time passes
    item, visit, training = uuid4(), uuid4(), uuid4()
    far = partnership.program("coordinator", FAR_BODY)
    made = [
        put(far, an_item(partnership, there), item),
        put(partnership.program("unit_supervisor", FAR_STATION), a_visit(partnership, FAR_SERVICE.id), visit),
        put(far, a_training(partnership, FAR_BODY), training),
    ]
    near = partnership.program("coordinator")

    answers = [
        put(near, an_item(partnership, here), item),
        put(partnership.program("unit_supervisor"), a_visit(partnership), visit),
        put(near, a_training(partnership), training),
    ]

    assert (made, answers) == ([200] * 3, [404] * 3)


@pytest.mark.usefixtures("answers_of_failures")
def test_an_id_of_a_neighbours_visit_is_absent(partnership: Partnership) -> None:
    visit, sent = uuid4(), a_visit(partnership)
    assert put(partnership.program("unit_supervisor", STATION), sent, visit) == 200

    assert put(partnership.program("unit_supervisor", OTHER_STATION), sent, visit) == 404


@pytest.mark.usefixtures("answers_of_failures")
def test_an_id_of_an_item_that_one_sees_and_another_proposed_is_absent(partnership: Partnership) -> None:
    meeting, item = partnership.a_meeting(begun=False), uuid4()
    sent, supervisor = an_item(partnership, meeting), partnership.program("unit_supervisor", STATION)
    assert [put(supervisor, sent, item) for _ in range(2)] == [200, 200]

    for role, place in (("unit_supervisor", OTHER_STATION), ("coordinator", BODY)):
        client = partnership.program(role, place)
        assert str(item) in client.get(f"/api/partnership/meetings/{meeting}").text
        assert put(client, sent, item) == 404


@pytest.mark.usefixtures("answers_of_failures")
def test_an_id_of_an_action_of_another_owner_or_meeting_is_absent(partnership: Partnership) -> None:
    in_force(partnership)
    (address, of_body), action = an_action(partnership), uuid4()
    coordinator, supervisor = partnership.program("coordinator"), partnership.program("unit_supervisor", STATION)
    assert [put(coordinator, (address, of_body), action) for _ in range(2)] == [200, 200]
    of_station = of_body | {"organization_id": str(STATION.id)}

    assert [put(client, (address, of_station), action) for client in (coordinator, supervisor)] == [404, 404]


@pytest.mark.usefixtures("answers_of_failures")
def test_an_id_of_a_session_in_another_of_the_own_districts_is_absent(partnership: Partnership) -> None:
    who = replace(partnership.somebody("coordinator"), districts=(KOLKATA, ELSEWHERE))
    client, training = partnership.app.test_client(), uuid4()
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {partnership.tokens.mint(who)}"
    address, plan = a_training(partnership)
    assert put(client, (address, plan), training) == 200
    elsewhere = address, plan | {"district": ELSEWHERE}

    assert [put(client, elsewhere, each) for each in (uuid4(), training)] == [200, 404]


def test_an_id_of_the_own_visit_on_another_day_is_taken(partnership: Partnership) -> None:
    supervisor, visit, (address, asked) = partnership.program("unit_supervisor"), uuid4(), a_visit(partnership)
    assert put(supervisor, (address, asked), visit) == 200

    later = str(day_in_india(partnership.clock.now()) + timedelta(days=7))

    assert put(supervisor, (address, {**asked, "day": later}), visit) == 404
    assert put(supervisor, (address, asked), visit) == 200, "the same, sent again"
