"""`/api/services` and `/api/services/<id>` as HSDS 3.2.3 describes them."""

from typing import Any
from uuid import UUID

from flask import Response
from marshmallow import fields, validate
from sqlalchemy import func

from directory_service.api.hsds_schemas import HsdsService, ServicePage
from directory_service.api.public_reading import (
    AS_LINES,
    Flag,
    InBody,
    ListQuery,
    Moment,
    item_answer,
    rows_answer,
    versions_held,
)
from directory_service.store.read_listings import Wanted, service_item, services
from directory_service.store.tables_listings import Service
from service_kit.web.api import Blueprint
from service_kit.web.auth import public
from service_kit.web.context import context

blueprint = Blueprint("hsds_services", __name__, url_prefix="/api/services", description="Services (HSDS 3.2.3)")


class ServicesQuery(ListQuery):
    """The standard's parameters of the list; conditions combine as AND."""

    search = fields.String(validate=validate.Length(max=200))
    organization_id = fields.UUID()
    taxonomy_term_id = fields.UUID()
    taxonomy_id = fields.UUID()
    modified_after = Moment(metadata={"type": "string", "format": "date-time"})
    minimal = Flag(load_default=False)
    full = Flag(load_default=False)


class ServicesSearch(InBody, ServicesQuery):
    """The same in a body."""


@blueprint.route("")
@public
@blueprint.arguments(ServicesQuery, location="query")
@blueprint.response(200, ServicePage)
@blueprint.doc(**AS_LINES)
def list_services(query: dict[str, Any]) -> Response:
    """Services with their one-to-one fields (`full`: everything; `minimal`: id and time of change)."""
    return _answer(query)


@blueprint.route("", methods=["POST"])
@public
@blueprint.arguments(ServicesSearch)
@blueprint.response(200, ServicePage)
@blueprint.doc(**AS_LINES)
def search_services(query: dict[str, Any]) -> Response:
    """The same search with the parameters in the body, so that they stand in no log and no history."""
    return _answer(query)


def _answer(query: dict[str, Any]) -> Response:
    chosen = services(Wanted.of(query))
    column = Service.document if query["full"] else Service.summary
    return rows_answer(chosen, _minimal() if query["minimal"] else column, query)


@blueprint.route("/<uuid:service_id>")
@public
@blueprint.response(200, HsdsService)
def one_service(service_id: UUID) -> Response:
    """A service with everything that belongs to it."""
    with context().db.reading() as reader:
        item = service_item(reader, service_id, versions_held())
    return item_answer(item)


def _minimal() -> Any:
    """Id and time of change as JSON bytes, made by the database."""
    moment = func.to_char(func.timezone("UTC", Service.modified_at), 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
    return func.convert_to(func.format('{"id":"%s","modified_date":"%s"}', Service.id, moment), "UTF8")
