"""`GET /api/consent-texts`: what is read aloud, by version and language. Public, since anybody may check it."""

from flask import Response, jsonify
from marshmallow import Schema, fields

from referral_service.domain.consent.consent_texts import CURRENT_VERSION, PRISON_HEALTH_TEXTS, TEXTS
from service_kit.web.access.require import public
from service_kit.web.api import Blueprint

blueprint = Blueprint("consent_texts", __name__, url_prefix="/api/consent-texts", description="Consent texts")


class ConsentTextSchema(Schema):
    """One version: language (BCP 47) → its sentences, with a place holder for the providers' names."""

    version = fields.String(required=True)
    texts = fields.Dict(keys=fields.String(), values=fields.List(fields.String()), required=True)
    prison_health_texts = fields.Dict(
        keys=fields.String(),
        values=fields.List(fields.String()),
        metadata={"description": "as custody_health reads it, where it differs: it names the team of the prison"},
    )


class ConsentTextsSchema(Schema):
    """Every version that was ever published."""

    current = fields.String(required=True)
    versions = fields.List(fields.Nested(ConsentTextSchema), required=True)


@blueprint.route("", methods=["GET"])
@public
@blueprint.response(200, ConsentTextsSchema)
def index() -> Response:
    """List the versions of the consent text."""
    return jsonify({"current": CURRENT_VERSION, "versions": [_shape(version) for version in TEXTS]})


def _shape(version: str) -> dict[str, object]:
    shape: dict[str, object] = {"version": version, "texts": TEXTS[version]}
    own = PRISON_HEALTH_TEXTS.get(version)
    return shape if own is None else {**shape, "prison_health_texts": own}
