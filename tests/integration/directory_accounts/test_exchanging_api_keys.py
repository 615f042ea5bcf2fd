"""A key for a short token: what the token says, that it opens nothing here, and that it ends with its key."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import text
from werkzeug.test import TestResponse

from directory_service.accounts.domain.api_keys import PARTNERSHIP, READ, WEBHOOKS, WRITE
from directory_service.accounts.use_cases.api_keys.end_api_key import end_api_key
from directory_service.accounts.use_cases.api_keys.make_api_key import make_api_key
from service_kit.session_tokens import SessionTokens
from support.accounts import House


def a_key(house: House, provider: UUID, *scopes: str, good_for: timedelta | None = None) -> dict[str, str]:
    with house.worker.transaction() as session:
        key = make_api_key(
            session,
            house.dependencies,
            provider,
            "hooks",
            scopes=scopes or (WEBHOOKS,),
            good_for=good_for,
            by=None,
            now=house.clock.now(),
        )
    return {"Authorization": f"Bearer {key}"}


def exchange(house: House, headers: dict[str, str]) -> TestResponse:
    return house.client().post("/api/token", headers=headers)


def test_a_key_is_exchanged_for_a_token_of_fifteen_minutes_that_keeps_webhooks_and_nothing_else(house: House) -> None:
    provider = house.organization("provider")
    key = a_key(house, provider, WEBHOOKS, WRITE)

    answer = exchange(house, key).get_json()

    others = SessionTokens(house.settings.session_public_keys)  # as another service verifies it
    who = others.verify(answer["token"], house.clock.now())
    assert (who.role, who.organization, who.organization_kind) == ("integrator", provider, "provider")
    assert (who.key_scopes, who.via) == (frozenset({"webhooks"}), "bearer")
    assert who.expires_at == house.clock.now().replace(microsecond=0) + timedelta(minutes=15)
    token = {"Authorization": f"Bearer {answer['token']}", "If-None-Match": "*"}
    assert house.client().put(f"/api/services/{uuid4()}", json={"name": "x"}, headers=token).status_code == 403
    for path in ("/account", "/api-keys", "/members", "/board"):
        assert house.client().get(path, headers=token).status_code == 403
    assert exchange(house, token).status_code == 401  # a token makes no further token


def test_without_a_key_or_with_an_ended_one_there_is_no_token_and_what_was_handed_out_is_revoked(house: House) -> None:
    provider = house.organization("provider")
    key = a_key(house, provider)
    person = house.bearer(house.person("provider_manager", provider))
    assert [exchange(house, headers).status_code for headers in ({}, person, key)] == [401, 401, 201]

    with house.worker.transaction() as session:
        [key_id] = session.scalars(text("SELECT id FROM api_key"))
        assert end_api_key(session, house.dependencies, key_id, by=None, now=house.clock.now())

    assert exchange(house, key).status_code == 401
    with house.worker.transaction() as session:
        told = session.execute(text("SELECT subject, type FROM outbox WHERE type LIKE '%revoked%'")).all()
        revoked = session.scalars(text("SELECT session_id FROM revoked_session")).all()
    assert [tuple(each) for each in told] == [(str(key_id), "directory.session.revoked.v1")]
    assert revoked == [key_id]


def test_a_key_that_was_made_for_less_is_told_so_and_gets_no_token(house: House) -> None:
    for kind, scopes in (("provider", (READ, WRITE)), ("coordinating_body", (PARTNERSHIP,))):
        answer = exchange(house, a_key(house, house.organization(kind), *scopes))

        assert (answer.status_code, answer.get_json()["type"]) == (403, "/problems/insufficient-scope")
        assert answer.get_json()["detail"] == "This API key does not have the scope webhooks."
        assert 'scope="webhooks"' in answer.headers["WWW-Authenticate"]


def test_a_token_is_over_with_its_key(house: House) -> None:
    key = a_key(house, house.organization("provider"), good_for=timedelta(minutes=5))

    answer = exchange(house, key).get_json()

    end = house.clock.now() + timedelta(minutes=5)
    who = SessionTokens(house.settings.session_public_keys).verify(answer["token"], house.clock.now())
    assert datetime.fromisoformat(answer["expires_at"]) == end
    assert who.expires_at == end.replace(microsecond=0)
