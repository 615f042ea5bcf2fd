"""Moments that no calendar of every zone has are answered, or refused beside their field."""

from flask.testing import FlaskClient

from support.editing import (
    ADDRESS,
    Headers,
    patch,
)
from support.listings import an_id


def test_the_first_and_the_last_moment_break_nothing(client: FlaskClient, headers: Headers) -> None:
    for moment in ("0001-01-01T00:00:00%2B14:00", "9999-12-31T23:59:59-14:00", "0001-01-01", "9999-12-31"):
        assert client.get(f"/api/services?open_at={moment}").status_code == 200
        assert client.get(f"/api/services?modified_after={moment}").status_code == 200
        assert client.get(f"/api/organizations?page=1&per_page=1&search={moment}").status_code == 200
    unit = {"id": str(an_id("unit")), "name": "place"}
    counted = {"id": str(an_id("capacity")), "unit": unit, "available": 1, "updated": "0001-01-01T00:00:00+14:00"}

    refused = patch(client, headers('"1"'), {"capacities": [counted]}, ADDRESS)

    assert refused.status_code == 422
