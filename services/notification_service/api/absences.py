"""`/api/absences`: who of the reader's role and organisation is away, and who stands in.

Nobody is named: a colleague is an account's id, which only those of the same role and organisation see.
"""

from datetime import date
from uuid import UUID

from flask import Response, jsonify
from marshmallow import Schema, fields, validate

from notification_service.domain.absences import MAY_BE_AWAY, Absence
from notification_service.domain.bad_choice import BadChoice
from notification_service.store import absences
from notification_service.use_cases.change_choices import change_absence, stand_in
from service_kit.errors import FieldError, Invalid
from service_kit.web.access.require import principal, require
from service_kit.web.api import Blueprint
from service_kit.web.context import context
from setu.india import day_in_india

blueprint = Blueprint("absences", __name__, url_prefix="/api/absences", description="Who is away, and who stands in")
_WORDS = {
    "ends_before_it_begins": "The last day must not be before the first.",
    "over": "These days are over.",
    "too_long": "An absence is at most 183 days long.",
}


class DaysSchema(Schema):
    """The first and the last day of an absence, in India; both are part of it."""

    first = fields.Date(required=True)
    last = fields.Date(required=True)


class AbsenceSchema(DaysSchema):
    """An absence. `account` is an id without a name; `stand_in`: `none`, `me` or `another`."""

    account = fields.UUID(required=True)
    mine = fields.Boolean(required=True)
    stand_in = fields.String(required=True, validate=validate.OneOf(("none", "me", "another")))


class AbsencesSchema(Schema):
    """What is not over yet, of the reader and of the colleagues in the same role and organisation."""

    items = fields.List(fields.Nested(AbsenceSchema), required=True)


@blueprint.route("", methods=["GET"])
@require(*MAY_BE_AWAY)
@blueprint.response(200, AbsencesSchema)
def list_absences() -> Response:
    """Who of the reader's role and organisation is away, or will be."""
    with context().db.transaction(principal().scope) as session:
        found = absences.in_team_of(session, principal(), day_in_india(context().clock.now()))
    return jsonify({"items": [_absence(one) for one in found]})


@blueprint.route("/own", methods=["PUT"])
@require(*MAY_BE_AWAY)
@blueprint.arguments(DaysSchema)
@blueprint.response(204)
def put_absence(days: dict[str, date]) -> None:
    """Be away on these days, in the present role. A colleague who stood in is asked anew."""
    try:
        change_absence(context(), principal(), (days["first"], days["last"]))
    except BadChoice as bad:
        raise Invalid(FieldError("last", _WORDS[bad.word])) from None


@blueprint.route("/own", methods=["DELETE"])
@require(*MAY_BE_AWAY)
@blueprint.response(204)
def delete_absence() -> None:
    """Be there again. Doing it twice changes nothing."""
    change_absence(context(), principal(), None)


@blueprint.route("/<uuid:account>/stand-in", methods=["PUT"])
@require(*MAY_BE_AWAY)
@blueprint.response(204)
@blueprint.alt_response(404, description="No such absence, or somebody else stands in")
def put_stand_in(account: UUID) -> None:
    """Stand in for a colleague of the same role and organisation."""
    stand_in(context(), principal(), account)


@blueprint.route("/<uuid:account>/stand-in", methods=["DELETE"])
@require(*MAY_BE_AWAY)
@blueprint.response(204)
@blueprint.alt_response(404, description="No such absence, or somebody else stands in")
def delete_stand_in(account: UUID) -> None:
    """Stand in no longer."""
    stand_in(context(), principal(), account, stands_in=False)


def _absence(one: Absence) -> dict[str, object]:
    who = principal().account
    stands_in = "none" if one.stand_in is None else "me" if one.stand_in == who else "another"
    return {
        "account": str(one.account),
        "mine": one.account == who,
        "first": one.first.isoformat(),
        "last": one.last.isoformat(),
        "stand_in": stands_in,
    }
