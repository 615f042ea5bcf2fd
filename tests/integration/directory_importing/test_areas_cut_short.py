"""An import without a town makes the part of town of a long name or description: hiding the place hides that, too."""

from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from directory_service.editing.use_cases.edit_resource import edit_resource
from directory_service.editing.use_cases.editable import Editor
from directory_service.editing.use_cases.own_locations import LOCATIONS, own_location
from directory_service.listings.domain.fields import LOCATION_FIELDS
from support.importing import take, write_json
from support.listings import KOLKATA, Directory, an_id

OWNER = {"id": str(an_id("Owner")), "name": "Owner", "description": "x"}
HOUSE: dict[str, Any] = {"id": str(an_id("house")), "location_type": "physical", "organization_id": OWNER["id"]}
SERVICE = {"id": str(an_id("shelter")), "name": "Night shelter", "status": "active", "organization": OWNER}
LONG = "House of the women's league behind the old jute mill at the end of the second lane after the level crossing, "
LONG += "green gate with two lions, ring three times"


def hide(directory: Directory) -> None:
    """As its provider does it."""
    owner = an_id("Owner")
    with directory.worker.transaction() as session:
        live = own_location(session, owner, an_id("house")).live
        record = LOCATION_FIELDS.read({**live, "district": KOLKATA, "confidential": True})
        edit_resource(session, LOCATIONS, record, Editor(owner, owner), directory.now, seen=None)
    directory.index()


@pytest.mark.parametrize("field", ["name", "description"])
def test_a_place_whose_text_is_longer_than_a_part_of_town_keeps_nothing_of_it_public(
    directory: Directory, visitor: FlaskClient, tmp_path: Path, field: str
) -> None:
    at_the_house = {"id": str(an_id("at")), "location": {**HOUSE, field: LONG}}
    take(directory, write_json(tmp_path / "list.json", [{**SERVICE, "service_at_locations": [at_the_house]}]))
    assert "jute mill" in visitor.get(f"/services/{SERVICE['id']}").text

    hide(directory)

    assert "jute mill" not in visitor.get(f"/services/{SERVICE['id']}").text
    assert "jute mill" not in visitor.get(f"/api/services/{SERVICE['id']}").text
