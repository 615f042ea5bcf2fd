"""A provider's program writes its places and what the provider says of itself, by the rules that its manager has."""

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event, text
from werkzeug.test import TestResponse

from directory_service.accounts.domain.api_keys import READ, WRITE
from directory_service.accounts.use_cases.api_keys.make_api_key import make_api_key
from directory_service.accounts.use_cases.dependencies import Dependencies
from directory_service.editing.use_cases.decide_change import approve_change, waiting_changes
from directory_service.editing.use_cases.editable import IdTaken
from directory_service.editing.use_cases.own_locations import own_location
from directory_service.listings.store.tables import Location
from support.editing import COORDINATOR, OTHER, PLACE, PROVIDER, SERVICE, Headers, make_new, patch, somebody
from support.listings import KOLKATA, NOON, SECRET, Directory, a_place, an_id

NEW_ID = an_id("a house")
HOUSE = f"/api/locations/{NEW_ID}"
ITSELF = f"/api/organizations/{PROVIDER.id}"
ONLY_NEW = {"If-None-Match": "*"}
BODY: dict[str, Any] = {
    "name": "Open house",
    "area": "North Kolkata",
    "district": KOLKATA,
    "addresses": [{"address_1": "2 Open Road", "city": "Kolkata", "postal_code": "700 004"}],
    "phones": [{"number": "+91 00000 00007", "description": "Ring at the gate"}],
}


@pytest.fixture
def with_key(directory: Directory, client: FlaskClient) -> dict[str, str]:
    dependencies = Dependencies.from_settings(directory.settings)
    with directory.worker.transaction() as session:
        key = make_api_key(session, dependencies, PROVIDER.id, "ours", scopes=[READ, WRITE], by=None, now=directory.now)
    return {"Authorization": f"Bearer {key}"}


def told(answer: TestResponse) -> tuple[int, str | None]:
    return answer.status_code, answer.headers.get("Setu-Result")


def faults(answer: TestResponse) -> set[str]:
    assert answer.status_code == 422, answer.text
    return {each["field"] for each in answer.get_json()["errors"]}


def test_a_place_is_created_changed_and_taken_away_and_the_public_sees_it_in_services(
    directory: Directory, client: FlaskClient, with_key: dict[str, str]
) -> None:
    made = client.put(HOUSE, json=BODY, headers=with_key | ONLY_NEW)
    again = client.put(HOUSE, json=BODY, headers=with_key | ONLY_NEW)
    read = client.get(HOUSE, headers=with_key)
    listed = client.get("/api/locations", headers=with_key).get_json()["contents"]

    assert (told(made), told(again)) == ((201, "created"), (200, "unchanged"))
    assert made.headers["Location"].endswith(HOUSE)
    assert made.headers["ETag"] == again.headers["ETag"] == read.headers["ETag"]
    assert made.get_json() == again.get_json() == read.get_json()
    assert [each["id"] for each in listed] == [str(PLACE.id), str(NEW_ID)]
    address, [phone] = read.get_json()["addresses"][0], read.get_json()["phones"]
    assert (address["postal_code"], address["region"], address["country"]) == ("700004", "Kolkata", "IN")
    assert phone["id"]

    seen = {"If-Match": read.headers["ETag"]}
    same = client.put(HOUSE, json=read.get_json(), headers=with_key)
    moved = patch(client, with_key | seen, {"landmark": "Behind the mill", "phones": None}, HOUSE)
    stale = patch(client, with_key | seen, {"landmark": "Elsewhere"}, HOUSE)
    offered = {"name": "Tea", "status": "active", "service_at_locations": [{"location_id": str(NEW_ID)}]}
    tea = client.put(f"/api/services/{an_id('tea')}", json=offered, headers=with_key | ONLY_NEW)

    assert (told(same), told(moved), stale.status_code) == ((200, "unchanged"), (200, "live"), 412)
    assert "phones" not in moved.get_json()
    assert tea.get_json()["service_at_locations"][0]["location"]["addresses"][0]["address_1"] == "2 Open Road"

    gone = client.delete(HOUSE, headers=with_key | {"If-Match": moved.headers["ETag"]})
    assert (gone.status_code, client.get(HOUSE, headers=with_key).status_code) == (204, 404)
    with directory.worker.transaction() as session:
        acts = session.scalars(text("SELECT action FROM audit_entry WHERE action LIKE 'place%'")).all()
    assert sorted(acts) == ["place.live", "place.live", "place.remove"]
    assert "service_at_locations" not in client.get(f"/api/services/{an_id('tea')}").get_json()


