"""What a coordinator sees of all that waits costs the database the same few statements, however much it is."""

from dataclasses import replace
from uuid import uuid4

from flask.testing import FlaskClient

from directory_service.editing.use_cases.decide_change import AT_ONCE
from directory_service.listings.domain.records import Organization
from directory_service.organizations.store.tables import Organization as OrganizationRow
from support.editing import (
    COORDINATOR,
    Headers,
    add_manager,
    patch,
    somebody,
)
from support.listings import (
    Directory,
    a_place,
    a_provider,
    a_service,
    counted,
)

NEW = {"If-None-Match": "*"}


def add_what_waits(directory: Directory, client: FlaskClient, headers: Headers, numbers: range) -> None:
    """So many new providers with a changed service, as many that wait for a new one, and pending organisations."""
    for number in numbers:
        owner, pending = a_provider(f"New {number}"), replace(a_provider(f"Pending {number}"), status="pending")
        place, service = a_place(owner), a_service(owner, f"Talk {number}")
        waits = a_service(pending, f"Wound care {number}")
        directory.save(owner, place, service, pending, a_place(pending), waits, indexed=False)
        add_manager(directory, pending.id)
        with directory.worker.transaction() as session:
            session.get_one(OrganizationRow, owner.id).established_at = None
        who = headers('"1"', somebody(owner.id))
        at = {"id": str(place.id), "location_id": str(place.id)}
        change = {"name": f"Talk and tea {number}", "service_at_locations": [at]}
        assert patch(client, who, change, f"/api/services/{service.id}").status_code == 202
        ask_for_another(client, headers, owner, number)


def ask_for_another(client: FlaskClient, headers: Headers, owner: Organization, number: int) -> None:
    made = {"name": f"Newest {number}", "status": "active"}
    added = client.put(f"/api/services/{uuid4()}", json=made, headers=headers(None, somebody(owner.id), **NEW))
    assert added.status_code == 202, added.text


def test_the_approvals_page_asks_no_more_when_there_is_more(
    directory: Directory, client: FlaskClient, headers: Headers
) -> None:
    sent = []
    for numbers in (range(1), range(1, 4)):
        add_what_waits(directory, client, headers, numbers)
        with counted(directory.web) as seen:
            page = client.get("/approvals", headers=headers(None, COORDINATOR)).text
        assert all(f"Talk and tea {number}" in page and f"Wound care {number}" in page for number in numbers)
        sent.append(len(seen))

    assert client.get("/counts", headers=headers(None, COORDINATOR)).get_json()["/approvals"] == 3 * 4
    assert sent[0] == sent[1]
    assert sent[1] <= 15


def test_what_led_here_is_read_by_looking_where_the_page_shows_all_of_it(
    directory: Directory, client: FlaskClient, headers: Headers
) -> None:
    def leads_to_reading() -> bool:
        return "/read-about/approvals" in client.get("/approvals", headers=headers(None, COORDINATOR)).text

    owner = a_provider("New")
    directory.save(owner, indexed=False)
    with directory.worker.transaction() as session:
        session.get_one(OrganizationRow, owner.id).established_at = None
    for number in range(AT_ONCE):
        ask_for_another(client, headers, owner, number)
    assert leads_to_reading()

    ask_for_another(client, headers, owner, AT_ONCE)
    assert not leads_to_reading()
