"""The response cache: what is stored, for whom, for how long, and how much of it."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from flask import Flask, Response, request
from flask.testing import FlaskClient
from prometheus_client import REGISTRY

from directory_service.hsds.api.response_cache import (
    ResponseCache,
    cache_response,
)
from service_kit.logs import correlation_id
from service_kit.web.etag import if_none_match, not_modified, set_etag


@dataclass
class Site:
    """An application that tells how often it was entered; `generation` is what its answers depend on."""

    generation: int = 1
    entered: list[str] = field(default_factory=list)
    most_bytes: int = 48_000

    def client(self) -> FlaskClient:
        app = Flask(__name__)
        app.add_url_rule("/thing", view_func=self.thing)
        app.add_url_rule("/lost", view_func=self.lost)
        app.add_url_rule("/personal", view_func=self.personal)
        app.wsgi_app = ResponseCache(app.wsgi_app, self.most_bytes)  # type: ignore[method-assign]  # how WSGI middleware is put around Flask
        return app.test_client(use_cookies=False)

    def _keep(self) -> None:
        self.entered.append(f"{request.method} {request.full_path}")
        now = self.generation
        cache_response(lambda: self.generation == now)

    def thing(self) -> Response:
        self._keep()
        if if_none_match(self.generation):
            return not_modified(self.generation)
        return set_etag(Response("x" * int(request.args.get("size", 10)), headers={"X-Made": "yes"}), self.generation)

    def lost(self) -> Response:
        self._keep()
        return Response("no such thing", 404)

    def personal(self) -> str:
        self.entered.append("personal")
        return "for you"


@pytest.fixture
def site() -> Iterator[Site]:
    return Site()


def test_the_second_asker_gets_the_same_without_the_application(site: Site) -> None:
    client = site.client()
    first, second = client.get("/thing?size=20"), client.get("/thing?size=20")
    head = client.head("/thing?size=20")

    assert site.entered == ["GET /thing?size=20"]
    assert first.data == second.data
    assert {**first.headers, "X-Request-Id": second.headers["X-Request-Id"]} == dict(second.headers)
    assert (head.status_code, head.data, head.headers["Content-Length"]) == (200, b"", "20")
    assert client.get("/thing?size=21").headers["Content-Length"] == "21"


def test_each_kept_answer_has_an_id_of_its_own_and_is_counted(site: Site) -> None:
    client = site.client()

    def counted() -> float:
        labels = {"endpoint": "thing", "method": "GET", "status": "200"}
        return REGISTRY.get_sample_value("setu_web_requests_total", labels) or 0

    client.get("/thing")
    before = counted()
    ids = []
    for _ in range(3):
        ids.append(client.get("/thing", headers={"X-Request-Id": "mine"}).headers["X-Request-Id"])
        assert correlation_id.get() == ids[-1]

    assert len(set(ids)) == 3
    assert "mine" not in ids
    assert counted() == before + 3


def test_an_answer_that_is_no_longer_right_is_asked_for_anew(site: Site) -> None:
    client = site.client()
    client.get("/thing")
    site.generation = 2

    assert client.get("/thing").headers["ETag"] == '"2"'
    assert client.get("/thing").headers["ETag"] == '"2"'
    assert len(site.entered) == 2


def test_who_holds_the_answer_gets_304_as_the_application_said_it(site: Site) -> None:
    client = site.client()
    said = client.get("/thing", headers={"If-None-Match": '"1"'})
    again = client.get("/thing", headers={"If-None-Match": '"1"'})

    assert said.status_code == again.status_code == 304
    assert said.headers["ETag"] == again.headers["ETag"] == '"1"'
    assert "X-Made" not in again.headers
    assert len(site.entered) == 1
    assert client.get("/thing", headers={"If-None-Match": 'W/"0", W/"1"'}).status_code == 304
    assert len(site.entered) == 2
    assert client.get("/thing", headers={"If-None-Match": '"0"'}).status_code == 200
    assert client.get("/thing", headers={"If-None-Match": '"0"'}).status_code == 200
    assert len(site.entered) == 3
    assert client.get("/thing", headers={"If-None-Match": "*"}).status_code == 304


def test_who_held_the_answer_before_it_changed_gets_the_new_one_without_the_application(site: Site) -> None:
    client = site.client()
    client.get("/thing", headers={"If-None-Match": '"1"'})
    site.generation = 2
    client.get("/thing")
    site.entered.clear()

    changed = client.get("/thing", headers={"If-None-Match": '"1"'})

    assert (changed.status_code, changed.headers["ETag"]) == (200, '"2"')
    assert site.entered == []


@pytest.mark.parametrize(
    "said",
    [
        {"HTTP_AUTHORIZATION": "Bearer x"},
        {"HTTP_COOKIE": "setu_session=x"},
        {"HTTP_IF_MODIFIED_SINCE": "Tue, 24 Nov 2026 06:30:00 GMT"},
        {"CONTENT_LENGTH": "2"},
    ],
)
def test_who_says_something_of_themselves_neither_gets_nor_leaves_an_answer(site: Site, said: dict) -> None:
    client = site.client()

    client.get("/thing", environ_overrides=said)
    client.get("/thing")
    client.get("/thing", environ_overrides=said)
    client.get("/thing")

    assert len(site.entered) == 3


def test_what_is_not_marked_or_not_found_is_kept_nowhere(site: Site) -> None:
    client = site.client()

    for path in ("/lost", "/personal", "/lost", "/personal"):
        client.get(path)
    client.post("/thing")
    client.head("/thing")
    client.head("/thing")

    assert len(site.entered) == 6


def test_memory_is_bounded_and_what_was_asked_for_longest_ago_leaves_first(site: Site) -> None:
    client = site.client()

    for size in (9000, 9001, 9002, 9003, 9000, 9004):
        client.get(f"/thing?size={size}")
    site.entered.clear()
    for size in (9000, 9002, 9003, 9004, 9001):
        client.get(f"/thing?size={size}")
    client.get("/thing?size=11000")
    client.get("/thing?size=11000")

    assert site.entered == ["GET /thing?size=9001", "GET /thing?size=11000", "GET /thing?size=11000"]


def test_long_addresses_and_headers_are_counted_too(site: Site) -> None:
    client = site.client()
    for number in range(20):
        client.get(f"/thing?size={number}&words={'x' * 3000}")
    site.entered.clear()

    for number in reversed(range(20)):
        client.get(f"/thing?size={number}&words={'x' * 3000}")

    assert len(site.entered) >= 20 - 48_000 // 5_000
