"""`GET /api/referrals/{id}/notes`: the case notes of the own provider, opened as the identity is."""

from uuid import UUID

from flask import Response, jsonify
from marshmallow import Schema, fields

from referral_service.api.referral_schemas import moment
from referral_service.use_cases.case_notes import read_notes
from referral_service.use_cases.dependencies import Dependencies
from service_kit.web.access.require import principal, require
from service_kit.web.api import Blueprint
from service_kit.web.context import context, dependency

blueprint = Blueprint("notes", __name__, url_prefix="/api/referrals", description="Case notes")


class NoteSchema(Schema):
    """One note; `account_id` is who wrote it."""

    id = fields.UUID(required=True)
    at = fields.DateTime(required=True)
    account_id = fields.UUID(required=True)
    text = fields.String(required=True)


class NotesSchema(Schema):
    """All notes of a referral, in the order of writing."""

    items = fields.List(fields.Nested(NoteSchema), required=True)


@blueprint.route("/<uuid:referral_id>/notes", methods=["GET"])
@require("case_worker", fresh_second_factor=True, vouched_for=True)
@blueprint.response(200, NotesSchema)
def index(referral_id: UUID) -> Response:
    """Read the notes: while the identity may be looked at, and each reading is logged."""
    resources = context()
    notes = read_notes(
        resources.db, principal(), referral_id, dependencies=dependency(Dependencies), now=resources.clock.now()
    )
    shown = [
        {"id": str(note.id), "at": moment(note.at), "account_id": str(note.account_id), "text": note.text}
        for note in notes
    ]
    return jsonify({"items": shown})
