"""What the directory says of people, against the published schemas."""

import json
import re
from pathlib import Path

import jsonschema
import pytest
from sqlalchemy import text

from service_kit.db.session_heartbeat import send_heartbeat
from setu.events import SESSION_EVENTS
from support.accounts import (
    ORIGIN,
    House,
    a_house,
)

CONTRACTS = Path(__file__).parents[3] / "contracts" / "events"
TYPES = (
    "directory.member.changed.v1",
    "directory.team.changed.v1",
    "directory.session.revoked.v1",
    "directory.session.heartbeat.v1",
    "directory.account.reset.v1",
)


@pytest.fixture
def house(fresh_database: object, settings_env: object) -> House:
    urls = fresh_database("directory")  # type: ignore[operator]  # a fixture that is called
    return a_house(settings_env("directory", urls, SETU_TEST_WORKER_URL=urls.worker))  # type: ignore[operator]  # a fixture that is called


def test_every_event_keeps_its_contract(house: House) -> None:
    officer = house.person("officer", house.organization("police_unit"))
    coordinator = house.browser(house.person("coordinator", house.organization("coordinating_body")))
    house.bearer(officer)
    unit = house.organization("police_unit")
    leaving = house.person("officer", unit)
    worker = house.person("case_worker", house.organization("provider"))
    supervisor = house.browser(house.person("unit_supervisor", unit))
    membership = re.search(rf"{leaving.user}.*?/members/([0-9a-f-]+)/end", supervisor.get("/members").text, re.DOTALL)
    assert membership
    assert supervisor.post(f"/members/{membership[1]}/end", headers=ORIGIN).status_code == 303
    answer = coordinator.post("/resets", data={"user": officer.user, "what": "password"}, headers=ORIGIN)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/slip")
    with house.worker.transaction() as session:
        session.execute(text("UPDATE outbox SET published_at = now()"))
    assert send_heartbeat(house.worker, house.ids, house.clock.now(), SESSION_EVENTS)

    for event_type in TYPES:
        schema = json.loads((CONTRACTS / f"{event_type}.json").read_text())
        events = house.events(event_type)
        assert events
        for event in events:
            jsonschema.validate(event, schema, format_checker=jsonschema.FormatChecker())
    told = house.events("directory.team.changed.v1")
    assert {event["account_id"] for event in told} == {str(worker.account)}  # of case workers alone
