"""Keys of providers' programs: what they open, how often they may ask, and that an ended one is over everywhere."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from datetime import timedelta
from uuid import UUID, uuid4

import psycopg
import pytest
from click.testing import CliRunner, Result
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from werkzeug.test import TestResponse

from directory_service.accounts.domain.api_keys import (
    MOST_IN_USE,
    PARTNERSHIP,
    READ,
    REQUESTS,
    WRITE,
    KeyRefused,
)
from directory_service.accounts.use_cases.api_keys.end_api_key import end_api_key
from directory_service.accounts.use_cases.api_keys.make_api_key import make_api_key
from directory_service.accounts.use_cases.api_keys.recognise_api_key import recognise_api_key
from directory_service.accounts.use_cases.sweep_accounts import sweep_accounts
from directory_service.app import create_app
from directory_service.cli import commands
from directory_service.listings.use_cases.remove_listing import remove_organization
from service_kit.db.engine import Database
from support.accounts import House

NEW_SERVICE = {"name": "Talk", "status": "active"}


def run(environment: dict[str, str], *arguments: str) -> Result:
    return CliRunner().invoke(commands, ["api-key", *arguments], env=environment)


def a_key(house: House, provider: UUID, *scopes: str, days: int | None = None) -> dict[str, str]:
    """The header of a new key."""
    with house.worker.transaction() as session:
        key = make_api_key(
            session,
            house.dependencies,
            provider,
            "website",
            scopes=scopes or (READ, WRITE),
            good_for=timedelta(days=days) if days else None,
            by=None,
            now=house.clock.now(),
        )
    return {"Authorization": f"Bearer {key}"}


def put(house: House, key: dict[str, str]) -> TestResponse:
    return house.client().put(f"/api/services/{uuid4()}", json=NEW_SERVICE, headers={**key, "If-None-Match": "*"})


def test_a_key_made_by_command_opens_the_own_listings_until_it_is_ended(
    house: House, fresh_environment: dict[str, str]
) -> None:
    provider = house.organization("provider")
    made = run(fresh_environment, "make", "--organization", str(provider), "--name", "website")
    key = {"Authorization": f"Bearer {made.output.strip()}"}

    assert put(house, key).status_code == 201
    listed = run(fresh_environment, "list", "--organization", str(provider)).output
    assert "website" in listed
    assert "in use" in listed
    assert made.output.strip() not in listed

    assert run(fresh_environment, "end", listed.split()[0]).exit_code == 0
    assert put(house, key).status_code == 401
    assert run(fresh_environment, "end", listed.split()[0]).exit_code == 1
    assert (house.audited("api-key.make", "done"), house.audited("api-key.end", "done")) == (1, 1)


def test_a_bodys_key_reads_every_district_that_the_body_coordinates_now(house: House) -> None:
    body = house.organization("coordinating_body", district=315)
    coordinator = house.person("coordinator", body, districts=(261, 315))
    house.person("coordinator", house.organization("coordinating_body", district=79), districts=(79,))
    key = a_key(house, body, PARTNERSHIP)

    def districts() -> tuple[int, ...]:
        presented = key["Authorization"].removeprefix("Bearer ")
        used = recognise_api_key(house.web, house.dependencies.mac, presented, house.clock.now())
        assert used is not None
        return used.who.districts

    assert districts() == (261, 315)
    with house.worker.transaction() as session:
        session.execute(text("UPDATE organization SET stands_in_for = '{272}' WHERE id = :id"), {"id": body})
        ended = "UPDATE membership SET ended_at = now() WHERE account_id = :id"
        session.execute(text(ended), {"id": coordinator.account})
    assert districts() == (272, 315)


def test_a_key_is_no_person_it_gives_neither_session_nor_pages(house: House) -> None:
    key = a_key(house, house.organization("provider"))
    client = house.client()

    assert client.delete("/api/session", headers=key).status_code == 403
    assert client.put("/api/session", json={"membership": str(uuid4())}, headers=key).status_code == 403
    for page in ("/account", "/members", "/api-keys"):
        answer = client.get(page, headers=key)
        assert (answer.status_code, "Set-Cookie" in answer.headers) == (303, False)
        assert "RateLimit" not in answer.headers
    assert b"Integrator" not in client.get("/sign-in", headers=key).data


def test_a_key_opens_what_its_scopes_say_and_is_told_which_it_lacks(house: House) -> None:
    provider = house.organization("provider")

    refused = put(house, a_key(house, provider, READ))

    assert refused.status_code == 403
    assert refused.get_json()["type"] == "/problems/insufficient-scope"
    assert 'error="insufficient_scope", scope="listings:write"' in refused.headers["WWW-Authenticate"]
    assert put(house, a_key(house, provider, WRITE)).status_code == 201


def test_who_may_read_own_listings_sees_them_before_they_are_public(house: House) -> None:
    provider, other = house.organization("provider"), house.organization("provider")
    with house.worker.transaction() as session:  # new, so that a coordinator looks first
        session.execute(text("UPDATE organization SET established_at = NULL WHERE id = :id"), {"id": provider})
    manager = house.bearer(house.person("provider_manager", provider))
    worker = house.bearer(house.person("case_worker", provider))
    reads, writes, foreign = a_key(house, provider, READ), a_key(house, provider, WRITE), a_key(house, other)
    address = f"/api/services/{uuid4()}"
    made = house.client().put(address, json=NEW_SERVICE, headers={**writes, "If-None-Match": "*"})
    assert made.status_code == 202

    seen = house.client().get(address, headers=reads)

    assert (seen.status_code, seen.get_json()["name"]) == (200, "Talk")
    assert (seen.headers["ETag"], seen.headers["Cache-Control"]) == (made.headers["ETag"], "no-store")
    assert house.client().get(address, headers=manager).data == seen.data
    for headers in ({}, writes, foreign, worker):
        assert house.client().get(address, headers=headers).status_code == 404
    patch = {"If-Match": seen.headers["ETag"], "Content-Type": "application/merge-patch+json"}
    assert house.client().patch(address, data='{"name": "Tea"}', headers=writes | patch).status_code == 202
    assert house.client().get(address, headers=reads).get_json()["name"] == "Tea"


def test_a_wrong_an_ended_and_an_expired_key_are_nobody_also_where_no_key_is_needed(house: House) -> None:
    provider = house.organization("provider")
    expired, suspended = (
        a_key(house, provider, days=1),
        a_key(house, house.organization("provider", status="suspended")),
    )
    house.clock.advance(timedelta(days=1))
    wrong = [{"Authorization": f"Bearer setu_{end}"} for end in ("", "wrong", "x" * 5000, "é" * 43, "A" * 43)]

    gone = a_key(house, removed := house.organization("provider"))
    assert house.client().get("/api/organizations", headers=gone).status_code == 200
    with house.worker.transaction() as session:
        remove_organization(session, removed, house.clock.now())

    for key in (expired, suspended, gone, *wrong):
        answer = house.client().get("/api/organizations", headers=key)
        assert (answer.status_code, "RateLimit" in answer.headers) == (401, False)
        assert put(house, key).status_code == 401


def test_a_key_that_a_police_unit_once_got_opens_nothing(house: House) -> None:
    unit, provider = house.organization("police_unit"), house.organization("provider")
    key = a_key(house, provider)
    with house.worker.transaction() as session:
        session.execute(text("UPDATE api_key SET organization_id = :unit"), {"unit": unit})

    assert house.client().get("/api/organizations", headers=key).status_code == 401


def test_every_answer_to_a_key_tells_its_limit_and_no_other_answer_does(house: House) -> None:
    provider = house.organization("provider")
    key, other = a_key(house, provider), a_key(house, provider)
    client = house.client()

    asked = [
        client.get("/api/organizations", headers=key),
        client.get(f"/api/services/{uuid4()}", headers=key),
        client.get("/api/districts?unknown=1", headers=key),
        client.delete("/api/session", headers=key),
        put(house, key),
    ]

    assert [answer.status_code for answer in asked] == [200, 404, 400, 403, 201]
    assert {answer.headers["RateLimit-Policy"] for answer in asked} == {f'"key";q={REQUESTS};w=60'}
    assert [answer.headers["RateLimit"] for answer in asked] == [f'"key";r={REQUESTS - n};t=60' for n in range(1, 6)]
    assert client.get("/api/organizations", headers=other).headers["RateLimit"] == f'"key";r={REQUESTS - 1};t=60'
    manager = house.bearer(house.person("provider_manager", provider))
    for headers in ({}, manager):
        assert "RateLimit" not in client.get("/api/organizations", headers=headers).headers


def test_over_the_limit_a_key_waits_for_the_windows_end_in_every_process(house: House) -> None:
    provider = house.organization("provider")
    key = a_key(house, provider)
    house.client().get("/api/organizations", headers=key)
    with house.worker.transaction() as session:
        session.execute(text("UPDATE throttle SET count = :used"), {"used": REQUESTS - 20})
    second = Database(house.settings.database_url)
    processes = [house.app, create_app(house.settings, clock=house.clock, db=second)]
    house.clock.advance(timedelta(seconds=20))

    with ThreadPoolExecutor(4) as pool:
        answers = list(
            pool.map(
                lambda n: processes[n % 2].test_client().get("/api/organizations", headers=key),
                range(24),
            )
        )

    assert sorted(answer.status_code for answer in answers) == [200] * 20 + [429] * 4
    refused = next(answer for answer in answers if answer.status_code == 429)
    assert refused.get_json()["type"] == "/problems/too-many-requests"
    assert refused.headers["Retry-After"] == "40"
    assert refused.headers["RateLimit"] == '"key";r=0;t=40'
    house.clock.advance(timedelta(seconds=40))
    assert house.client().get("/api/organizations", headers=key).status_code == 200
    second.dispose()


def test_the_day_of_last_use_is_written_once_a_day(house: House, fresh_superuser: Callable) -> None:
    key = a_key(house, house.organization("provider"))

    def last_used() -> tuple[str, int]:
        with house.worker.transaction() as session:
            return session.execute(text("SELECT last_used_on::text, xmin::text::bigint FROM api_key")).one()

    house.client().get("/api/organizations", headers=key)
    first = last_used()
    assert first[0] == "2026-11-24"
    house.client().get("/api/organizations", headers=key)
    assert last_used() == first
    house.clock.advance(timedelta(hours=10))  # 00:30 of the next day in India
    house.client().get("/api/organizations", headers=key)
    assert last_used()[0] == "2026-11-25"


def test_a_key_is_stored_as_a_digest_and_seen_by_its_own_manager_alone(
    house: House, fresh_superuser: Callable[[], AbstractContextManager[psycopg.Connection]]
) -> None:
    provider, other = house.organization("provider"), house.organization("provider")
    key = a_key(house, provider)["Authorization"].removeprefix("Bearer ")

    def seen(organization: UUID, role: str) -> int:
        with house.web.transaction(house.as_web(organization=organization, role=role)) as session:
            return int(session.scalar(text("SELECT count(*) FROM api_key")) or 0)

    assert seen(provider, "provider_manager") == 1
    assert seen(other, "provider_manager") == seen(provider, "case_worker") == seen(provider, "integrator") == 0
    with fresh_superuser() as everything:
        row = str(everything.execute("SELECT api_key::text FROM api_key").fetchone())
        rest = str(everything.execute("SELECT array_agg(audit_entry::text) FROM audit_entry").fetchone())
    assert key not in row + rest
    assert key.encode().hex() not in row
    with (
        pytest.raises(DBAPIError),
        house.web.transaction(house.as_web(organization=other, role="provider_manager")) as s,
    ):
        s.execute(
            text(
                "INSERT INTO api_key (id, organization_id, name, digest, created_at)"
                " VALUES (gen_random_uuid(), :it, '', 'x', now())"
            ),
            {"it": provider},
        )


def test_only_providers_and_bodies_hold_keys_not_without_end_many_and_ended_ones_go(
    house: House, fresh_environment: dict[str, str]
) -> None:
    for kind in ("police_unit", "court", "prison"):
        made = run(fresh_environment, "make", "--organization", str(house.organization(kind)))
        assert (made.exit_code, "Only a provider" in made.output) == (1, True)
    nobody = run(fresh_environment, "make", "--organization", str(uuid4()))
    assert (nobody.exit_code, "no such organisation" in nobody.output) == (1, True)

    provider = house.organization("provider")
    for _ in range(MOST_IN_USE):
        a_key(house, provider)
    with pytest.raises(KeyRefused):
        a_key(house, provider)
    with house.worker.transaction() as session:
        one = session.scalar(text("SELECT id FROM api_key LIMIT 1"))
        assert end_api_key(session, house.dependencies, one, by=None, now=house.clock.now())
    a_key(house, provider)

    for days, left in ((89, MOST_IN_USE + 1), (90, MOST_IN_USE)):
        with house.worker.transaction() as session:
            sweep_accounts(session, house.clock.now() + timedelta(days=days))
            assert session.scalar(text("SELECT count(*) FROM api_key")) == left
