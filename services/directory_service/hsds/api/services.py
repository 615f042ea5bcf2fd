"""`/api/services` and `/api/services/<id>` as HSDS 3.2.3 describes them, with the profile's ways of finding."""

from itertools import chain
from uuid import UUID

from flask import Response, request

from directory_service.finding.store.search.folder import NoIndex
from directory_service.finding.store.search.reader import SearchIndex
from directory_service.finding.use_cases.find_services import (
    NoPoint,
    UnknownPlace,
    changed_at,
    every_answer,
    find_services,
    tag_of,
)
from directory_service.finding.use_cases.public_snapshot import public_snapshot
from directory_service.finding.use_cases.search_tiers import asks_for_now
from directory_service.hsds.api.change_links import monitor_link, with_link
from directory_service.hsds.api.finding_parameters import FindingParameters, FindingRequest
from directory_service.hsds.api.freshness import cache_database_answer, cache_index_answer
from directory_service.hsds.api.geojson import AS_FEATURES, features_body
from directory_service.hsds.api.geojson import CONTENT_TYPE as GEOJSON
from directory_service.hsds.api.list_routes import list_routes
from directory_service.hsds.api.public_reading import item_answer, lines_answer, lines_head, tagged, unchanged
from directory_service.hsds.api.schemas import HsdsService, ServicePage
from directory_service.hsds.api.search_response import found_body, found_headers, search_address
from directory_service.hsds.api.unpublished_reading import own_answer
from directory_service.hsds.store.read_listings import service_item
from directory_service.hsds.use_cases.follow_changes import write_feed_cursor
from service_kit.cursor import BadCursor
from service_kit.errors import FieldError
from service_kit.web.access.require import public
from service_kit.web.api import Blueprint
from service_kit.web.context import context, dependency
from service_kit.web.cors import any_origin
from service_kit.web.etag import held_tags
from service_kit.web.problems import Problem
from service_kit.web.site import own_base

blueprint = Blueprint("hsds_services", __name__, url_prefix="/api/services", description="Services (HSDS 3.2.3)")


class ServicesQuery(FindingParameters):  # type: ignore[misc,valid-type]  # made by from_dict
    """The parameters in the address."""


def _answer(wanted: FindingRequest) -> Response:
    """Services with their one-to-one fields (`full`: everything; `minimal`: id, name, status and time of change)."""
    by_address = request.method != "POST"
    now, asked_now = context().clock.now(), wanted.open_now
    asked, index = wanted.at(now), dependency(SearchIndex)
    clock_matters = asked_now or asks_for_now(asked.search.words)
    try:
        snapshot = public_snapshot(index, context().db)
        tag = tag_of(snapshot, asked, now, clock_matters=clock_matters)
        tag, head = lines_head(tag) if wanted.about else (tag, ())
        at = changed_at(snapshot, asked, now, clock_matters=clock_matters)
        if by_address and not wanted.as_lines:
            cache_index_answer(index, context().clock, asked, tag, clock_matters=clock_matters)
        if same := unchanged(tag, at):
            return same
        found = find_services(snapshot, asked, now)
    except NoIndex as error:
        raise Problem(503, "unavailable", str(error), headers={"Retry-After": "2"}) from None
    except (BadCursor, NoPoint, UnknownPlace) as error:
        raise _problem(error) from None
    if not wanted.as_lines:
        address = None
        if by_address:
            address = search_address(own_base(), request.path, request.args)
        rows, headers = snapshot.answers(found.hits, wanted.which), found_headers(found, asked, address)
        if wanted.as_features:
            return tagged(Response(features_body(rows), headers=headers, content_type=GEOJSON), tag, at)
        body = found_body(rows, found, asked)
        return tagged(Response(body, headers=headers, content_type="application/json"), tag, at)
    cursor = write_feed_cursor(UUID(snapshot.state.feed), snapshot.state.cursor)
    lines = lines_answer(chain(head, every_answer(snapshot, asked, wanted.which, now)))
    return tagged(with_link(lines, monitor_link("service", cursor)), tag, at)


def _problem(error: Exception) -> Problem:
    field, detail = {
        BadCursor: ("cursor", "This cursor is not valid for this list and order."),
        NoPoint: ("sort", "Sorting by distance needs near beside it."),
        UnknownPlace: ("near", "Nobody knows where this PIN code lies."),
    }[type(error)]
    return Problem(400, "bad-query", f"{field}: {detail}", [FieldError(field, detail)])


list_routes(blueprint, "", ServicesQuery, ServicePage, _answer, also=AS_FEATURES)


@blueprint.route("/<uuid:service_id>")
@public
@any_origin
@blueprint.response(200, HsdsService)
@blueprint.alt_response(410, description="It was taken out of the directory.")
def one_service(service_id: UUID) -> Response:
    """A service with everything that belongs to it; to its own provider also before it is public."""
    cache_database_answer()
    item = service_item(context().db, service_id, held_tags().named)
    return own_answer(service_id) if item is None else item_answer(item)
