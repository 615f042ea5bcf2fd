"""`/api/partnership/agreements`: who works with whom in the caller's districts. Posts and duty phones, never a name."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from flask import Response, jsonify
from marshmallow import Schema, fields, validate

from directory_service.partnership.domain import agreements as rules
from directory_service.partnership.store.agreements import agreements_of, own_elsewhere
from directory_service.partnership.store.focal_points import focal_points_of
from directory_service.partnership.store.tables_agreements import Agreement, FocalPoint
from directory_service.partnership.use_cases.write_agreement import find_agreement
from service_kit.web.access.require import principal, require
from service_kit.web.api import Blueprint
from service_kit.web.context import context
from service_kit.web.etag import set_etag
from setu.india import day_in_india
from setu.roles import PARTNERSHIP_READERS

blueprint = Blueprint(
    "agreements_api",
    __name__,
    url_prefix="/api/partnership/agreements",
    description="Agreements of units and providers",
)
_STATES = (rules.DRAFT, rules.UPCOMING, rules.ACTIVE, rules.LAPSING, rules.LAPSED, rules.ENDED)


class FocalPointOut(Schema):
    """Whom the other side rings: a post and its duty phone (E.164). `by_coordinator`: named for its side."""

    side = fields.String(required=True, validate=validate.OneOf(rules.SIDES))
    post = fields.String(required=True)
    duty_phone = fields.String(required=True)
    by_coordinator = fields.Boolean(required=True)


class AgreementOut(Schema):
    """One version of an agreement. `upcoming`, `lapsing` and `lapsed` follow from the day; it gates no referral.

    `review_on`: when it is to be reviewed; `reviewed_on`: when it last was; `review_due`: both sides have to do so now.
    """

    id = fields.UUID(required=True)
    district = fields.Integer(required=True)
    unit_id = fields.UUID(required=True)
    provider_id = fields.UUID(required=True)
    number = fields.Integer(required=True)
    clauses = fields.String(required=True)
    from_day = fields.Date(required=True)
    to_day = fields.Date(required=True)
    review_on = fields.Date(required=True)
    reviewed_on = fields.Date(required=True, allow_none=True)
    review_due = fields.Boolean(required=True)
    state = fields.String(required=True, validate=validate.OneOf(_STATES))
    version = fields.Integer(required=True)
    focal_points = fields.List(fields.Nested(FocalPointOut), required=True)


class AgreementsOut(Schema):
    """All that did not end, the first to lapse first; those in other districts last."""

    items = fields.List(fields.Nested(AgreementOut), required=True)


@blueprint.route("")
@require(*PARTNERSHIP_READERS)
@blueprint.response(200, AgreementsOut)
def list_agreements() -> Response:
    """The agreements of the own districts, then of the own organisation in others, that did not end."""
    who = principal()
    with context().db.transaction(who.scope) as session:
        rows = [*agreements_of(session, who.districts), *own_elsewhere(session, who)]
        points = focal_points_of(session, [row.id for row in rows])
    today = day_in_india(context().clock.now())
    return jsonify({"items": [_document(row, points, today) for row in rows]})


@blueprint.route("/<uuid:agreement_id>")
@require(*PARTNERSHIP_READERS)
@blueprint.response(200, AgreementOut)
def get_agreement(agreement_id: UUID) -> Response:
    """One agreement, also one that ended."""
    with context().db.transaction(principal().scope) as session:
        row = find_agreement(session, principal(), agreement_id)
        points = focal_points_of(session, [row.id])
    document = _document(row, points, day_in_india(context().clock.now()))
    return set_etag(jsonify(document), row.version)


def _document(row: Agreement, points: Sequence[FocalPoint], today: date) -> dict[str, Any]:
    own = [point for point in points if point.agreement_id == row.id]
    state = rules.state_on(row.state, row.terms, today)
    return {
        "id": str(row.id),
        "district": row.district_code,
        "unit_id": str(row.unit_id),
        "provider_id": str(row.provider_id),
        "number": row.number,
        "clauses": row.clauses,
        "from_day": row.from_day.isoformat(),
        "to_day": row.to_day.isoformat(),
        "review_on": row.review_on.isoformat(),
        "reviewed_on": row.reviewed_on.isoformat() if row.reviewed_on else None,
        "review_due": rules.review_is_due(state, row.review_on, today, closed=row.review_closed),
        "state": state,
        "version": row.version,
        "focal_points": [{name: getattr(each, name) for name in FocalPointOut().fields} for each in own],
    }
