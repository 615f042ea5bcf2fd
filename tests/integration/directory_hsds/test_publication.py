"""`/api/` says who publishes the directory, under which licence, and whom to name, as whoever runs it decided."""

from dataclasses import replace

from flask.testing import FlaskClient

from directory_service.app import create_app
from support.listings import Directory


def test_publisher_licence_and_attribution_are_settings(directory: Directory, visitor: FlaskClient) -> None:
    said = {"publisher": "Health Department", "licence": "GODL-India", "attribution": "Name the department."}
    told = create_app(replace(directory.settings, **said), db=directory.web).test_client().get("/api/").get_json()

    assert (told["publisher"]["name"], told["license"], told["attribution"]) == tuple(said.values())
    plain = visitor.get("/api/").get_json()
    assert (plain["publisher"]["name"], "license" in plain, "attribution" in plain) == ("Setu directory", False, False)