def test_what_is_wrong_is_named_by_its_field_and_nothing_is_stored(
    client: FlaskClient, with_key: dict[str, str]
) -> None:
    for change, named in (
        ({"district": None}, "district"),
        ({"district": 99998}, "district"),
        ({"district": "315"}, "district"),
        ({"district": 2**31}, "district"),
        ({"district": -(10**18)}, "district"),
        ({"district": [KOLKATA]}, "district"),
        ({"latitude": 98.1, "longitude": 88.3}, "latitude"),
        (
            {"addresses": [{"address_1": "2 Road", "city": "Kolkata", "postal_code": "7"}]},
            "addresses.0.postal_code",
        ),
        ({"addresses": [{"city": "Dhaka", "country": "BD"}]}, "addresses.0.address_1"),
        ({"phones": [{"description": "none"}]}, "phones.0.number"),
        ({"colour": "red"}, "colour"),
        ({"name": "=HYPERLINK(1)"}, "name"),
        ({"organization_id": str(OTHER.id)}, "organization_id"),
        ({"confidential": "yes"}, "confidential"),
        ({"area": "x" * 101}, "area"),
    ):
        body = {name: value for name, value in {**BODY, **change}.items() if value is not None}
        assert named in faults(client.put(HOUSE, json=body, headers=with_key | ONLY_NEW)), change
    assert client.get(HOUSE, headers=with_key).status_code == 404
    assert client.put(HOUSE, json=BODY, headers=with_key).status_code == 428
    assert client.put(HOUSE, json=BODY, headers=with_key | {"If-Match": '"1"'}).status_code == 404


def test_a_place_that_is_hidden_by_key_is_hidden_from_everybody_else(
    directory: Directory, client: FlaskClient, with_key: dict[str, str]
) -> None:
    place = f"/api/locations/{PLACE.id}"
    street = {"address_1": SECRET[1], "city": "Kolkata", "postal_code": SECRET[3]}
    told_of = client.get(place, headers=with_key)
    body = {**told_of.get_json(), "name": SECRET[0], "addresses": [street], "confidential": True}

    hidden = client.put(place, json=body, headers=with_key | {"If-Match": told_of.headers["ETag"]})
    directory.index()

    assert told(hidden) == (200, "live")
    assert client.get(place, headers=with_key).get_json()["addresses"][0]["address_1"] == SECRET[1]
    public = client.get(f"/api/services/{SERVICE.id}").text + client.get(ITSELF).text + client.get("/api/changes").text
    assert not [word for word in (*SECRET[:2], SECRET[3]) if word in public]


def test_a_hidden_place_that_a_program_writes_without_a_word_of_it_stays_hidden_until_it_says_false(
    client: FlaskClient, with_key: dict[str, str]
) -> None:
    made = client.put(HOUSE, json={**BODY, "confidential": True}, headers=with_key | ONLY_NEW)
    generic = {**BODY, "name": "Renamed", "confidential": None}
    del generic["area"]
    without = {name: value for name, value in generic.items() if name != "confidential"}

    tags = made.headers["ETag"]
    for sent in (without, {**generic, "name": "Named anew"}):
        answer = client.put(HOUSE, json=sent, headers=with_key | {"If-Match": tags})
        assert (told(answer), answer.get_json()["confidential"]) == ((200, "live"), True), answer.text
        tags = answer.headers["ETag"]
    taken_away = patch(client, with_key | {"If-Match": tags}, {"confidential": None}, HOUSE)
    shown = patch(client, with_key | {"If-Match": tags}, {"confidential": False}, HOUSE)

    assert (told(taken_away), taken_away.get_json()["confidential"]) == ((200, "unchanged"), True)
    assert (told(shown), shown.get_json().get("confidential", False)) == ((200, "live"), False)


def test_only_the_own_organisations_by_its_own_key(
    directory: Directory, client: FlaskClient, with_key: dict[str, str], headers: Headers
) -> None:
    theirs = a_place(OTHER)
    directory.save(theirs)
    dependencies = Dependencies.from_settings(directory.settings)
    with directory.worker.transaction() as session:
        reads = make_api_key(session, dependencies, PROVIDER.id, "reads", scopes=[READ], by=None, now=directory.now)
    only_reads = {"Authorization": f"Bearer {reads}"}
    officer = headers(who=somebody(an_id("station"), "officer", "police_unit"))

    assert client.get(f"/api/locations/{theirs.id}", headers=with_key).status_code == 404
    assert client.put(f"/api/locations/{theirs.id}", json=BODY, headers=with_key | ONLY_NEW).status_code == 412
    assert (
        client.put(
            f"/api/organizations/{OTHER.id}", json={"name": "x", "description": "x"}, headers=with_key
        ).status_code
        == 404
    )
    assert client.put(HOUSE, json=BODY, headers=only_reads | ONLY_NEW).status_code == 403
    assert client.get("/api/locations", headers=only_reads).status_code == 200
    assert client.get("/api/locations", headers=officer).status_code == 403
    assert client.get("/api/locations").status_code == 401


