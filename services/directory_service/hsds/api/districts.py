"""`/api/districts`: the districts that the directory knows, by LGD code, with their states and names."""

from typing import Any

from flask import Response
from marshmallow import Schema, fields, validate
from sqlalchemy import select

from directory_service.hsds.api.public_reading import bytes_answer
from directory_service.listings.use_cases.publish_listing import to_bytes
from directory_service.organizations.store.tables import (
    District,
    State,
)
from service_kit.web.access.require import public
from service_kit.web.api import Blueprint
from service_kit.web.context import context
from service_kit.web.cors import any_origin

blueprint = Blueprint("districts", __name__, url_prefix="/api/districts", description="Districts of India (LGD)")


class DistrictsQuery(Schema):
    """`state` is an LGD state code."""

    state = fields.Integer(validate=validate.Range(1, 999), metadata={"description": "LGD code of the state."})


class DistrictOut(Schema):
    """A district and its state."""

    code = fields.Integer(required=True)
    name = fields.String(required=True)
    names = fields.Dict(keys=fields.String(), values=fields.String())
    state_code = fields.Integer(required=True)
    state = fields.String(required=True)
    state_iso = fields.String()


class DistrictsOut(Schema):
    """All of them, by state and name."""

    items = fields.List(fields.Nested(DistrictOut), required=True)


@blueprint.route("")
@public
@any_origin
@blueprint.arguments(DistrictsQuery, location="query")
@blueprint.response(200, DistrictsOut)
def list_districts(query: dict[str, Any]) -> Response:
    """Source: Local Government Directory, Ministry of Panchayati Raj (GODL-India)."""
    wanted = select(District, State).join(State, State.code == District.state_code).order_by(State.name, District.name)
    if "state" in query:
        wanted = wanted.where(State.code == query["state"])
    with context().db.transaction() as session:
        items = [_row(district, state) for district, state in session.execute(wanted)]
    return bytes_answer(to_bytes({"items": items}))


def _row(district: District, state: State) -> dict[str, Any]:
    return {
        "code": district.code,
        "name": district.name,
        "names": district.names,
        "state_code": state.code,
        "state": state.name,
        "state_iso": state.iso,
    }
