"""What a service's record says of a hidden place waits for nobody, and goes also where it stood there before."""

from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from directory_service.editing.use_cases.edit_resource import EditResult, edit_resource
from directory_service.editing.use_cases.editable import Editor
from directory_service.editing.use_cases.own_locations import LOCATIONS
from directory_service.editing.use_cases.own_services import SERVICES, own_service
from directory_service.listings.domain.records import Service
from directory_service.listings.store.tables import ChangeRequest
from directory_service.listings.store.tables import Service as ServiceRow
from directory_service.listings.use_cases.renew_row_ids import renew_row_ids
from support.editing import PLACE, PROVIDER, SERVICE, make_new
from support.listings import Directory, an_id

ROW = {"id": str(an_id("at place")), "location_id": str(PLACE.id), "description": "Ring at the green door"}
KEPT = {name: ROW[name] for name in ("id", "location_id")}
WITH_ROW = replace(SERVICE, hsds={**SERVICE.hsds, "service_at_locations": [ROW]})
EDITOR = Editor(PROVIDER.id, PROVIDER.id)


@pytest.fixture(autouse=True)
def new_provider(directory: Directory, client: FlaskClient) -> None:
    """Whose changes wait for a coordinator."""
    make_new(directory)


def ask(directory: Directory, service: Service) -> EditResult:
    with directory.worker.transaction() as session:
        seen = own_service(session, PROVIDER.id, SERVICE.id).tag
        return edit_resource(session, SERVICES, service, EDITOR, directory.now, seen=seen)


def hide(directory: Directory) -> None:
    with directory.worker.transaction() as session:
        edit_resource(session, LOCATIONS, replace(PLACE, confidential=True), EDITOR, directory.now, seen=None)


def requests(directory: Directory) -> list[tuple[int, Any]]:
    """Version and fields of each."""
    with directory.worker.transaction() as session:
        found = session.scalars(select(ChangeRequest).order_by(ChangeRequest.asked_at, ChangeRequest.id)).all()
        return [(each.version, [change["field"] for change in each.changes]) for each in found]


def test_a_request_that_spoke_of_the_place_alone_goes_as_it_is_hidden(directory: Directory) -> None:
    assert ask(directory, WITH_ROW).state == "waiting"
    assert requests(directory) == [(1, ["hsds.service_at_locations"])]

    hide(directory)

    assert requests(directory) == []


def test_what_else_a_request_asks_for_waits_on_as_another_version(directory: Directory) -> None:
    ask(directory, replace(WITH_ROW, name="Talk and tea"))
    assert requests(directory) == [(1, ["hsds.service_at_locations", "name"])]

    hide(directory)

    assert requests(directory) == [(2, ["name"])]


def test_nothing_is_asked_for_where_it_is_said_of_a_hidden_place_alone(directory: Directory) -> None:
    hide(directory)
    directory.forget_events()

    assert ask(directory, WITH_ROW).state == "unchanged"

    assert requests(directory) == []
    assert directory.events() == []


@pytest.mark.parametrize("where", ["record", "imported"])
def test_a_row_of_before_is_looked_for_in_records_once(directory: Directory, where: str) -> None:
    hide(directory)
    with directory.worker.transaction() as session:
        service = session.get_one(ServiceRow, SERVICE.id)
        setattr(service, where, {**service.record, "hsds": {"service_at_locations": [KEPT]}})

    assert renew_row_ids(directory.worker, directory.now) == 1

    with directory.worker.transaction() as session:
        service = session.get_one(ServiceRow, SERVICE.id)
        assert KEPT["id"] not in repr([service.record, service.imported])
    assert renew_row_ids(directory.worker, directory.now) == 0


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_row_of_before_is_looked_for_in_requests_once(directory: Directory, when: str) -> None:
    hide(directory)
    change = {"field": "hsds.service_at_locations", "before": None, "after": None, when: [KEPT]}
    about = {"organization_id": PROVIDER.id, "resource_type": "service", "resource_id": SERVICE.id}
    with directory.worker.transaction() as session:
        for decision in ("refused", None):
            asked = ChangeRequest(id=uuid4(), creates=False, version=1, asked_at=directory.now, **about)
            asked.changes, asked.decision, asked.decided_at = [change], decision, directory.now if decision else None
            session.add(asked)

    assert renew_row_ids(directory.worker, directory.now) == 1

    assert requests(directory) == [(2, [])], "what was decided stays, and what waits for nothing goes"
    assert renew_row_ids(directory.worker, directory.now) == 0
