"""`/api/session` asked with the session cookie: the answer sets it anew, and hands no token to a script."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from directory_service.accounts.domain.lifetimes import SESSION_LASTS
from service_kit.web.access.fresh_second_factor import SECOND_FACTOR_FRESH
from support.accounts import ORIGIN, House, Person


@pytest.fixture
def worker(house: House) -> Person:
    return house.person("case_worker", house.organization("provider"))


def step_up(house: House, client: FlaskClient, worker: Person) -> TestResponse:
    return client.post("/api/session/second-factor", json={"code": house.code(worker)}, headers=ORIGIN)


def standing(client: FlaskClient) -> dict[str, str]:
    standing: dict[str, str] = client.get("/api/session").get_json()
    return standing


def test_a_browser_that_switches_goes_on_in_the_other_membership(house: House, worker: Person) -> None:
    other = house.organization("provider")
    house.second_role(worker, "case_worker", other)
    client = house.browser(worker)
    held = house.sign_in(worker).get_json()["memberships"]
    (wanted,) = [one["id"] for one in held if one["organization"] == str(other)]
    assert standing(client)["membership"] != wanted

    switched = client.put("/api/session", json={"membership": wanted}, headers=ORIGIN)

    assert (switched.status_code, standing(client)["membership"]) == (200, wanted)
    assert (switched.get_json()["token"], switched.get_json()["memberships"]) == (None, held)


def test_a_browser_that_shows_a_second_factor_has_a_fresh_one(house: House, worker: Person) -> None:
    client = house.browser(worker)
    for _ in range(4):
        house.clock.advance(timedelta(minutes=9))
        assert client.get("/account").status_code == 200
    assert client.get("/account/second-factor").status_code == 303, f"older than {SECOND_FACTOR_FRESH}"

    stepped = step_up(house, client, worker)

    assert (stepped.status_code, client.get("/account/second-factor").status_code) == (200, 200)


def test_the_new_cookie_is_no_script_s_and_ends_with_the_session(house: House, worker: Person) -> None:
    client = house.browser(worker)
    begun = house.clock.now()

    stepped = step_up(house, client, worker)

    (cookie,) = stepped.headers.getlist("Set-Cookie")
    assert cookie.startswith(f"setu_session_{house.settings.port_base}={house.session_cookie(client)};")
    assert "HttpOnly" in cookie
    assert (stepped.get_json()["token"], house.session_cookie(client) in stepped.text) == (None, False)
    assert standing(client)["expires_at"] == (begun + SESSION_LASTS).replace(microsecond=0).isoformat()


def test_a_browser_that_stepped_up_locks_as_before(house: House, worker: Person) -> None:
    client = house.browser(worker)
    step_up(house, client, worker)

    house.clock.advance(timedelta(minutes=11))

    assert client.get("/account").status_code == 303
    assert step_up(house, client, worker).status_code == 401


def test_a_program_is_given_a_bearer_and_no_cookie(house: House, worker: Person) -> None:
    bearer = house.bearer(worker)

    stepped = house.client().post("/api/session/second-factor", json={"code": house.code(worker)}, headers=bearer)

    assert "Set-Cookie" not in stepped.headers
    fresh = {"Authorization": f"Bearer {stepped.get_json()['token']}"}
    assert house.client().delete("/api/session", headers=fresh).status_code == 204
