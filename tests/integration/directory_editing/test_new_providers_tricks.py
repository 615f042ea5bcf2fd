"""What a new provider may try so that words of its own are public before a coordinator has read them."""

from uuid import UUID

from flask.testing import FlaskClient
from sqlalchemy import select

from directory_service.editing.use_cases.decide_change import (
    approve_change,
    refuse_change,
    waiting_changes,
)
from directory_service.listings.store.tables import (
    ChangeRequest,
    Location,
    LocationConfidential,
)
from support.editing import (
    ADDRESS,
    COORDINATOR,
    PLACE,
    PROVIDER,
    Headers,
    make_new,
    patch,
)
from support.listings import (
    KOLKATA,
    Directory,
    an_id,
)

WORDS, STREET = "Pay 500 to the porter", "9 Hidden Lane"
PLACES = "/listings/places"


def send(client: FlaskClient, headers: Headers, place: UUID | str, **changed: str) -> int:
    """Send the form of a place as it was opened, with what is typed; the status."""
    page = client.get(f"{PLACES}/{place}", headers=headers()).text
    seen = page.partition('name="seen" value="')[2].partition('"')[0]
    typed = {"seen": seen, "area": "Park Street", "district": str(KOLKATA), **changed}
    return client.post(f"{PLACES}/{place}", data=typed, headers=headers()).status_code


def test_words_that_come_with_a_hidden_address_wait_and_the_address_does_not(
    directory: Directory, client: FlaskClient, headers: Headers
) -> None:
    make_new(directory)
    public = (f"/api/organizations/{PROVIDER.id}", ADDRESS)

    sent = {"area": WORDS, "confidential": "yes", "address_1": STREET}
    assert (send(client, headers, PLACE.id, **sent), send(client, headers, "new", **sent)) == (303, 303)

    for address in public:
        assert WORDS not in client.get(address, headers=headers()).text
        assert PLACE.address_1 not in client.get(address, headers=headers()).text, "hidden at once all the same"
    page = client.get("/approvals", headers=headers(who=COORDINATOR)).text
    assert page.count(WORDS) == 2
    assert STREET not in page
    with directory.web.transaction(COORDINATOR.scope) as session:
        for asked in waiting_changes(session, COORDINATOR):
            approve_change(session, COORDINATOR, asked.request.id, directory.now, seen=asked.tag, establish=False)
    assert client.get(public[0], headers=headers()).text.count(WORDS) == 2
    assert STREET in client.get(f"{PLACES}/{PLACE.id}", headers=headers()).text
    assert send(client, headers, PLACE.id, **{**sent, "area": "Elsewhere"}) == 303
    assert "Elsewhere" not in client.get(public[0], headers=headers()).text


def test_an_address_that_stays_hidden_after_all_is_in_no_request(
    directory: Directory, client: FlaskClient, headers: Headers
) -> None:
    make_new(directory)
    hidden = {"area": PLACE.area, "confidential": "yes", "address_1": STREET, "city": "Kolkata"}
    shown = {**hidden, "confidential": ""}
    send(client, headers, PLACE.id, **hidden)

    def requests() -> str:
        with directory.web.transaction(COORDINATOR.scope) as session:
            return repr([each.changes for each in session.scalars(select(ChangeRequest))])

    send(client, headers, PLACE.id, **shown)
    assert STREET in requests()
    send(client, headers, PLACE.id, **hidden)
    assert STREET not in requests()

    send(client, headers, PLACE.id, **shown)
    with directory.web.transaction(COORDINATOR.scope) as session:
        [asked] = waiting_changes(session, COORDINATOR)
        refuse_change(session, COORDINATOR, asked.request.id, "not_right", directory.now, seen=asked.tag)
    assert STREET not in requests()
    with directory.worker.transaction() as session:
        assert STREET not in repr(session.get_one(Location, PLACE.id).record)
        assert session.get_one(LocationConfidential, PLACE.id).exact["address_1"] == STREET

    send(client, headers, PLACE.id, **shown)
    with directory.web.transaction(COORDINATOR.scope) as session:
        [asked] = waiting_changes(session, COORDINATOR)
        approve_change(session, COORDINATOR, asked.request.id, directory.now, seen=asked.tag, establish=False)
    with directory.worker.transaction() as session:
        assert session.get_one(Location, PLACE.id).record["address_1"] == STREET
        assert session.get(LocationConfidential, PLACE.id) is None, "an open place has no hidden address"


