"""The schemas of a view are made with the view, not with each request."""

from typing import Any

from marshmallow import Schema, fields

from service_kit.web.access.require import public
from service_kit.web.api import Blueprint
from support.web import a_web


def test_two_requests_are_read_by_one_schema() -> None:
    made: list[Schema] = []

    class Counted(Schema):
        page = fields.Integer(load_default=1)

        def __init__(self, *given: Any, **named: Any) -> None:
            super().__init__(*given, **named)
            made.append(self)

    blueprint = Blueprint("counted", __name__, url_prefix="/api/counted")

    @blueprint.get("")
    @public
    @blueprint.arguments(Counted, location="query")
    @blueprint.response(200)
    def counted(wanted: dict[str, Any]) -> dict[str, Any]:
        return wanted

    client = a_web(api=[blueprint]).client()
    before = len(made)

    assert [client.get(f"/api/counted?page={number}").json for number in (1, 2)] == [{"page": 1}, {"page": 2}]
    assert len(made) == before
