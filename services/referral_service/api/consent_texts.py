"""`GET /api/consent-texts`: what is read aloud, by version and language. Public, since anybody may check it."""

from flask import Response, jsonify
from marshmallow import Schema, fields

from referral_service.domain.consent_texts import CURRENT_VERSION, TEXTS
from service_kit.web.access.require import public
from service_kit.web.api import Blueprint

blueprint = Blueprint("consent_texts", __name__, url_prefix="/api/consent-texts", description="Consent texts")


class ConsentTextSchema(Schema):
    """One version: language (BCP 47) → its sentences, with a place holder for the providers' names."""

    version = fields.String(required=True)
    texts = fields.Dict(keys=fields.String(), values=fields.List(fields.String()), required=True)


class ConsentTextsSchema(Schema):
    """Every version that was ever published."""

    current = fields.String(required=True)
    versions = fields.List(fields.Nested(ConsentTextSchema), required=True)


@blueprint.route("", methods=["GET"])
@public
@blueprint.response(200, ConsentTextsSchema)
def index() -> Response:
    """List the versions of the consent text."""
    versions = [
        {"version": version, "texts": {language: list(text) for language, text in texts.items()}}
        for version, texts in TEXTS.items()
    ]
    return jsonify({"current": CURRENT_VERSION, "versions": versions})
