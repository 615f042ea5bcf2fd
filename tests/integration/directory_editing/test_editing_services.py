"""A provider changes its own services by API: preconditions, what is refused, what a key may."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

from flask.testing import FlaskClient
from sqlalchemy import select

from directory_service.accounts.domain.api_keys import (
    READ,
    WRITE,
)
from directory_service.accounts.use_cases.api_keys.make_api_key import make_api_key
from directory_service.accounts.use_cases.dependencies import Dependencies
from directory_service.editing.use_cases.own_services import own_services
from directory_service.listings.domain.hsds.ids import nested_id
from directory_service.listings.domain.hsds.objects import faults
from directory_service.listings.store.tables import ListingHistory
from service_kit.db import tables
from support.editing import (
    ADDRESS,
    MERGE_PATCH,
    OTHER,
    PLACE,
    PROVIDER,
    SERVICE,
    Headers,
    patch,
    somebody,
)
from support.listings import (
    Directory,
    a_service,
    counted,
)

HOURS = {"id": str(OTHER.id), "opens_at": "09:00", "closes_at": "17:00"}


def test_a_patch_changes_what_it_names_and_nothing_else(
    directory: Directory, client: FlaskClient, headers: Headers
) -> None:
    before = client.get(ADDRESS, headers=headers())
    change = {"name": "Care, day and night", "alternate_name": "Care", "description": None, "minimum_age": 18}

    answer = patch(client, headers(before.headers["ETag"]), change)

    assert answer.status_code == 200, answer.text
    after = client.get(ADDRESS, headers=headers())
    assert answer.get_json() == after.get_json()
    assert answer.headers["ETag"] == after.headers["ETag"] == '"2"'
    told = after.get_json()
    assert not list(faults("service", told))
    history = told.pop("metadata")
    assert told == {
        **{key: value for key, value in before.get_json().items() if key != "description"},
        **{key: value for key, value in change.items() if value is not None},
        "last_modified": told["last_modified"],
    }
    assert {
        each["field_name"]: (each["previous_value"], each["replacement_value"], each["updated_by"]) for each in history
    } == {
        "name": ("Medicine and care", "Care, day and night", "Nodi"),
        "alternate_name": ("", "Care", "Nodi"),
        "description": ("Come in.", "", "Nodi"),
        "minimum_age": ("", "18", "Nodi"),
    }
    assert [event.data["name"] for event in directory.events() if event.type == "directory.service.changed.v1"] == [
        "Care, day and night"
    ]
    directory.index()
    assert client.get("/api/services?search=night").get_json()["total_items"] == 1
    with directory.worker.transaction() as session:
        entry = session.execute(select(tables.audit_entry).where(tables.audit_entry.c.action == "listing.live")).one()
        assert entry.detail == {"fields": "alternate_name description minimum_age name"}
        assert session.scalars(select(ListingHistory.changed_by)).unique().all() == [PROVIDER.id]


def test_a_list_is_replaced_whole_and_statements_are_understood_by_their_terms_id(
    client: FlaskClient, headers: Headers
) -> None:
    need = {"id": str(uuid4()), "taxonomy_term_id": nested_id("taxonomy", "harm-reduction-in/needs", "COUNS")}
    phones = [{"id": str(uuid4()), "number": "+91 00000 00007"}, {"id": str(uuid4()), "number": "100", "type": "text"}]
    said = {
        "value": "waiting_list",
        "id": str(uuid4()),
        "taxonomy_term_id": nested_id("taxonomy", "harm-reduction-in/attributes", "accepting"),
    }

    answer = patch(client, headers('"1"'), {"attributes": [need, said], "phones": phones, "schedules": None})

    assert answer.status_code == 200, answer.text
    told = answer.get_json()
    codes = {(each["taxonomy_term"]["code"], each.get("value")) for each in told["attributes"]}
    assert {("COUNS", None), ("accepting", "waiting_list")} <= codes
    assert not {"OST", "TESTING"} & {code for code, _ in codes}
    assert [each["number"] for each in told["phones"]] == ["+91 00000 00007", "100"]
    assert "schedules" not in told


def test_writing_what_was_read_changes_nothing(directory: Directory, client: FlaskClient, headers: Headers) -> None:
    patch(client, headers('"1"'), {"alert": "Closed tomorrow"})
    directory.forget_events()
    read = client.get(ADDRESS, headers=headers())

    again = client.put(ADDRESS, json=read.get_json(), headers=headers('"2"'))

    assert again.status_code == 200, again.text
    assert (again.get_json(), again.headers["ETag"]) == (read.get_json(), '"2"')
    assert directory.events() == []


WRONG: tuple[tuple[dict[str, Any], str], ...] = (
    ({"colour": "blue"}, "colour"),
    ({"name": None}, "name"),
    ({"name": 5}, "name"),
    ({"status": "open"}, "status"),
    ({"id": str(OTHER.id)}, "id"),
    ({"organization_id": str(OTHER.id)}, "organization_id"),
    ({"organization": {"name": "Another"}}, "organization"),
    ({"last_modified": "2020-01-01T00:00:00Z"}, "last_modified"),
    ({"metadata": []}, "metadata"),
    ({"phones": [{"id": "1", "number": "1"}]}, "phones.0.id"),
    ({"phones": {"number": "1"}}, "phones"),
    ({"schedules": [{"id": str(OTHER.id), "opens_at": "25:00"}]}, "schedules.0.opens_at"),
    ({"schedules": [{**HOURS, "freq": "WEEKLY", "byday": "MO", "bymonthday": "1"}]}, "schedules.0.bymonthday"),
    ({"schedules": [{**HOURS, "freq": "MONTHLY", "valid_from": "0001-01-31"}]}, "schedules.0.valid_from"),
    ({"schedules": [{"id": str(PLACE.id), "description": "Ring"}, {**HOURS, "freq": "MONTHLY", "byday": "MO",
      "valid_to": "9999-12-31"}]}, "schedules.1.valid_to"),
    ({"schedules": [{**HOURS, "freq": "WEEKLY", "byday": "9MO"}]}, "schedules.0.freq"),
    ({"minimum_age": 40, "maximum_age": 20}, "maximum_age"),
    ({"assured_date": "yesterday"}, "assured_date"),
    ({"assured_date": "2026-11-26"}, "assured_date"),
    ({"capacities": [{"id": str(PLACE.id), "unit": {"id": str(PLACE.id), "name": "place"}, "available": 1,
      "updated": "2026-11-25T00:00:00Z"}]}, "capacities.0.updated"),
    ({"attributes": [{"id": str(PLACE.id), "taxonomy_term": {"id": str(PLACE.id), "name": "x", "description": "x",
      "code": "colour", "taxonomy": "harm-reduction-in/attributes"}, "value": "blue"}]}, "attributes.0"),
    ({"service_at_locations": [{"id": str(PLACE.id), "location_id": str(SERVICE.id)}]}, "service_at_locations"),
    ({"service_at_locations": [{"id": str(PLACE.id), "location_id": str(PLACE.id), "location": {
      "id": str(PLACE.id), "location_type": "physical", "name": "Elsewhere"}}]}, "service_at_locations.0.location"),
)  # fmt: skip


def test_what_is_wrong_is_named_and_nothing_is_stored(
    directory: Directory, client: FlaskClient, headers: Headers
) -> None:
    for change, field in WRONG:
        answer = patch(client, headers('"1"'), change)

        assert answer.status_code == 422, (change, answer.text)
        assert field in [error["field"] for error in answer.get_json()["errors"]], change
        assert client.get(ADDRESS, headers=headers()).headers["ETag"] == '"1"', change
        assert directory.events() == [], change


def test_preconditions_roles_and_media_types(client: FlaskClient, headers: Headers) -> None:
    change = {"name": "x"}
    other = somebody(OTHER.id)

    assert patch(client, {}, change).status_code == 401
    assert patch(client, headers('"1"', somebody(role="case_worker")), change).status_code == 403
    assert patch(client, headers('"1"', somebody(kind="police_unit")), change).status_code == 403
    wrong = client.patch(ADDRESS, json=change, headers=headers('"1"'))
    assert (wrong.status_code, wrong.headers["Accept-Patch"]) == (415, MERGE_PATCH)
    assert patch(client, headers('"1"'), [1]).status_code == 422
    assert patch(client, headers('"1"', other), change).status_code == 404
    assert patch(client, headers('"1"'), change, f"/api/services/{uuid4()}").status_code == 404
    assert patch(client, headers(), change).status_code == 428
    for stale in ("*", 'W/"1"', '"0"', '"1-1"', "1"):
        assert patch(client, headers(stale), change).status_code == 412
    assert client.delete(ADDRESS, headers=headers('"0"')).status_code == 412
    assert client.delete(ADDRESS, headers=headers('"1"', other)).status_code == 404
    nul = client.patch(ADDRESS, data='{"name": "a\\u0000"}', headers={"Content-Type": MERGE_PATCH, **headers('"1"')})
    assert (nul.status_code, nul.get_json()["errors"][0]["field"]) == (400, "name")


def test_of_two_that_saw_the_same_one_is_told_that_the_other_was_first(client: FlaskClient, headers: Headers) -> None:
    first, second = (patch(client, headers('"1"'), {"name": name}) for name in ("First", "Second"))

    assert (first.status_code, second.status_code) == (200, 412)
    assert client.get(ADDRESS, headers=headers()).get_json()["name"] == "First"


def test_what_was_taken_out_says_no_more_than_that(directory: Directory, client: FlaskClient, headers: Headers) -> None:
    patch(client, headers('"1"'), {"alert": "We move"})

    assert client.delete(ADDRESS, headers=headers('"2"')).status_code == 204

    assert client.get(ADDRESS, headers=headers()).status_code == 410
    assert patch(client, headers('"3"'), {"name": "x"}).status_code == 410
    with directory.worker.transaction() as session:
        assert session.scalars(select(ListingHistory)).all() == []


def test_of_many_changes_at_once_from_the_same_state_one_is_done(
    directory: Directory, client: FlaskClient, headers: Headers
) -> None:
    with ThreadPoolExecutor(4) as pool:
        names = [f"Name {at}" for at in range(4)]
        each = [{"headers": {"Content-Type": MERGE_PATCH, **headers('"1"')}, "json": {"name": name}} for name in names]
        clients = [client.application.test_client() for _ in names]
        answers = list(pool.map(lambda at: clients[at].patch(ADDRESS, **each[at]), range(4)))

    assert sorted(answer.status_code for answer in answers) == [200, 412, 412, 412]
    told = client.get(ADDRESS, headers=headers())
    assert told.headers["ETag"] == '"2"'
    assert [entry["replacement_value"] for entry in told.get_json()["metadata"]] == [told.get_json()["name"]]


def test_a_program_changes_with_a_key_what_its_provider_may(directory: Directory, client: FlaskClient) -> None:
    dependencies = Dependencies.from_settings(directory.settings)
    with directory.worker.transaction() as session:
        keys = [
            make_api_key(session, dependencies, owner.id, "ours", scopes=[scope], by=None, now=directory.now)
            for owner, scope in ((PROVIDER, WRITE), (PROVIDER, READ), (OTHER, WRITE))
        ]
    seen = [{"Authorization": f"Bearer {key}", "If-Match": '"1"'} for key in keys]

    assert [patch(client, each, {"alert": "Soon"}).status_code for each in seen] == [200, 403, 404]
    with directory.worker.transaction() as session:
        [entry] = session.scalars(select(ListingHistory)).all()
    assert (entry.changed_by, entry.changed_by_name) == (PROVIDER.id, "Nodi")


def test_a_change_costs_the_same_however_many_services_there_are(
    directory: Directory, client: FlaskClient, headers: Headers
) -> None:
    def statements(seen: str, name: str) -> int:
        with counted(directory.web) as sent:
            assert patch(client, headers(seen), {"name": name}).status_code == 200
        return len(sent)

    few = statements('"1"', "First")
    directory.save(*(a_service(PROVIDER, f"one of many {at}") for at in range(8)), indexed=False)

    assert statements('"2"', "Second") == few <= 34  # the look-up of the session among them


def test_the_list_of_own_services_costs_the_same_however_many_there_are(
    directory: Directory, client: FlaskClient
) -> None:
    def statements() -> int:
        with counted(directory.web) as seen, directory.web.transaction(somebody().scope) as session:
            assert own_services(session, PROVIDER.id)
        return len(seen)

    few = statements()
    directory.save(*(a_service(PROVIDER, f"one of many {at}") for at in range(8)), indexed=False)

    assert statements() == few <= 4
