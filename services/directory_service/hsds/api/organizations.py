"""`/api/organizations` and `/api/organizations/<id>` as HSDS 3.2.3 describes them: approved providers only.

Police units, courts, prisons and coordinating bodies are organisations of Setu too, but offer no service to the public.
"""

from collections.abc import Sequence
from functools import partial
from typing import Any
from uuid import UUID

from flask import Response
from marshmallow import Schema, fields
from sqlalchemy import Select
from sqlalchemy.orm import Session

from directory_service.hsds.api.freshness import cache_database_answer
from directory_service.hsds.api.list_query import Flag, ListRequest, RowsQuery, all_words
from directory_service.hsds.api.list_routes import list_routes
from directory_service.hsds.api.public_reading import bytes_answer, item_answer, list_answer, rows_answer
from directory_service.hsds.api.schemas import (
    OrganizationPage,
    OrganizationWithServices,
)
from directory_service.hsds.store.read_listings import (
    ListPart,
    Page,
    organization_item,
    organizations,
    services_of,
    total_of,
)
from directory_service.organizations.store.tables import Organization
from service_kit.web.access.require import public
from service_kit.web.api import Blueprint
from service_kit.web.context import context
from service_kit.web.cors import any_origin
from service_kit.web.etag import held_tags

blueprint = Blueprint(
    "hsds_organizations", __name__, url_prefix="/api/organizations", description="Providers (HSDS 3.2.3)"
)
_SERVICES = b',"services":['


class OrganizationQuery(Schema):
    """What an item takes."""

    full_service = Flag(load_default=False, metadata={"description": "With whole services inside."})


class OrganizationsQuery(RowsQuery):
    """The standard's parameters of the list; conditions combine as AND."""

    search = all_words(" in the name, in any language, or the description")
    taxonomy_term_id = fields.UUID(metadata={"description": "With a service that has this term."})
    taxonomy_id = fields.UUID(metadata={"description": "With a service that has a term of this vocabulary."})
    full = Flag(load_default=False, metadata={"description": "Everything, not the one-to-one fields alone."})
    full_service = Flag(load_default=False, metadata={"description": "With whole services inside."})


def _answer(wanted: ListRequest) -> Response:
    """Providers with their one-to-one fields (`full`: everything; `full_service`: and whole services inside)."""
    chosen = organizations(wanted.rows)
    if not wanted.full_service:
        column = Organization.document if wanted.full else Organization.summary
        return rows_answer("organization", chosen, column, wanted)
    return list_answer("organization", partial(_page_with_services, chosen), wanted)


list_routes(blueprint, "", OrganizationsQuery, OrganizationPage, _answer)


@blueprint.route("/<uuid:organization_id>")
@public
@any_origin
@blueprint.arguments(OrganizationQuery, location="query")
@blueprint.response(200, OrganizationWithServices)
@blueprint.alt_response(410, description="It was taken out of the directory.")
def one_organization(query: dict[str, Any], organization_id: UUID) -> Response:
    """A provider with everything that belongs to it; its services are simple, or whole with `full_service`."""
    cache_database_answer()
    if not query["full_service"]:
        return item_answer(organization_item(context().db, organization_id, held_tags().named))
    item = organization_item(context().db, organization_id)
    if item is None or item.gone or item.document is None:
        return item_answer(item)
    with context().db.transaction() as session:
        services = services_of(session, [organization_id])[organization_id]
    return bytes_answer(_with_services(item.document, services))


def _page_with_services(chosen: Select[Any], session: Session, part: ListPart) -> Page:
    found = session.execute(part.of(chosen).add_columns(Organization.document)).all()
    services = services_of(session, [owner for owner, _ in found[: part.size]])
    rows = [_with_services(document, services[owner]) for owner, document in found[: part.size]]
    return Page(total_of(session, chosen, part), rows, part.goes_on([owner for owner, _ in found]))


def _with_services(document: bytes, services: Sequence[bytes]) -> bytes:
    """The ready-made document with whole services in place of simple ones; `services` is its last field."""
    return document[: document.rindex(_SERVICES)] + _SERVICES + b",".join(services) + b"]}"
