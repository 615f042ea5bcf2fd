"""A manager's page of API keys: a key is shown once, and what is wrong is said beside the field."""

import re
from datetime import timedelta
from uuid import uuid4

from flask.testing import FlaskClient
from sqlalchemy import text

from directory_service.accounts.domain.api_keys import MOST_IN_USE
from support.accounts import (
    ORIGIN,
    House,
)

NEW = {"name": " Our  website ", "scopes": ["listings:read", "listings:write"], "days": "90"}


def made(client: FlaskClient, **more: object) -> str:
    page = client.post("/api-keys/new", data=NEW | {"form": str(uuid4())} | more, headers=ORIGIN)
    found = re.search(r">(setu_[A-Za-z0-9_-]{43})<", page.text)
    assert found, page.text
    assert page.headers["Cache-Control"] == "no-store"
    return found[1]


def rows(house: House) -> list[tuple[object, ...]]:
    with house.worker.transaction() as session:
        query = "SELECT id, name, scopes, expires_at - created_at, ended_at IS NULL FROM api_key ORDER BY created_at"
        return [tuple(row) for row in session.execute(text(query))]


def test_a_manager_makes_a_key_sees_it_once_and_ends_it(house: House) -> None:
    provider = house.organization("provider")
    manager = house.person("provider_manager", provider)
    client = house.browser(manager)
    assert "No key is in use" in client.get("/api-keys").text

    form = client.get("/api-keys/new").text
    assert re.findall(r'name="scopes" value="([a-z:]+)"', form) == ["listings:read", "listings:write", "webhooks"]

    key = made(client)

    bearer = {"Authorization": f"Bearer {key}"}
    [(key_id, *rest)] = rows(house)
    assert rest == ["Our website", ["listings:read", "listings:write"], timedelta(days=90), True]
    listed = client.get("/api-keys").text
    assert "never used" in listed
    assert key not in listed
    assert key[:9] in listed
    assert house.client().get("/api/organizations", headers=bearer).status_code == 200
    assert "last used <time" in client.get("/api-keys").text

    assert "Our website" in client.get(f"/api-keys/{key_id}/end").text
    again = [client.post(f"/api-keys/{key_id}/end", headers=ORIGIN) for _ in range(2)]
    assert [answer.status_code for answer in again] == [303, 303]
    assert house.client().get("/api/organizations", headers=bearer).status_code == 401
    page = client.get("/api-keys?ended=1").text
    assert "No key is in use" in page
    assert "No longer in use" in page
    assert client.get(f"/api-keys/{key_id}/end").status_code == 404
    assert (house.audited("api-key.make", "done"), house.audited("api-key.end", "done")) == (1, 1)
    with house.worker.transaction() as session:
        actors = session.scalars(text("SELECT actor FROM audit_entry WHERE action LIKE 'api-key.%'")).all()
    assert set(actors) == {manager.account}
    house.clock.advance(timedelta(days=91))
    assert "No longer in use" not in house.browser(manager).get("/api-keys").text


def test_a_reload_of_the_new_key_makes_no_second_one_and_says_why(house: House) -> None:
    client = house.browser(house.person("provider_manager", house.organization("provider")))
    form = re.search(r'name="form" value="([0-9a-f-]{36})"', client.get("/api-keys/new").text)
    assert form
    key = made(client, form=form[1])

    again = client.post("/api-keys/new", data=NEW | {"form": form[1]}, headers=ORIGIN)

    assert again.status_code == 409
    assert "its key was made and shown then" in again.text
    assert key not in again.text
    assert len(rows(house)) == 1
    assert made(client) != key


def test_the_form_says_what_is_wrong_beside_the_field_and_keeps_what_was_typed(house: House) -> None:
    client = house.browser(house.person("provider_manager", house.organization("provider")))
    cases = [
        ({"name": " "}, "f-name-error"),
        ({"name": "x" * 81}, "f-name-error"),
        ({"scopes": []}, "f-scopes-error"),
        ({"scopes": ["listings:read", "people:read"]}, "f-scopes-error"),
        ({"days": "-"}, "f-days-error"),
        ({"days": "36500"}, "f-days-error"),
    ]
    for change, marked in cases:
        page = client.post("/api-keys/new", data=NEW | change, headers=ORIGIN)
        assert page.status_code == 422
        assert f'id="{marked}"' in page.text
        assert "name" in change or 'value="Our website"' in page.text
    assert rows(house) == []


def test_no_more_keys_than_anybody_can_look_after(house: House) -> None:
    client = house.browser(house.person("provider_manager", house.organization("provider")))
    for _ in range(MOST_IN_USE):
        made(client)

    page = client.post("/api-keys/new", data=NEW, headers=ORIGIN)

    assert page.status_code == 409
    assert "End one that nobody needs" in page.text
    assert len(rows(house)) == MOST_IN_USE


def test_whoever_has_no_listings_has_no_such_page(house: House) -> None:
    for role, kind in (("officer", "police_unit"), ("unit_supervisor", "prison"), ("officer", "court")):
        client = house.browser(house.person(role, house.organization(kind)))
        assert client.get("/api-keys").status_code == 403, kind
        assert client.post("/api-keys/new", data=NEW, headers=ORIGIN).status_code == 403, kind
        assert "/api-keys" not in client.get("/account").text, kind


def test_another_providers_key_does_not_exist_and_no_other_site_can_make_one(house: House) -> None:
    own, other = house.organization("provider"), house.organization("provider")
    made(house.browser(house.person("provider_manager", other)))
    [(theirs, *_rest)] = rows(house)
    client = house.browser(house.person("provider_manager", own))

    for key in (theirs, uuid4()):
        assert client.get(f"/api-keys/{key}/end").status_code == 404
        assert client.post(f"/api-keys/{key}/end", headers=ORIGIN).status_code == 404
    assert client.post("/api-keys/new", data=NEW, headers={"Origin": "http://evil.test"}).status_code == 403
    assert [row[-1] for row in rows(house)] == [True]
