"""Changes of a new provider wait for a coordinator of its district, who approves them or says why not."""

from dataclasses import replace
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from directory_service.accounts.use_cases.callback_code import callback_code
from directory_service.accounts.use_cases.dependencies import Dependencies
from directory_service.editing.domain.approval import REFUSALS
from directory_service.editing.use_cases.approve_organization import approve_organization, look_at_waiting
from directory_service.editing.use_cases.decide_change import (
    approve_change,
    refuse_change,
    waiting_changes,
)
from directory_service.editing.use_cases.editable import (
    IdTaken,
    NotThere,
    Stale,
)
from directory_service.organizations.store.tables import Organization
from service_kit.identity import Principal
from support.editing import (
    ADDRESS,
    COORDINATOR,
    OTHER,
    PROVIDER,
    SERVICE,
    Headers,
    add_manager,
    make_new,
    patch,
    somebody,
)
from support.listings import (
    Directory,
    a_confidential_place,
    a_provider,
    a_service,
    an_id,
)


def test_a_new_providers_change_waits_until_a_coordinator_approves(
    directory: Directory, client: FlaskClient, headers: Headers
) -> None:
    make_new(directory)

    asked = patch(client, headers('"1"'), {"name": "New name", "alert": "Soon"})
    more = patch(client, headers(asked.headers["ETag"]), {"alert": None, "url": "https://example.org"})
    unseen = patch(client, headers('"1"'), {"name": "Overwritten"})

    assert (asked.status_code, more.status_code, unseen.status_code) == (202, 202, 412)
    told = client.get(f"{ADDRESS}/change-request", headers=headers()).get_json()
    assert (told["state"], told["service"]["name"]) == ("waiting", "New name")
    assert {each["field"]: each["after"] for each in told["changes"]} == {
        "name": "New name",
        "url": "https://example.org",
    }
    assert client.get(ADDRESS, headers=headers()).get_json()["name"] == SERVICE.name
    assert [event.type for event in directory.events()] == ["directory.change.asked.v1"]
    with directory.web.transaction(COORDINATOR.scope) as session:
        [waiting] = waiting_changes(session, COORDINATOR)
        with pytest.raises(Stale):
            approve_change(session, COORDINATOR, waiting.request.id, directory.now, seen="1-1", establish=False)
        approve_change(session, COORDINATOR, waiting.request.id, directory.now, seen=waiting.tag, establish=True)
    shown = client.get(ADDRESS, headers=headers()).get_json()
    assert (shown["name"], shown["url"], "alert" in shown) == ("New name", "https://example.org", False)
    assert {each["updated_by"] for each in shown["metadata"]} == {"Nodi"}
    assert [event.data["name"] for event in directory.events() if event.subject == str(SERVICE.id)] == ["New name"]
    assert patch(client, headers('"2"'), {"name": "At once"}).status_code == 200


def test_a_refusal_leaves_the_listing_and_tells_why(
    directory: Directory, client: FlaskClient, headers: Headers
) -> None:
    make_new(directory)
    tag = patch(client, headers('"1"'), {"name": "Doubtful"}).headers["ETag"]
    elsewhere = replace(COORDINATOR, districts=(99,))
    with directory.web.transaction(elsewhere.scope) as session:
        assert waiting_changes(session, elsewhere) == []
    with directory.web.transaction(COORDINATOR.scope) as session:
        [waiting] = waiting_changes(session, COORDINATOR)
    with directory.web.transaction(elsewhere.scope) as session, pytest.raises(NotThere):
        refuse_change(session, elsewhere, waiting.request.id, REFUSALS[0], directory.now, seen=waiting.tag)
    with directory.web.transaction(COORDINATOR.scope) as session:
        refuse_change(session, COORDINATOR, waiting.request.id, "not_right", directory.now, seen=waiting.tag)

    told = client.get(f"{ADDRESS}/change-request", headers=headers())
    assert (told.get_json()["state"], told.get_json()["reason"]) == ("refused", "not_right")
    assert tag == '"1-1"'
    assert told.headers["ETag"] == '"1"'
    assert client.get(ADDRESS, headers=headers()).get_json()["name"] == SERVICE.name
    assert client.get(f"{ADDRESS}/change-request", headers=headers(who=somebody(OTHER.id))).status_code == 404


def test_what_is_true_only_today_does_not_wait_and_joins_nothing(
    directory: Directory, client: FlaskClient, headers: Headers
) -> None:
    make_new(directory)
    tag = patch(client, headers('"1"'), {"name": "Waits"}).headers["ETag"]
    capacity = {
        "id": str(uuid4()),
        "unit": {"id": str(uuid4()), "name": "place"},
        "available": 3,
        "updated": "2026-11-24T06:00:00Z",
    }

    answer = patch(client, headers(tag), {"capacities": [capacity], "assured_date": "2026-11-24"})

    assert (answer.status_code, answer.headers["ETag"]) == (200, '"2-2"'), "and the name still waits"
    shown = client.get(ADDRESS, headers=headers()).get_json()
    assert (shown["capacities"][0]["available"], shown["assured_date"], shown["name"]) == (
        3,
        "2026-11-24",
        SERVICE.name,
    )
    assert answer.get_json()["name"] == SERVICE.name
    told = client.get(f"{ADDRESS}/change-request", headers=headers())
    assert ([each["field"] for each in told.get_json()["changes"]], told.headers["ETag"]) == (["name"], '"2-2"')
    assert client.delete(f"{ADDRESS}/change-request", headers=headers(answer.headers["ETag"])).status_code == 204
    assert client.get(f"{ADDRESS}/change-request", headers=headers()).get_json()["state"] == "taken_back"


