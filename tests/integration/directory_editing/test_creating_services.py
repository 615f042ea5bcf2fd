"""A provider's manager, or its program, puts a service into the directory: PUT with If-None-Match."""

import json
from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from conftest import Keys
from directory_service.accounts.domain.api_keys import WRITE
from directory_service.listings.domain.hsds.attributes import service_attributes
from directory_service.listings.domain.hsds.objects import faults
from directory_service.listings.domain.records import Service
from service_kit.identity import Principal
from service_kit.ids import SystemIds
from service_kit.session_tokens import SessionTokens
from support.listings import (
    NOON,
    Directory,
    a_place,
    a_provider,
    an_id,
)

PROVIDER, OTHER = a_provider(), a_provider("Other")
NEW = an_id("a new service")
PLACE = a_place(PROVIDER)


@pytest.fixture
def token(keys: Keys) -> Callable[..., dict[str, str]]:
    """`token(organization, role="provider_manager")`: the headers of somebody signed in there."""
    tokens = SessionTokens({"test": keys.session.public_key().public_bytes_raw()}, keys.session.private_bytes_raw())

    def made(organization: UUID, role: str = "provider_manager", kind: str = "provider") -> dict[str, str]:
        ids = [SystemIds().uuid() for _ in range(3)]
        scopes = frozenset({WRITE}) if role == "integrator" else frozenset()
        who = Principal(
            *ids, organization, kind, role, (315,), "en", NOON, NOON, NOON.replace(hour=12), key_scopes=scopes
        )
        return {"Authorization": f"Bearer {tokens.mint(who)}", "If-None-Match": "*"}

    return made


def a_document(**more: Any) -> dict[str, Any]:
    stated = Service(NEW, PROVIDER.id, "Talk", needs=("COUNS",), districts=(315,), women_only=True)
    return {
        "name": "Talk",
        "status": "active",
        "phones": [{"id": str(uuid4()), "number": "+91 00000 00009"}],
        "attributes": service_attributes(stated, confidential=False),
        "service_at_locations": [{"id": str(uuid4()), "location_id": str(PLACE.id)}],
        "required_documents": [{"id": str(uuid4()), "document": "None"}],
        **more,
    }


def put(client: FlaskClient, headers: dict[str, str], document: Any, service: UUID = NEW) -> TestResponse:
    return client.put(f"/api/services/{service}", json=document, headers=headers)


@pytest.fixture
def ready(directory: Directory) -> Directory:
    directory.save(PROVIDER, OTHER, PLACE)
    directory.forget_events()
    return directory


@pytest.mark.parametrize("role", ["provider_manager", "integrator"])
def test_a_new_service_is_stored_shown_and_told(
    ready: Directory, visitor: FlaskClient, token: Callable[..., dict[str, str]], role: str
) -> None:
    answer = put(visitor, token(PROVIDER.id, role), a_document())

    assert answer.status_code == 201, answer.text
    shown = visitor.get(f"/api/services/{NEW}")
    assert answer.headers["Location"].endswith(f"/api/services/{NEW}")
    assert answer.headers["ETag"] == shown.headers["ETag"] == '"1"'
    assert answer.get_json() == shown.get_json()
    assert not list(faults("service", shown.get_json()))
    assert shown.get_json()["required_documents"][0]["document"] == "None"
    assert shown.get_json()["service_at_locations"][0]["location_id"] == str(PLACE.id)
    told = [event.data for event in ready.events() if event.type == "directory.service.changed.v1"]
    assert [(data["needs"], data["women_only"], data["phone"]) for data in told] == [
        (["COUNS"], True, "+91 00000 00009")
    ]


