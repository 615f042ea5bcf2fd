"""The OpenAPI document's examples are what the sample directory answers, and fit the document's own schemas.

After a change on purpose: `SETU_WRITE_CONTRACTS=1 pytest tests/contract/directory_hsds/test_examples.py` writes the
answers anew. In an example a list ends after its third item.
"""

import json
import os
import re
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from conftest import Keys
from directory_service.app import create_app
from service_kit.clock import FrozenClock
from service_kit.identity import Principal
from service_kit.ids import SeededIds, SystemIds
from service_kit.session_tokens import SessionTokens
from support.hsds.api_examples import WANTED, Json, faults_of_examples, operations_without_example, parts_with_examples
from support.listings import (
    NOON,
    Directory,
)

SERVICE = Path(__file__).parents[3] / "services" / "directory_service"
FILES = {path: json.loads(path.read_text(encoding="utf-8")) for path in sorted(SERVICE.glob("*/api/examples/*.json"))}
# A token is another each time, the sample has no meeting and no training, a change waits only where the provider is
# new, the feed says when the commit was.
BY_HAND = {
    "session", "token", "change_requests", "own_change_requests", "organizations_writing", "changes",
    "meetings", "agreements", "training", "study_cards", "visits", "state",
}  # fmt: skip
NO_JSON = {"GET /api/export/datapackage.zip"}
PROVIDER = "db596d59-81d9-5b80-946a-75967475b73a"
AN_ID = "01a21b93-46fa-77ef-8919-ba5b48f34759"
WRITING = os.environ.get("SETU_WRITE_CONTRACTS") == "1"


@pytest.fixture
def manager(own_sample: Directory, keys: Keys) -> FlaskClient:
    """A manager of one of the sample's providers."""
    app = create_app(own_sample.settings, clock=FrozenClock(NOON), ids=SeededIds("examples"), db=own_sample.web)
    tokens = SessionTokens({"test": keys.session.public_key().public_bytes_raw()}, keys.session.private_bytes_raw())
    three = [SystemIds().uuid() for _ in range(3)]
    ends = NOON.replace(hour=(NOON.hour + 5) % 24)
    who = Principal(*three, PROVIDER, "provider", "provider_manager", (315,), "en", NOON, NOON, ends)
    client = app.test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {tokens.mint(who)}"
    return client


def cut(value: Any) -> Any:
    """The value with every list ended after its third item; ids in a history are made anew each time."""
    if isinstance(value, list):
        return [cut(each) for each in value[:3]]
    if isinstance(value, dict):
        own = {"id": AN_ID} if "last_action_date" in value else {}
        return {key: cut(each) for key, each in value.items()} | own
    return value


def placed(document: Json, name: str, example: Json) -> dict[str, Any]:
    """The example as the test client sends it: each parameter where the document says it stands."""
    method, path = name.split(" ")
    item = document["paths"][path]
    told = [*item.get("parameters", []), *item[method.lower()].get("parameters", [])]
    where = {each["name"]: each["in"] for each in told}
    given = example.get("parameters", {})
    sent: dict[str, Any] = {
        "path": re.sub(r"{(\w+)}", lambda found: str(given[found[1]]), path),
        "method": method,
        "query_string": {key: json.dumps(given[key]).strip('"') for key in given if where[key] == "query"},
        "headers": {key: given[key] for key in given if where[key] == "header"},
    }
    if "body" in example:
        kind = next(iter(item[method.lower()]["requestBody"]["content"]))
        sent |= {"data": json.dumps(example["body"]), "content_type": kind}
    return sent


def test_each_example_is_what_the_sample_answers(manager: FlaskClient) -> None:
    document = manager.get("/api/openapi.json").get_json()
    for path, examples in FILES.items():
        for operation, example in () if path.stem in BY_HAND else examples.items():
            answer = manager.open(**placed(document, operation, example))

            assert answer.status_code < 300, (operation, answer.text)
            found = {"status": answer.status_code, **({"answer": cut(json.loads(answer.data))} if answer.data else {})}
            if WRITING:
                example.update(found)
            assert {key: example.get(key) for key in found} == found, operation
        if WRITING:
            text = json.dumps(examples, ensure_ascii=False, indent=1) + "\n"
            path.write_text(text, encoding="utf-8")


def test_each_example_fits_its_schema(integrator: FlaskClient) -> None:
    document = integrator.get("/api/openapi.json").get_json()

    assert faults_of_examples(document) == []
    assert len(list(parts_with_examples(document))) > 60


def test_each_operation_has_its_example(integrator: FlaskClient) -> None:
    document = integrator.get("/api/openapi.json").get_json()

    assert set(operations_without_example(document)) <= NO_JSON, WANTED