def test_what_a_provider_says_of_itself_is_replaced_and_sending_it_back_changes_nothing(
    directory: Directory, client: FlaskClient, with_key: dict[str, str]
) -> None:
    public = client.get(ITSELF)
    seen = {"If-Match": public.headers["ETag"]}
    body = {**public.get_json(), "website": "https://example.org", "phones": [{"number": "+91 00000 00009"}]}

    back = client.put(ITSELF, json=public.get_json(), headers=with_key)
    unseen = client.put(ITSELF, json=body, headers=with_key)
    done = client.put(ITSELF, json=body, headers=with_key | seen)
    again = client.put(ITSELF, json=body, headers=with_key | seen)
    named = patch(client, with_key | {"If-Match": done.headers["ETag"]}, {"alternate_name": "Nodi House"}, ITSELF)

    assert (told(back), unseen.status_code, told(done), told(again)) == (
        (200, "unchanged"),
        428,
        (200, "live"),
        (200, "unchanged"),
    )
    assert done.headers["ETag"] == again.headers["ETag"] != public.headers["ETag"]
    now = client.get(ITSELF)
    assert now.headers["ETag"] == named.headers["ETag"]
    assert (now.get_json()["website"], now.get_json()["alternate_name"]) == ("https://example.org", "Nodi House")
    assert now.get_json()["phones"][0]["number"] == "+91 00000 00009"
    assert now.get_json()["services"] == public.get_json()["services"]
    wrong = {**body, "services": [], "email": "nobody", "name": ""}
    assert faults(client.put(ITSELF, json=wrong, headers=with_key)) >= {"services", "email"}


def test_of_a_new_provider_it_waits_for_a_coordinator_and_the_same_again_waits_once(
    directory: Directory, client: FlaskClient, with_key: dict[str, str]
) -> None:
    make_new(directory)
    waits = client.put(HOUSE, json=BODY, headers=with_key | ONLY_NEW)
    again = client.put(HOUSE, json=BODY, headers=with_key | ONLY_NEW)
    itself = patch(client, with_key | {"If-Match": client.get(ITSELF).headers["ETag"]}, {"name": "Nodi 2"}, ITSELF)
    asked = client.get(f"{ITSELF}/change-request", headers=with_key)
    taken_back = client.delete(f"{ITSELF}/change-request", headers=with_key | {"If-Match": asked.headers["ETag"]})

    assert (told(waits), told(again)) == ((202, "waiting"), (202, "unchanged"))
    assert waits.headers["ETag"] == again.headers["ETag"]
    assert waits.headers["Location"].endswith(f"{HOUSE}/change-request")
    assert waits.get_json()["proposed"]["name"] == "Open house"
    assert (told(itself), asked.get_json()["proposed"]["name"], taken_back.status_code) == (
        (202, "waiting"),
        "Nodi 2",
        204,
    )
    assert client.get(f"{ITSELF}/change-request", headers=with_key).get_json()["state"] == "taken_back"
    with directory.web.transaction(COORDINATOR.scope) as session:
        [waiting] = waiting_changes(session, COORDINATOR)
        approve_change(session, COORDINATOR, waiting.request.id, directory.now, seen=waiting.tag, establish=False)
    stands = client.get(HOUSE, headers=with_key)
    assert stands.get_json()["addresses"][0]["address_1"] == "2 Open Road"
    assert client.get(f"{HOUSE}/change-request", headers=with_key).get_json()["state"] == "approved"


def test_a_place_that_waits_under_an_id_that_another_took_is_not_put_over_it(
    directory: Directory, client: FlaskClient, with_key: dict[str, str]
) -> None:
    make_new(directory)
    client.put(HOUSE, json=BODY, headers=with_key | ONLY_NEW)
    directory.save(a_place(OTHER, id=NEW_ID, name="Theirs"))

    with directory.web.transaction(COORDINATOR.scope) as session:
        [waiting] = waiting_changes(session, COORDINATOR)
        with pytest.raises(IdTaken):
            approve_change(session, COORDINATOR, waiting.request.id, NOON, seen=waiting.tag, establish=False)
    with directory.worker.transaction() as session:
        named = session.scalar(text("SELECT record->>'name' FROM location WHERE id = :id"), {"id": NEW_ID})
    assert named == "Theirs"


@pytest.mark.usefixtures("client")
def test_one_place_is_read_without_the_others(directory: Directory) -> None:
    directory.save(a_place(PROVIDER, id=NEW_ID))
    loaded: list[object] = []
    with directory.worker.transaction() as session:
        event.listen(session, "loaded_as_persistent", lambda _session, row: loaded.append(row))
        assert own_location(session, PROVIDER.id, NEW_ID).id == NEW_ID
    assert [type(row) for row in loaded] == [Location]
