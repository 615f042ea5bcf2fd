"""Creation once, however often it is sent, also at the same time; on a real database."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from flask import Blueprint
from sqlalchemy import text

from service_kit.clock import FrozenClock
from service_kit.db.engine import Database
from service_kit.db.idempotency import replay_or_claim
from service_kit.web.access.require import (
    principal,
    require,
)
from service_kit.web.context import context
from service_kit.web.idempotency import key_of_request, request_fingerprint
from service_kit.web.parsing import json_body
from service_kit.worker import prune
from setu.events import SESSION_EVENTS
from support.fresh_databases import Urls
from support.web import (
    Web,
    a_principal,
    a_web,
)

_entered, _go_on = threading.Event(), threading.Event()


def _api() -> Blueprint:
    blueprint = Blueprint("things", __name__, url_prefix="/api/things")

    @blueprint.post("")
    @require()
    def made() -> tuple[dict[str, Any], int]:
        who, key, body = principal(), key_of_request(), json_body()
        new, now = context().ids.uuid(), context().clock.now()
        with context().db.transaction(who.scope) as session:
            found = replay_or_claim(
                session, account=who.account, key=key, fingerprint=request_fingerprint(), now=now, resource=new
            )
            if found is None and body.get("slow"):
                _entered.set()
                _go_on.wait(60)
            if body.get("fails"):
                raise RuntimeError("after the claim")
        return {"id": str(found or new), "replayed": found is not None}, 201

    return blueprint


@pytest.fixture
def web(kit_urls: Urls) -> Web:
    return a_web(kit_urls.web, api=[_api()])


def _send(web: Web, who: Any, body: dict[str, Any], key: str = "k-1") -> Any:
    return web.program(who).post("/api/things", json=body, headers={"Idempotency-Key": key})


@pytest.mark.parametrize("key", [None, "", '""', "x" * 256, "a\tb", "ключ", '"open'])
def test_a_missing_or_malformed_key_is_400(web: Web, key: str | None) -> None:
    headers = {} if key is None else {"Idempotency-Key": key.encode().decode("latin-1")}

    answer = web.program(a_principal()).post("/api/things", json={}, headers=headers)

    assert (answer.status_code, answer.json["type"]) == (400, "/problems/idempotency-key-missing")


def test_the_same_request_again_is_the_same_thing_quoted_or_not(web: Web) -> None:
    who = a_principal()

    first, again, quoted = _send(web, who, {"a": 1}), _send(web, who, {"a": 1}), _send(web, who, {"a": 1}, '"k-1"')

    assert [answer.json["replayed"] for answer in (first, again, quoted)] == [False, True, True]
    assert first.json["id"] == again.json["id"] == quoted.json["id"]


def test_another_request_under_the_key_is_422_and_another_persons_key_is_another_key(web: Web) -> None:
    who = a_principal()
    _send(web, who, {"a": 1})

    assert _send(web, who, {"a": 2}).json["type"] == "/problems/idempotency-key-reused"
    assert _send(web, who, {"a": 2}).status_code == 422
    assert _send(web, a_principal(), {"a": 2}).json["replayed"] is False


def test_a_failed_request_leaves_the_key_free(web: Web) -> None:
    who = a_principal()

    assert _send(web, who, {"fails": True}).status_code == 500
    assert _send(web, who, {"fails": False}).json["replayed"] is False


def test_while_the_first_runs_the_second_is_409(web: Web) -> None:
    who = a_principal()
    _entered.clear()
    _go_on.clear()
    with ThreadPoolExecutor() as pool:
        first = pool.submit(_send, web, who, {"slow": True})
        assert _entered.wait(60)
        second = _send(web, who, {"slow": True})
        _go_on.set()

    assert (second.status_code, second.json["type"]) == (409, "/problems/in-progress")
    assert second.headers["Retry-After"] == "1"
    assert first.result().status_code == 201
    assert _send(web, who, {"slow": True}).json["id"] == first.result().json["id"]


def test_the_row_holds_neither_key_nor_request_and_goes_after_ninety_days(web: Web, kit_urls: Urls) -> None:
    who = a_principal()
    _send(web, who, {"name": "Canary"}, key="Canary-key")
    with web.db.transaction(who.scope) as session:
        row = session.execute(text("SELECT row_to_json(idempotency_key)::text FROM idempotency_key")).scalar_one()
    assert "anary" not in row
    assert b"Canary".hex() not in row

    prune(Database(kit_urls.worker), FrozenClock(web.clock.now() + timedelta(days=91)), SESSION_EVENTS)
    with web.db.transaction(who.scope) as session:
        assert session.execute(text("SELECT count(*) FROM idempotency_key")).scalar_one() == 0


def test_row_level_security_shows_nobody_what_another_account_has_sent(web: Web) -> None:
    _send(web, a_principal(), {"a": 1})

    for scope in (None, a_principal().scope):
        with web.db.transaction(scope) as session:
            assert session.execute(text("SELECT count(*) FROM idempotency_key")).scalar_one() == 0
