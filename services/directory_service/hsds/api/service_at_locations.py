"""`/api/service_at_locations` as HSDS 3.2.3 describes them: a service at one of its places."""

from typing import Any
from uuid import UUID

from flask import Response
from marshmallow import fields, validate, validates_schema
from marshmallow.exceptions import ValidationError

from directory_service.hsds.api.change_links import (
    deletions_link,
    with_link,
)
from directory_service.hsds.api.freshness import cache_database_answer
from directory_service.hsds.api.list_query import ListRequest, RowsQuery, all_words
from directory_service.hsds.api.list_routes import list_routes
from directory_service.hsds.api.public_reading import item_answer, rows_answer
from directory_service.hsds.api.schemas import (
    AtLocationPage,
    AtLocationWithService,
)
from directory_service.hsds.api.service_conditions import ServiceConditions
from directory_service.hsds.store.read_listings import (
    at_location_item,
    at_locations,
)
from directory_service.listings.store.tables import ServiceAtLocation
from service_kit.web.access.require import public
from service_kit.web.api import Blueprint
from service_kit.web.context import context
from service_kit.web.cors import any_origin

blueprint = Blueprint(
    "hsds_at_locations",
    __name__,
    url_prefix="/api/service_at_locations",
    description="Services at their places (HSDS 3.2.3)",
)


class AtLocationsQuery(ServiceConditions, RowsQuery):
    """The standard's parameters of the list; conditions combine as AND. `proximity` is in metres."""

    search = all_words("")
    postcode = fields.String(
        validate=validate.Regexp(r"\A[0-9]{6}\Z", error="Must be a PIN code of six digits."),
        metadata={"description": "A PIN code; finds no confidential place."},
    )
    proximity = fields.Float(
        validate=validate.Range(0, 20_100_000), allow_nan=False, metadata={"description": "Metres around postcode."}
    )

    @validates_schema
    def _together(self, data: dict[str, Any], **_: Any) -> None:
        if "proximity" in data and "postcode" not in data:
            raise ValidationError("This needs postcode beside it.", "proximity")


def _answer(wanted: ListRequest) -> Response:
    """Services at places with their one-to-one fields (`full`: everything)."""
    column = ServiceAtLocation.document if wanted.full else ServiceAtLocation.summary
    answer = rows_answer("service_at_location", at_locations(wanted.rows), column, wanted)
    return with_link(answer, deletions_link("service_at_location"))


list_routes(blueprint, "", AtLocationsQuery, AtLocationPage, _answer)


@blueprint.route("/<uuid:at_location_id>")
@public
@any_origin
@blueprint.response(200, AtLocationWithService)
@blueprint.alt_response(410, description="It was taken out of the directory.")
def one_at_location(at_location_id: UUID) -> Response:
    """A service at a place, with the whole service and the whole place."""
    cache_database_answer()
    with context().db.transaction() as session:
        item = at_location_item(session, at_location_id)
    return item_answer(item)
