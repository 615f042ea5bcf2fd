"""A place that came without a town has its name for a part of town, which goes with the name as it is hidden."""

from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, text

from directory_service.editing.use_cases.edit_resource import edit_resource
from directory_service.editing.use_cases.editable import Editor
from directory_service.editing.use_cases.own_locations import LOCATIONS
from directory_service.listings.store.tables import ListingHistory
from directory_service.listings.use_cases.coarsen_areas import coarsen_areas
from support.listings import Directory, a_place, a_provider, a_service

PROVIDER = a_provider()
HOUSE = a_place(PROVIDER, name="Shelter at the mill", area="Shelter at the mill", city=None)
SERVICE = a_service(PROVIDER, "Night shelter", places=(HOUSE.id,))
PUBLIC = (
    f"/api/services/{SERVICE.id}",
    f"/api/organizations/{PROVIDER.id}",
    "/api/service_at_locations?full=true",
    "/api/changes",
    f"/services/{SERVICE.id}",
)


def hide(directory: Directory) -> None:
    """As its provider does it."""
    with directory.worker.transaction() as session:
        hidden, editor = replace(HOUSE, confidential=True), Editor(PROVIDER.id, PROVIDER.id)
        edit_resource(session, LOCATIONS, hidden, editor, directory.now, seen=None)
    directory.index()


def said(visitor: FlaskClient) -> str:
    found = visitor.post("/api/services", json={"search": "mill", "full": True})
    return "".join([found.text, *(visitor.get(path).text for path in PUBLIC)])


def told(directory: Directory) -> list[str]:
    return [f"{event.data}" for event in directory.events() if "mill" in f"{event.data}"]


@pytest.fixture(autouse=True)
def listed(directory: Directory, visitor: FlaskClient) -> None:
    directory.save(PROVIDER, HOUSE, SERVICE)
    assert "mill" in said(visitor)
    directory.forget_events()


def test_the_name_is_hidden_as_the_part_of_town_too(directory: Directory, visitor: FlaskClient) -> None:
    hide(directory)

    assert "mill" not in said(visitor)
    assert told(directory) == []
    with directory.worker.transaction() as session:
        assert "area" not in session.scalars(select(ListingHistory.field)).all()


def test_a_place_that_was_hidden_before_is_looked_at_once(directory: Directory, visitor: FlaskClient) -> None:
    hide(directory)
    with directory.worker.transaction() as session:
        before = "UPDATE location SET record = record || jsonb_build_object('area', 'Shelter at the mill')"
        session.execute(text(before))
        session.execute(text("UPDATE organization SET fingerprint = ''"))
        session.execute(text("UPDATE service SET fingerprint = ''"))
    directory.save(replace(SERVICE, description="As before."))
    assert "mill" in said(visitor)
    directory.forget_events()

    assert coarsen_areas(directory.worker, directory.now) == 1

    directory.index()
    assert "mill" not in said(visitor)
    assert told(directory) == []
    assert coarsen_areas(directory.worker, directory.now) == 0