def test_a_coordinator_sees_every_word_that_an_approval_makes_public(
    directory: Directory, client: FlaskClient, headers: Headers
) -> None:
    make_new(directory)
    shown = client.get(ADDRESS, headers=headers()).get_json()
    ids = [str(an_id(f"word {at}")) for at in range(4)]
    at_place = {name: shown["service_at_locations"][0][name] for name in ("id", "location_id")}
    spoken = {"id": ids[2], "name": "Zq-spoken"}
    change = {
        "service_at_locations": [{**at_place, "description": "Zq-place"}],
        "schedules": [{**shown["schedules"][0], "description": "Zq-hours", "valid_to": "2027-01-31"}],
        "contacts": [{"id": ids[0], "title": "Zq-title", "name": "Zq-name", "department": "Zq-department"}],
        "phones": [{"id": ids[1], "number": "+91 3322", "type": "Zq-type", "extension": 55, "languages": [spoken]}],
    }

    assert patch(client, headers('"1"'), change).status_code == 202

    page = client.get("/approvals", headers=headers(who=COORDINATOR)).text
    for word in ("place", "hours", "title", "name", "department", "type", "spoken"):
        assert f"Zq-{word}" in page
    assert "2027-01-31" in page
    assert ", 55" in page
    # what is said of a place that is confidential leaves what waits as well, and is not put there again
    hidden = {"area": PLACE.area, "confidential": "yes"}
    assert send(client, headers, PLACE.id, **hidden) == 303
    assert "Zq-place" not in client.get("/approvals", headers=headers(who=COORDINATOR)).text
    tag = client.get(f"{ADDRESS}/change-request", headers=headers()).headers["ETag"]
    again = {"name": "Other", "service_at_locations": [{**at_place, "description": "Zq-again"}]}
    assert patch(client, headers(tag), again).status_code == 202
    assert "Zq-again" not in client.get("/approvals", headers=headers(who=COORDINATOR)).text


def test_what_waits_of_a_place_or_of_the_provider_is_no_service(
    directory: Directory, client: FlaskClient, headers: Headers
) -> None:
    make_new(directory)
    assert send(client, headers, PLACE.id, address_1=STREET) == 303
    page = client.get("/listings/organization", headers=headers()).text
    seen = page.partition('name="seen" value="')[2].partition('"')[0]
    assert client.post("/listings/organization", data={"seen": seen, "name": "N"}, headers=headers()).status_code == 303

    for other in (PLACE.id, PROVIDER.id):
        address = f"/api/services/{other}"
        assert client.delete(f"{address}/change-request", headers=headers('"0-1"')).status_code == 404
        assert client.delete(address, headers=headers('"0-1"')).status_code == 404
        for path in (address, f"{address}/change-request", f"/listings/{other}", f"/listings/{other}/history"):
            assert client.get(path, headers=headers()).status_code == 404, path


def test_a_place_that_only_waits_is_taken_back_when_its_provider_removes_it(
    directory: Directory, client: FlaskClient, headers: Headers
) -> None:
    make_new(directory)
    assert send(client, headers, "new", area="Behind the market") == 303
    with directory.worker.transaction() as session:
        (place,) = session.scalars(select(ChangeRequest.resource_id).where(ChangeRequest.decided_at.is_(None)))

    page = client.get(f"{PLACES}/{place}/remove", headers=headers()).text
    seen = page.partition('name="seen" value="')[2].partition('"')[0]
    assert client.post(f"{PLACES}/{place}/remove", data={"seen": seen}, headers=headers()).status_code == 303

    assert "Behind the market" not in client.get(PLACES, headers=headers()).text
    assert "Behind the market" not in client.get("/approvals", headers=headers(who=COORDINATOR)).text
