"""`/api/organizations` and `/api/organizations/<id>` as HSDS 3.2.3 describes them: approved providers only.

Police units, courts, prisons and coordinating bodies are organisations of Setu too, but offer no service to the public.
"""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from flask import Response
from marshmallow import fields, validate
from sqlalchemy import Select
from sqlalchemy.orm import InstrumentedAttribute

from directory_service.api.hsds_schemas import HsdsOrganization, OrganizationPage
from directory_service.api.public_reading import Flag, ListQuery, item_answer, lines_answer, page_answer
from directory_service.store.read_listings import (
    Wanted,
    organization_item,
    organizations,
    page_of,
    stream_of,
)
from directory_service.store.tables_listings import Organization
from service_kit.web.api import Blueprint
from service_kit.web.auth import public
from service_kit.web.context import context

blueprint = Blueprint(
    "hsds_organizations", __name__, url_prefix="/api/organizations", description="Providers (HSDS 3.2.3)"
)


class OrganizationsQuery(ListQuery):
    """The standard's parameters of the list; conditions combine as AND."""

    search = fields.String(validate=validate.Length(max=200))
    taxonomy_term_id = fields.UUID()
    taxonomy_id = fields.UUID()
    full = Flag(load_default=False)


@blueprint.route("")
@public
@blueprint.arguments(OrganizationsQuery, location="query")
@blueprint.response(200, OrganizationPage)
def list_organizations(query: dict[str, Any]) -> Response:
    """Providers with their one-to-one fields (`full`: everything)."""
    chosen = organizations(Wanted.of(query))
    column = Organization.document if query["full"] else Organization.summary
    if query["format"] == "ndjson":
        return lines_answer(_every(chosen, column))
    with context().db.transaction() as session:
        page = page_of(session, chosen, column, query["page"], query["per_page"])
    return page_answer(page, query["page"], query["per_page"])


@blueprint.route("/<uuid:organization_id>")
@public
@blueprint.response(200, HsdsOrganization)
def one_organization(organization_id: UUID) -> Response:
    """A provider with everything that belongs to it, and the simple fields of its services."""
    with context().db.transaction() as session:
        item = organization_item(session, organization_id)
    return item_answer(item)


def _every(chosen: Select[Any], column: InstrumentedAttribute[Any]) -> Iterator[bytes]:
    with context().db.transaction() as session:
        yield from stream_of(session, chosen, column)