def test_a_new_providers_new_service_waits_too(directory: Directory, client: FlaskClient, headers: Headers) -> None:
    make_new(directory)
    new = an_id("another service")
    only_new = {**headers(), "If-None-Match": "*"}

    asked = client.put(f"/api/services/{new}", json={"name": "Talk", "status": "active"}, headers=only_new)
    again = client.put(f"/api/services/{new}", json={"name": "Talk", "status": "active"}, headers=only_new)
    changed = patch(client, headers(asked.headers["ETag"]), {"name": "Talking"}, f"/api/services/{new}")

    with directory.worker.transaction() as session:
        session.get_one(Organization, OTHER.id).established_at = None
    other = {**headers(who=somebody(OTHER.id)), "If-None-Match": "*"}
    rival = client.put(f"/api/services/{new}", json={"name": "Talk", "status": "active"}, headers=other)
    assert (asked.status_code, again.status_code, changed.status_code, rival.status_code) == (202, 202, 202, 202)
    assert again.headers["ETag"] == asked.headers["ETag"]
    assert client.get(f"/api/services/{new}").status_code == 404
    with directory.web.transaction(COORDINATOR.scope) as session:
        first, second = waiting_changes(session, COORDINATOR)
        mine, theirs = (first, second) if first.organization.id == PROVIDER.id else (second, first)
        approve_change(session, COORDINATOR, mine.request.id, directory.now, seen=mine.tag, establish=False)
        with pytest.raises(IdTaken):
            approve_change(session, COORDINATOR, theirs.request.id, directory.now, seen=theirs.tag, establish=False)
    assert client.get(f"/api/services/{new}", headers=headers()).get_json()["name"] == "Talking"


def test_the_database_lets_a_coordinator_write_in_the_own_districts_alone_and_see_no_confidential_address(
    directory: Directory, client: FlaskClient
) -> None:
    directory.save(a_confidential_place(OTHER))
    elsewhere = replace(COORDINATOR, districts=(99,))

    def changed(who: Principal) -> int:
        with directory.web.transaction(who.scope) as session:
            return session.execute(text("UPDATE service SET name = name")).rowcount  # type: ignore[attr-defined]  # a cursor's result

    assert (changed(COORDINATOR), changed(elsewhere), changed(somebody(OTHER.id))) == (1, 0, 0)
    with directory.web.transaction(COORDINATOR.scope) as session:
        assert session.scalars(text("SELECT exact FROM location_confidential")).all() == []


def test_a_coordinator_lets_an_organisation_in_with_its_services_as_they_were_seen(
    directory: Directory, client: FlaskClient, headers: Headers
) -> None:
    pending = a_provider("Waits", status="pending")
    theirs = a_service(pending, "Theirs", description="Come as you are")
    directory.save(pending, theirs)
    add_manager(directory, pending.id)
    dependencies = Dependencies.from_settings(directory.settings)
    far = replace(COORDINATOR, districts=(99,))
    with directory.web.transaction(far.scope) as session, pytest.raises(NotThere):
        approve_organization(session, dependencies, far, pending.id, directory.now, seen="", codes={})

    page = client.get("/approvals", headers=headers(who=COORDINATOR)).text
    assert "Theirs" in page
    assert "Come as you are" in page
    directory.save(replace(theirs, description="Pay before"))
    seen = {"seen": page.rpartition('name="seen" value="')[2].partition('"')[0]}
    decided = f"/approvals/organizations/{pending.id}/approve"
    late = client.post(decided, data=seen, headers=headers(who=COORDINATOR))
    assert (late.status_code, "Pay before" in late.text) == (409, True), "what was not seen is not let in"
    assert client.get(f"/api/services/{theirs.id}").status_code == 404
    directory.forget_events()
    with directory.web.transaction(COORDINATOR.scope) as session:
        [waiting] = look_at_waiting(session, COORDINATOR, directory.now)
        assert waiting.row.id == pending.id
        (manager,) = waiting.people.managers
        code = callback_code(dependencies, manager.account, pending.id, manager.password_changed_at)
        approve_organization(
            session, dependencies, COORDINATOR, pending.id, directory.now, seen=waiting.tag,
            codes={str(manager.account): code},
        )  # fmt: skip

    assert client.get(f"/api/services/{an_id('Theirs')}").get_json()["name"] == "Theirs"
    assert {event.data.get("status", "active") for event in directory.events()} == {"active"}
    with directory.worker.transaction() as session:
        assert session.get_one(Organization, pending.id).established_at is None, "it is new from now on"
