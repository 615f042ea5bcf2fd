"""The report of an import that hides a place says nothing of where it is: it is sent around, and kept."""

import json
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from directory_service.importing.use_cases.export_directory import export_directory
from support.importing import as_json, said, take, write_json
from support.listings import Directory, a_place, a_provider, a_service

PROVIDER = a_provider()
HOUSE = a_place(PROVIDER, name="Shelter at the mill", area="Shelter at the mill", city=None)
SERVICE = a_service(PROVIDER, "Night shelter", places=(HOUSE.id,))


@pytest.fixture
def package(directory: Directory, tmp_path: Path) -> dict[str, Any]:
    """As it is exported while the place is open."""
    directory.save(PROVIDER, HOUSE, SERVICE)
    export_directory(directory.worker, tmp_path / "open.json")
    return dict(json.loads((tmp_path / "open.json").read_text(encoding="utf-8")))


@pytest.mark.parametrize(
    "more", [{}, {"name": "Quiet house"}, {"name": None}], ids=["as it is", "renamed", "without its name"]
)
def test_a_file_that_hides_a_place_tells_it_nowhere(
    directory: Directory, visitor: FlaskClient, package: dict[str, Any], tmp_path: Path, more: dict[str, Any]
) -> None:
    [place] = package["places"]
    hidden = {name: value for name, value in {**place, **more, "confidential": True}.items() if value is not None}

    report = take(directory, write_json(tmp_path / "hidden.json", {**package, "places": [hidden]}))

    assert report.counts["changed"] == 1, said(report)
    assert "mill" not in said(report)
    assert "mill" not in json.dumps(as_json(report))
    assert "mill" not in visitor.get(f"/api/services/{SERVICE.id}").text


def test_a_package_from_before_the_area_was_looked_at_brings_nothing_back(
    directory: Directory, visitor: FlaskClient, package: dict[str, Any], tmp_path: Path
) -> None:
    [place] = package["places"]
    take(directory, write_json(tmp_path / "hidden.json", {**package, "places": [{**place, "confidential": True}]}))
    kept = {name: place[name] for name in ("id", "organization_id", "district", "area")}

    report = take(
        directory, write_json(tmp_path / "before.json", {**package, "places": [{**kept, "confidential": True}]})
    )

    assert report.counts["changed"] == 0, said(report)
    assert "mill" not in visitor.get(f"/api/services/{SERVICE.id}").text
