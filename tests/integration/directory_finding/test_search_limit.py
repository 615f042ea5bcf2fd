"""Nobody keeps the processors busy alone: searches without a key have a limit by network address."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from directory_service.accounts.use_cases.api_keys.make_api_key import make_api_key
from directory_service.accounts.use_cases.dependencies import Dependencies
from directory_service.app import create_app
from support.finding import send_search
from support.listings import (
    Directory,
    a_place,
    a_provider,
    a_service,
)

PROVIDER = a_provider()
PLACE = a_place(PROVIDER, latitude=22.5, longitude=88.3)
SERVICE = a_service(PROVIDER, places=(PLACE.id,))
LIMIT = 5
Ask = Callable[..., int]


STOCK = (PROVIDER, PLACE, SERVICE)


@pytest.fixture
def client(stocked: Directory) -> FlaskClient:
    """Of an application that has counted nobody yet."""
    return limited(stocked)


def limited(directory: Directory, **more: bool) -> FlaskClient:
    settings = replace(directory.settings, searches_a_minute=LIMIT, **more)
    return create_app(settings, clock=directory.clock, db=directory.web).test_client()


def ask(client: FlaskClient, path: str, address: str = "203.0.113.9", **how: object) -> int:
    return client.open(path, environ_base={"REMOTE_ADDR": address}, **how).status_code  # type: ignore[arg-type]  # given by keyword, one type each


SEARCHES: dict[str, Callable[[FlaskClient, int], int]] = {
    "list": lambda client, n: ask(client, f"/api/services?search=word{n}"),
    "body": lambda client, n: ask(client, "/api/services", method="POST", json={"search": f"word{n}"}),
    "places": lambda client, n: ask(client, f"/api/service_at_locations?search=word{n}"),
    "places, body": lambda client, n: ask(client, "/api/service_at_locations", method="POST", json={"search": f"w{n}"}),
    "page": lambda client, n: ask(client, f"/?place=place{n}"),
    "form": lambda client, n: ask(client, send_search(client, place=f"place{n}").location),
}


@pytest.mark.parametrize("kind", SEARCHES)
def test_every_way_of_searching_is_counted(client: FlaskClient, kind: str) -> None:
    statuses = [SEARCHES[kind](client, number) for number in range(LIMIT + 2)]

    assert statuses == [200] * LIMIT + [429, 429]


def test_all_ways_count_together_by_address_and_the_answer_says_when_to_come_back(client: FlaskClient) -> None:
    for number in range(LIMIT):
        list(SEARCHES.values())[number](client, number)

    refused = client.get("/api/services?search=x", environ_base={"REMOTE_ADDR": "203.0.113.9"})
    page = client.get("/?place=x", environ_base={"REMOTE_ADDR": "203.0.113.9"})

    assert (refused.status_code, refused.get_json()["type"]) == (429, "/problems/too-many-requests")
    assert 1 <= int(refused.headers["Retry-After"]) <= 60 // LIMIT
    assert (page.status_code, page.mimetype) == (429, "text/html")
    assert "RateLimit" not in refused.headers
    assert ask(client, "/api/services?search=x", "203.0.113.10") == 200, "another address"


def test_a_forged_cookie_or_token_is_no_way_round(client: FlaskClient) -> None:
    client.set_cookie("setu_session_8000", "forged")
    headers = {"Authorization": "Bearer forged"}

    statuses = [ask(client, f"/api/services?search=w{number}", headers=headers) for number in range(LIMIT + 1)]

    assert statuses[-1] == 429


def test_what_is_kept_or_searches_nothing_is_free(client: FlaskClient) -> None:
    for _ in range(3 * LIMIT):
        assert ask(client, "/api/services?search=same") == 200
        assert ask(client, "/") == 200
        assert ask(client, f"/api/services/{SERVICE.id}") == 200
        assert ask(client, "/api/organizations") == 200


def test_a_key_has_its_own_limit(directory: Directory) -> None:
    directory.save_together(*STOCK)
    with directory.worker.transaction() as session:
        dependencies = Dependencies.from_settings(directory.settings)
        made = make_api_key(
            session, dependencies, PROVIDER.id, name="x", scopes=("listings:read",), by=None, now=directory.now
        )
    headers = {"Authorization": f"Bearer {made}"}

    client = limited(directory)
    statuses = {ask(client, f"/api/services?search=w{number}", headers=headers) for number in range(3 * LIMIT)}

    assert statuses == {200}


@pytest.mark.parametrize("behind_proxy", [True, False])
def test_the_forwarded_address_counts_only_behind_a_proxy(stocked: Directory, *, behind_proxy: bool) -> None:
    client = limited(stocked, behind_proxy=behind_proxy)

    def forwarded(number: int) -> int:
        headers = {"X-Forwarded-For": f"198.51.100.200, 203.0.113.{number}"}
        return ask(client, f"/api/services?search=w{number}", "127.0.0.1", headers=headers)

    statuses = [forwarded(number) for number in range(LIMIT + 1)]

    assert statuses[-1] == (200 if behind_proxy else 429)
