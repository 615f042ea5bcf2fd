"""The OpenAPI document's examples are what the service really answers, and fit the schemas.

After a change on purpose: `SETU_WRITE_CONTRACTS=1 pytest tests/contract/notification/test_notification_examples.py`,
and then the document's own test.
"""

import json
from base64 import b64encode
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import text
from werkzeug.test import TestResponse

from local_stack.sms_gateway import sign
from notification_service.store import attempts
from notification_service.store.attempts import Result
from support.hsds.api_examples import WANTED, Play, compare, faults_of_examples, operations_without_example
from support.notification import (
    MANAGER,
    NGO,
    NOON,
    OTHER_WORKER,
    WORKER,
    Scene,
    a_scene,
    an_event,
    claim_one,
    referral_data,
)

KEY = bytes(32)
FOLDER = Path(__file__).parents[3] / "services" / "notification_service" / "api" / "examples"


@pytest.fixture
def scene(fresh_database: Callable, settings_env: Callable) -> Iterator[Scene]:
    """A case worker with a notice, and a manager's message that was given up."""
    urls = fresh_database("notification")
    made = a_scene(urls, settings_env("notification", urls, SETU_CALLBACK_KEYS=f"mail-1:{b64encode(KEY).decode()}"))
    made.plan(an_event("referral.submitted.v1", referral_data(uuid4(), NGO)))
    made.plan(an_event("referral.escalation.due.v1", referral_data(uuid4(), NGO), time=NOON + timedelta(seconds=1)))
    with made.db.transaction() as session:
        session.execute(text("DELETE FROM delivery WHERE account_id <> :manager"), {"manager": MANAGER})
        lease = uuid4()
        row = claim_one(session, now=NOON, lease=lease)
        assert row is not None
        attempts.record(session, row.id, lease=lease, number=1, result=Result("permanent", NOON, 12, error="no_answer"))
    yield made
    made.web.dispose()
    made.db.dispose()


def _choose(played: Play, scene: Scene) -> None:
    """A case worker's choices, and an absence that a colleague takes up."""
    ask, worker = scene.client, scene.headers(WORKER)
    before = played.note(ask.get("/api/choices", headers=worker))
    chosen = {
        "off": [{"kind": "reminder", "channel": "mail"}],
        "quiet_hours": {"from": "22:00", "until": "07:00"},
        "language": "hi",
    }
    tag = {"If-Match": before.headers["ETag"]}
    played.note(ask.put("/api/choices", headers={**worker, **tag}, json=chosen), chosen)
    days = {"first": "2026-11-30", "last": "2026-12-11"}
    played.note(ask.put("/api/absences/own", headers=worker, json=days), days)
    colleague = scene.headers(OTHER_WORKER, organization=NGO)
    played.note(ask.put(f"/api/absences/{WORKER}/stand-in", headers=colleague))
    played.note(ask.get("/api/absences", headers=colleague))
    played.note(ask.delete(f"/api/absences/{WORKER}/stand-in", headers=colleague))
    played.note(ask.delete("/api/absences/own", headers=worker))


@pytest.fixture
def play(scene: Scene) -> Play:
    """Every operation once."""
    ask, worker, manager = scene.client, scene.headers(WORKER), scene.headers(MANAGER)
    played = Play(ask.get("/api/openapi.json").get_json())
    notice = played.note(ask.get("/api/notices", headers=worker)).get_json()["items"][0]
    played.note(ask.post(f"/api/notices/{notice['id']}/read", headers=worker))
    played.note(ask.post("/api/notices/read-all", headers=worker))
    _choose(played, scene)
    (failed,) = played.note(ask.get("/api/deliveries", headers=manager)).get_json()["items"]
    one = played.note(ask.get(f"/api/deliveries/{failed['id']}", headers=manager))
    played.note(
        ask.post(f"/api/deliveries/{failed['id']}/resend", headers={**manager, "If-Match": one.headers["ETag"]})
    )
    since = {"since": NOON.isoformat()}
    played.note(ask.post("/api/deliveries/replay", headers=manager, json=since), since)
    report = {"report": "delivered", "message": failed["id"]}
    body, signed = sign(KEY, "report-1", int(NOON.timestamp()), json.dumps(report).encode())
    played.note(ask.post("/api/callbacks/mail", data=body, headers=signed), report)
    play_webhooks(played, scene, manager)
    return played


def play_webhooks(played: Play, scene: Scene, manager: dict[str, str]) -> None:
    ask = scene.client
    wish = {"url": "https://hooks.example.org/setu", "types": ["directory.service.changed.v1"], "description": "Copy"}
    key = {"Idempotency-Key": "first-endpoint"}
    made = played.note(ask.post("/api/webhooks", headers={**manager, **key}, json=wish), wish)
    at, seen = made.headers["Location"], {**manager, "If-Match": made.headers["ETag"]}

    def step(method: str, path: str, body: dict[str, object] | None = None) -> TestResponse:
        answer = played.note(ask.open(at + path, method=method, headers=seen, json=body), body)
        seen["If-Match"] = answer.headers.get("ETag", seen["If-Match"])
        return answer

    played.note(ask.post(f"{at}/test", headers=manager))
    with scene.db.transaction() as session:
        session.execute(text("UPDATE webhook_message SET state = 'taken', attempts = 1, finished_at = created_at"))
        session.execute(text("INSERT INTO webhook_attempt SELECT id, 1, created_at, 200, NULL, 8 FROM webhook_message"))
    played.note(ask.get("/api/webhooks", headers=manager))
    played.note(ask.get(at, headers=manager))
    (message,) = played.note(ask.get(f"{at}/messages", headers=manager)).get_json()["items"]
    played.note(ask.get(f"{at}/messages/{message['id']}", headers=manager))
    played.note(ask.post(f"{at}/messages/{message['id']}/resend", headers=manager))
    played.note(ask.post(f"{at}/messages/{message['id']}/try-now", headers=manager))
    since = {"since": NOON.isoformat()}
    played.note(ask.post(f"{at}/replay", headers=manager, json=since), since)
    step("PUT", "", {**wish, "description": "Copy of the directory"})
    step("POST", "/rotate")
    step("POST", "/disable")
    step("POST", "/enable")
    step("DELETE", "")


def test_each_example_is_what_the_service_answers(play: Play) -> None:
    compare(FOLDER, play.seen)


def test_each_operation_has_an_example_that_fits_its_schema(scene: Scene) -> None:
    document = scene.client.get("/api/openapi.json").get_json()

    assert operations_without_example(document) == [], WANTED
    assert faults_of_examples(document) == []