def test_the_same_id_creates_once_and_the_same_again_changes_nothing_and_says_so(
    ready: Directory, visitor: FlaskClient, token: Callable[..., dict[str, str]]
) -> None:
    document = a_document()
    made, repeated = (put(visitor, token(PROVIDER.id), document) for _ in range(2))
    assert (made.headers["Setu-Result"], repeated.headers["Setu-Result"]) == ("created", "unchanged")
    assert (made.status_code, repeated.status_code) == (201, 200)
    assert (made.headers["ETag"], made.get_json()) == (repeated.headers["ETag"], repeated.get_json())
    assert len([event for event in ready.events() if event.type == "directory.service.changed.v1"]) == 1

    again = put(visitor, token(PROVIDER.id), a_document(name="Other"))
    by_another = put(visitor, token(OTHER.id), a_document(service_at_locations=[]))

    assert (again.status_code, by_another.status_code) == (412, 412)
    assert visitor.get(f"/api/services/{NEW}").get_json()["name"] == "Talk"


def test_the_precondition_is_needed(
    ready: Directory, visitor: FlaskClient, token: Callable[..., dict[str, str]]
) -> None:
    bearer = {"Authorization": token(PROVIDER.id)["Authorization"]}

    answers = [
        put(visitor, bearer | more, a_document()).status_code
        for more in ({}, {"If-None-Match": '"1"'}, {"If-None-Match": ""})
    ]

    assert answers == [428, 412, 412]
    assert visitor.get(f"/api/services/{NEW}").status_code == 404


WRONG: tuple[tuple[dict[str, Any], str], ...] = (
    ({"colour": "blue"}, "colour"),
    ({"status": "open"}, "status"),
    ({"name": 5}, "name"),
    ({"email": "nobody"}, "email"),
    ({"phones": [{"id": "1", "number": "1"}]}, "phones.0.id"),
    ({"id": str(an_id("another"))}, "id"),
    ({"organization_id": str(OTHER.id)}, "organization_id"),
    ({"service_at_locations": [{"id": str(NEW), "location_id": str(NEW)}]}, "service_at_locations"),
    ({"minimum_age": 40, "maximum_age": 20}, "maximum_age"),
    ({"minimum_age": 18.5}, "minimum_age"),
    ({"description": "x" * 5000}, "description"),
    ({"service_areas": [{"id": str(NEW), "extent": "LGD district 9"}], "attributes": []}, "service_areas"),
    ({"organization": {"name": "x"}}, "organization.id"),
)


def test_what_is_wrong_is_named_and_nothing_is_stored(
    ready: Directory, visitor: FlaskClient, token: Callable[..., dict[str, str]]
) -> None:
    for change, field in WRONG:
        answer = put(visitor, token(PROVIDER.id), a_document(**change))

        assert answer.status_code == 422, (change, answer.text)
        assert field in [error["field"] for error in answer.get_json()["errors"]], change
        assert visitor.get(f"/api/services/{NEW}").status_code == 404, change
        assert ready.events() == [], change


def test_who_may_not(ready: Directory, visitor: FlaskClient, token: Callable[..., dict[str, str]]) -> None:
    case_worker = token(PROVIDER.id, "case_worker")
    police = token(PROVIDER.id, "integrator", "police_unit")

    assert put(visitor, {"If-None-Match": "*"}, a_document()).status_code == 401
    assert put(visitor, case_worker, a_document()).status_code == 403
    assert put(visitor, police, a_document()).status_code == 403


def test_what_is_no_document_at_all_is_refused(
    ready: Directory, visitor: FlaskClient, token: Callable[..., dict[str, str]]
) -> None:
    headers = {**token(PROVIDER.id), "Content-Type": "application/json"}

    for body in ("", "{", "[]", "null", '"x"', "[" * 10_000, '{"name": NaN}', '{"name": "\\u0000"}'):
        answer = visitor.put(f"/api/services/{NEW}", data=body, headers=headers)

        assert answer.status_code in {400, 422}, body
        assert json.loads(answer.data)["type"].startswith("/problems/"), body


def test_a_service_of_a_provider_that_waits_for_approval_is_not_public_yet(
    directory: Directory, visitor: FlaskClient, token: Callable[..., dict[str, str]]
) -> None:
    directory.save(a_provider(status="pending"), PLACE)

    assert put(visitor, token(PROVIDER.id), a_document()).status_code == 201
    assert visitor.get(f"/api/services/{NEW}").status_code == 404
