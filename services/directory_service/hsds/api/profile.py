"""`/api/profile` and `/api/schema`: the profile that this API follows, for people's tools to read.

The profile is a set of merge patches named like the standard's schema files (`/api/profile/service.json`); laid over
them they give `/api/schema/service.json`.
"""

from typing import Any

from flask import Response, url_for
from marshmallow import INCLUDE, Schema, fields

from directory_service.hsds.api.public_reading import bytes_answer
from directory_service.hsds.api.schemas import HsdsTaxonomy, HsdsTaxonomyTerm, json_schemas
from directory_service.listings.domain import hsds
from directory_service.listings.domain.hsds.objects import kinds
from directory_service.listings.domain.hsds.profile import PATCHES
from directory_service.listings.domain.hsds.taxonomies import PROFILE, PROFILE_VERSION, taxonomies, terms
from directory_service.listings.use_cases.publish_listing import to_bytes
from service_kit.web.access.require import public
from service_kit.web.api import Blueprint
from service_kit.web.cors import any_origin
from service_kit.web.site import own_base

blueprint = Blueprint("hsds_profile", __name__, url_prefix="/api", description="The profile (HSDS 3.2.3)")


class Profile(Schema):
    """The profile: its patches by object type, its schemas, and its vocabularies."""

    name = fields.String(required=True)
    version = fields.String(required=True)
    hsds_version = fields.String(required=True)
    patches = fields.Dict(keys=fields.String(), values=fields.URL(), required=True)
    schemas = fields.Dict(keys=fields.String(), values=fields.URL(), required=True)
    taxonomies = fields.List(fields.Nested(HsdsTaxonomy), required=True)
    taxonomy_terms = fields.List(fields.Nested(HsdsTaxonomyTerm), required=True)


class AnySchema(Schema):
    """A JSON document about an object type."""

    class Meta:
        """Marshmallow's settings."""

        unknown = INCLUDE


@blueprint.route("/profile")
@public
@any_origin
@blueprint.response(200, Profile)
def profile() -> Response:
    """What the profile adds to the standard: patches, schemas and vocabularies."""
    answer: dict[str, Any] = {
        "name": PROFILE,
        "version": PROFILE_VERSION,
        "hsds_version": hsds.VERSION,
        "patches": {kind: _address("hsds_profile.patch", kind) for kind in PATCHES},
        "schemas": {kind: _address("hsds_profile.schema", kind) for kind in kinds()},
        "taxonomies": taxonomies(),
        "taxonomy_terms": terms(),
    }
    return bytes_answer(to_bytes(answer))


@blueprint.route(f"/profile/<any({','.join(PATCHES)}):kind>.json")
@public
@any_origin
@blueprint.response(200, AnySchema, content_type="application/merge-patch+json")
def patch(kind: str) -> Response:
    """The RFC 7386 merge patch that makes the standard's schema of this object type ours."""
    return bytes_answer(to_bytes(PATCHES[kind]), "application/merge-patch+json")


@blueprint.route(f"/schema/<any({','.join(kinds())}):kind>.json")
@public
@any_origin
@blueprint.response(200, AnySchema, content_type="application/schema+json")
def schema(kind: str) -> Response:
    """The JSON Schema of an object type in this API."""
    document = {"$id": _address("hsds_profile.schema", kind), **json_schemas()[kind]}
    return bytes_answer(to_bytes(document), "application/schema+json")


def _address(endpoint: str, kind: str) -> str:
    return own_base() + url_for(endpoint, kind=kind)
