"""What the directory says of people, against the published schemas."""

import json
from pathlib import Path

import jsonschema
import pytest

from builders_accounts import ORIGIN, House, a_house

CONTRACTS = Path(__file__).parents[3] / "contracts" / "events"
TYPES = ("directory.member.changed.v1", "directory.session.revoked.v1", "directory.account.reset.v1")


@pytest.fixture
def house(fresh_database: object, settings_env: object) -> House:
    urls = fresh_database("directory")  # type: ignore[operator]
    return a_house(settings_env("directory", urls, SETU_TEST_WORKER_URL=urls.worker))  # type: ignore[operator]


def test_every_event_keeps_its_contract(house: House) -> None:
    officer = house.person("officer", house.organization("police_unit"))
    coordinator = house.browser(house.person("coordinator", house.organization("coordinating_body")))
    house.bearer(officer)
    answer = coordinator.post("/resets", data={"user": officer.user, "what": "password"}, headers=ORIGIN)
    assert answer.status_code == 200

    for event_type in TYPES:
        schema = json.loads((CONTRACTS / f"{event_type}.json").read_text())
        events = house.events(event_type)
        assert events
        for event in events:
            jsonschema.validate(event, schema, format_checker=jsonschema.FormatChecker())
