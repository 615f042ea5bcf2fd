"""A service is found by the terms that other vocabularies have for it, by name and by description."""

from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from support.finding import names
from support.importing import said, take, write_json
from support.listings import Directory, an_id

LAUNDRY = {
    "id": str(an_id("laundry")),
    "code": "BH-1800.4500",
    "name": "Laundry facilities",
    "description": "Waschsalon: machines for whoever has none.",
    "taxonomy": "Human services",
    "language": "en",
}


def a_document(**more: Any) -> dict[str, Any]:
    owner = {"id": str(an_id("owner")), "name": "Open Door", "description": "An organisation."}
    return {"id": str(an_id("room")), "name": "Blue room", "status": "active", "organization": owner, **more}


@pytest.mark.parametrize("words", ["laundry", "Waschsalon", "laundri", "machines"])
def test_a_term_finds_its_services(directory: Directory, visitor: FlaskClient, tmp_path: Path, words: str) -> None:
    worn = {"id": str(an_id("worn")), "taxonomy_term": LAUNDRY}

    report = take(directory, write_json(tmp_path / "one.json", a_document(attributes=[worn])), source="other")

    assert report.summary().startswith("added 2"), said(report)
    assert names(visitor, search=words) == ["Blue room"]
