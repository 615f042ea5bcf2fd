"""`GET /api/`: what this API is, as HSDS asks."""

from typing import Any

from flask import Response
from marshmallow import Schema, fields

from directory_service.hsds.api.public_reading import bytes_answer
from directory_service.hsds.domain.publication import Publication
from directory_service.listings.domain import hsds
from directory_service.listings.use_cases.publish_listing import to_bytes
from service_kit.web.access.require import public
from service_kit.web.api import Blueprint
from service_kit.web.context import dependency
from service_kit.web.cors import any_origin
from service_kit.web.site import own_base

blueprint = Blueprint("hsds_root", __name__, url_prefix="/api", description="About this API (HSDS 3.2.3)")


class About(Schema):
    """The standard's answer at the root."""

    version = fields.String(required=True)
    profile = fields.URL(required=True)
    openapi_url = fields.URL(required=True)
    description = fields.String()
    publisher = fields.Dict()
    license = fields.String(metadata={"description": "Name or address of the licence of the whole directory."})
    attribution = fields.String(metadata={"description": "Whom to name where it is shown."})


@blueprint.route("/", strict_slashes=False)  # a redirect to it would name the host that the request said
@public
@any_origin
@blueprint.response(200, About)
def about() -> Response:
    """The version of HSDS, the profile and where the OpenAPI document is; `Link` says so too (RFC 8631)."""
    base, said = own_base(), dependency(Publication)
    answer: dict[str, Any] = {
        "version": hsds.VERSION,
        "profile": f"{base}/api/profile",
        "openapi_url": f"{base}/api/openapi.json",
        "description": "Health and support services for people who use drugs, as their providers describe them.",
        "publisher": {"name": said.publisher, "website": f"{base}/"},
    }
    answer |= {"license": said.licence} if said.licence else {}
    answer |= {"attribution": said.attribution} if said.attribution else {}
    response = bytes_answer(to_bytes(answer))
    response.headers["Link"] = f'<{base}/api/openapi.json>; rel="service-desc", <{base}/api/docs>; rel="service-doc"'
    return response
