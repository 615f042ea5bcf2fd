"""A place that came without a town has its name for a part of town, which goes with the name as it is hidden."""

import json
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, text

from directory_service.editing.use_cases.decide_change import take_back_change
from directory_service.editing.use_cases.edit_resource import edit_resource
from directory_service.editing.use_cases.editable import Editor
from directory_service.editing.use_cases.own_locations import LOCATIONS
from directory_service.importing.use_cases.export_directory import export_directory
from directory_service.listings.domain.history import Author, Difference
from directory_service.listings.domain.records import Location
from directory_service.listings.store.history import add, record_changes
from directory_service.listings.store.tables import ChangeRequest, ListingHistory
from directory_service.listings.use_cases.coarsen_areas import coarsen_areas
from directory_service.organizations.store.tables import Organization
from support.importing import take, write_json
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


def edit(directory: Directory, place: Location) -> None:
    """As its provider does it."""
    with directory.worker.transaction() as session:
        edit_resource(session, LOCATIONS, place, Editor(PROVIDER.id, PROVIDER.id), directory.now, seen=None)
    directory.index()


def hide(directory: Directory) -> None:
    edit(directory, replace(HOUSE, confidential=True))


def history(directory: Directory) -> str:
    with directory.worker.transaction() as session:
        rows = session.execute(select(ListingHistory.field, ListingHistory.before, ListingHistory.after))
        return f"{[tuple(row) for row in rows]}"


def said(visitor: FlaskClient) -> str:
    found = visitor.post("/api/services", json={"search": "mill", "full": True})
    return "".join([found.text, *(visitor.get(path).text for path in PUBLIC)])


def told(directory: Directory) -> list[str]:
    return [f"{event.data}" for event in directory.events() if "mill" in f"{event.data}"]


@pytest.fixture(autouse=True)
def listed(directory: Directory) -> None:
    directory.save(PROVIDER, HOUSE, SERVICE)
    directory.forget_events()


@pytest.fixture
def visitor(visitor: FlaskClient, listed: None) -> FlaskClient:  # what is read was listed before
    assert "mill" in said(visitor)
    return visitor


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


def test_a_hidden_place_may_be_said_to_be_in_its_district(directory: Directory, visitor: FlaskClient) -> None:
    edit(directory, replace(HOUSE, name="Shelter of Kolkata", area="Kolkata", confidential=True))

    [row] = visitor.get(f"/api/services/{SERVICE.id}").get_json()["service_at_locations"]
    assert row["location"]["description"] == "Kolkata"
    assert coarsen_areas(directory.worker, directory.now) == 0


def test_a_place_that_is_hidden_and_renamed_at_once_keeps_its_old_name_nowhere(
    directory: Directory, visitor: FlaskClient
) -> None:
    edit(directory, replace(HOUSE, confidential=True, name="Quiet house"))

    assert "mill" not in said(visitor)
    assert "mill" not in history(directory)


def test_a_place_that_is_hidden_after_it_was_renamed_keeps_its_old_name_nowhere(
    directory: Directory, visitor: FlaskClient
) -> None:
    for name in ("Mill House", "Quiet house"):
        edit(directory, replace(HOUSE, name=name))
    directory.forget_events()

    edit(directory, replace(HOUSE, confidential=True, name="Quiet house"))

    assert "mill" not in said(visitor)
    assert "mill" not in history(directory)
    assert told(directory) == []


def test_a_place_that_a_file_renamed_before_it_is_hidden_keeps_its_old_name_nowhere(
    directory: Directory, visitor: FlaskClient, tmp_path: Path
) -> None:
    export_directory(directory.worker, tmp_path / "list.json")
    package = json.loads((tmp_path / "list.json").read_text(encoding="utf-8"))
    for name in ("Mill House", "Quiet house"):
        package["places"] = [{**each, "name": name} for each in package["places"]]
        take(directory, write_json(tmp_path / "list.json", package))
    directory.forget_events()

    edit(directory, replace(HOUSE, confidential=True, name="Quiet house"))

    assert "mill" not in said(visitor)
    assert "mill" not in history(directory).lower()
    assert told(directory) == []


def test_a_part_of_town_becomes_the_name_of_a_hidden_place_and_is_told_no_more(directory: Directory) -> None:
    hide(directory)
    edit(directory, replace(HOUSE, confidential=True, area="Salt Lake"))
    assert "Salt Lake" in history(directory)

    edit(directory, replace(HOUSE, confidential=True, area="Salt Lake", name="Salt Lake"))

    assert "Salt Lake" not in history(directory)


def test_where_a_place_was_while_it_was_hidden_is_not_told_once_it_is_shown_elsewhere(directory: Directory) -> None:
    hide(directory)

    edit(directory, replace(HOUSE, name="House by the river", area="Howrah"))

    assert "mill" not in history(directory)


def new_provider(directory: Directory) -> None:
    """Whose changes wait for a coordinator."""
    with directory.worker.transaction() as session:
        session.get_one(Organization, PROVIDER.id).established_at = None


def requests(directory: Directory) -> str:
    with directory.worker.transaction() as session:
        return f"{session.scalars(select(ChangeRequest.changes)).all()}"


def test_a_wish_to_show_a_place_that_was_not_granted_leaves_nothing_of_where_it_is(directory: Directory) -> None:
    hide(directory)
    new_provider(directory)
    edit(directory, HOUSE)
    assert "Shelter at the mill" in requests(directory), "a coordinator decides about it"

    with directory.worker.transaction() as session:
        take_back_change(session, Editor(PROVIDER.id, PROVIDER.id), HOUSE.id, directory.now)

    assert "confidential" in requests(directory)
    assert "mill" not in requests(directory)


def test_a_hidden_place_that_is_called_as_its_part_of_town_asks_for_nothing_that_says_so(directory: Directory) -> None:
    hide(directory)
    edit(directory, replace(HOUSE, confidential=True, area="Salt Lake"))
    new_provider(directory)

    edit(directory, replace(HOUSE, confidential=True, area="Salt Lake", name="Salt Lake", city="Bidhannagar"))

    assert "Salt Lake" not in requests(directory)


def test_what_was_told_of_areas_before_they_were_looked_at_is_scrubbed_once(directory: Directory) -> None:
    hide(directory)
    raw = {"field": "area", "before": "Shelter at the mill", "after": "Howrah"}
    shows = {"after": None, "field": "confidential", "before": True}
    about = {"organization_id": PROVIDER.id, "resource_type": "location", "resource_id": HOUSE.id}
    by = Author(PROVIDER.id, PROVIDER.name)
    with directory.worker.transaction() as session:
        add(session, record_changes(PROVIDER.id, ("location", HOUSE.id), [Difference(**raw)], by, directory.now))
        for decided in (directory.now, None):
            asked = ChangeRequest(id=uuid4(), creates=False, version=1, asked_at=directory.now, **about)
            asked.changes, asked.decided_at = [raw, shows] if decided else [raw], decided
            asked.decision = "refused" if decided else None
            session.add(asked)
    assert "mill" in history(directory)

    assert coarsen_areas(directory.worker, directory.now) == 1

    assert "mill" not in history(directory)
    assert requests(directory) == f"{[[shows]]}", "what waits to say nothing waits no more"
    assert coarsen_areas(directory.worker, directory.now) == 0


def test_what_shall_be_shown_waits_as_it_was_asked_for(directory: Directory) -> None:
    hide(directory)
    new_provider(directory)
    edit(directory, HOUSE)
    waiting = requests(directory)

    assert coarsen_areas(directory.worker, directory.now) == 0
    assert requests(directory) == waiting
