"""`/api/referrals`: sending, the lists and one referral, for referrers and for providers.

Which side of the wall an answer is made on is decided by the role alone, before anything is looked up.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from flask import Response, jsonify, url_for
from marshmallow import Schema, fields, validate

from referral_service.api.card_shape import card_shape
from referral_service.api.referral_schemas import (
    ActionsSchema,
    IdentitySchema,
    ReferralPageSchema,
    ReferralSchema,
    shape_of,
)
from referral_service.api.responses import referral_answer, referral_or_304, transaction
from referral_service.api.submission_schema import SubmissionSchema
from referral_service.domain.referrer_view import View
from referral_service.domain.sent_referral import SentReferral
from referral_service.domain.status import Status
from referral_service.domain.submission import Submission
from referral_service.domain.task_view import TaskView
from referral_service.domain.team_referral import TeamReferral
from referral_service.store.possibly_same_as import possibly_same_as
from referral_service.use_cases.dependencies import Dependencies
from referral_service.use_cases.get_task import get_task
from referral_service.use_cases.list_sent import list_sent
from referral_service.use_cases.list_tasks import list_tasks
from referral_service.use_cases.list_team import get_team_referral, list_team
from referral_service.use_cases.read_identity import read_identity
from referral_service.use_cases.read_sent import read_sent
from referral_service.use_cases.submit_referral import submit_referral
from service_kit.cursor import LARGEST_PAGE, USUAL_PAGE, Page
from service_kit.db.idempotency import IdempotencyKey
from service_kit.errors import FieldError
from service_kit.translations import N_
from service_kit.web.access.require import principal, require
from service_kit.web.api import Blueprint
from service_kit.web.context import context, dependency
from service_kit.web.idempotency import key_of_request, request_fingerprint
from service_kit.web.problems import WORDS, Problem, register_problem_type
from setu.india import day_in_india
from setu.roles import CASE_WORKERS, COORDINATOR, DATA_OFFICER, PROVIDER_MANAGER, REFERRERS

READERS = (*REFERRERS, *CASE_WORKERS, PROVIDER_MANAGER, COORDINATOR, DATA_OFFICER)
LIST_READERS = (*REFERRERS, *CASE_WORKERS, PROVIDER_MANAGER, COORDINATOR)

register_problem_type(
    "not-opened",
    N_("Not opened yet"),
    N_("Name and contact are shown once the referral is opened, or accepted where it was forwarded. Do that first."),
)
blueprint = Blueprint("referrals", __name__, url_prefix="/api/referrals", description="Referrals")


class ListQuery(Schema):
    """A list's parameters; `state` is a view for referrers, a FHIR status for providers."""

    limit = fields.Integer(load_default=USUAL_PAGE, validate=validate.Range(min=1, max=LARGEST_PAGE))
    cursor = fields.String(validate=validate.Length(max=200))
    state = fields.List(fields.String(validate=validate.OneOf([*View, *Status])), load_default=list)


IDEMPOTENCY_HEADER = {
    "in": "header",
    "name": "Idempotency-Key",
    "required": True,
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!#-\\[\\]-~]+$"},
}


def with_idempotency_key(view: Callable[..., Response]) -> Callable[..., Response]:
    """Read the header before the body's schema is looked at: a missing one is 400, and 400 comes before 422."""

    @wraps(view)
    def with_key(*given: Any, **named: Any) -> Response:
        return view(*given, key=key_of_request(), **named)

    return with_key


@blueprint.route("", methods=["POST"])
@require(*REFERRERS)
@with_idempotency_key
@blueprint.arguments(SubmissionSchema())  # an instance: made once, not for each request
@blueprint.response(201, ReferralSchema, description="Sent; `card_code` and `card` are in the first answer only.")
@blueprint.alt_response(204, description="Counted as a no or as only the card; nothing about a person is kept.")
@blueprint.doc(parameters=[IDEMPOTENCY_HEADER])
def submit(submission: Submission, *, key: IdempotencyKey) -> Response:
    """Send a referral."""
    now = context().clock.now()
    with transaction() as session:
        done = submit_referral(
            session,
            principal(),
            submission,
            key=key,
            fingerprint=request_fingerprint(),
            dependencies=dependency(Dependencies),
            now=now,
        )
    if done.sent is None:
        return Response(status=204)
    card = card_shape(done.receivers, day_in_india(now)) if done.receivers else None
    response = referral_answer(done.sent, status=201, card_code=done.card_code, card=card)
    response.headers["Location"] = url_for("referrals.show", referral_id=done.sent.id)
    return response


@blueprint.route("", methods=["GET"])
@require(*LIST_READERS)
@blueprint.arguments(ListQuery(), location="query")
@blueprint.response(200, ReferralPageSchema)
def index(wanted: dict[str, Any]) -> Response:
    """List what was sent (newest first), the inbox (case workers, managers), or what needs a hand (coordinators).

    Officers get what they sent, custody_health also what the team of the prison shares.
    """
    who, now = principal(), context().clock.now()
    states = _states(wanted["state"], referrer=who.role in REFERRERS)
    page: Page[SentReferral] | Page[TaskView] | Page[TeamReferral]
    more = {"now": now, "states": states, "limit": wanted["limit"], "after": wanted.get("cursor")}
    with transaction() as session:
        if who.role == PROVIDER_MANAGER:
            page = list_team(session, **more)
        else:
            page = (list_sent if who.role in REFERRERS else list_tasks)(session, who, **more)
    items = [shape_of(item, who.role) for item in page.items]
    return jsonify({"items": items, "next": _next(page.next, wanted)})


@blueprint.route("/<uuid:referral_id>", methods=["GET"])
@require(*READERS)
@blueprint.response(200, ReferralSchema)
def show(referral_id: UUID) -> Response:
    """One referral. Reading never opens it.

    Its holder never gets 304: `possibly_same_as` follows from other referrals, which this one's version does not count.
    """
    found = _find(referral_id)
    if not isinstance(found, TaskView) or found.organization_id != principal().organization:
        return referral_or_304(found)
    with transaction() as session:
        others = possibly_same_as(session, found, principal().organization)
        return referral_answer(found, possibly_same_as=list(others))


@blueprint.route("/<uuid:referral_id>/actions", methods=["GET"])
@require(*READERS)
@blueprint.response(200, ActionsSchema)
def actions(referral_id: UUID) -> Response:
    """List what the caller may do with it now, from the life cycle's table."""
    who, found = principal(), _find(referral_id)
    if isinstance(found, SentReferral):
        return jsonify({"actions": list(found.actions(who.role))})
    if isinstance(found, TeamReferral):
        return jsonify({"actions": list(found.actions())})
    return jsonify({"actions": list(found.actions(who.organization, who.role))})


@blueprint.route("/<uuid:referral_id>/identity", methods=["GET"])
@require("case_worker", fresh_second_factor=True, vouched_for=True)
@blueprint.response(200, IdentitySchema)
def identity(referral_id: UUID) -> Response:
    """Open the sealed identity: the receiving provider's case workers only, and each reading is logged."""
    resources = context()
    found = read_identity(
        resources.db, principal(), referral_id, dependencies=dependency(Dependencies), now=resources.clock.now()
    )
    return jsonify(found.as_json())


def _find(referral_id: UUID) -> SentReferral | TaskView | TeamReferral:
    who, now = principal(), context().clock.now()
    with transaction() as session:
        if who.role in REFERRERS:
            return read_sent(session, who, referral_id, now=now)
        if who.role == PROVIDER_MANAGER:
            return get_team_referral(session, referral_id, now=now)
        return get_task(session, who, referral_id, now=now)


def _states(states: list[str], *, referrer: bool) -> list[str]:
    known = list(View) if referrer else list(Status)
    if set(states) - {str(state) for state in known}:
        raise Problem(
            400, "bad-query", WORDS["bad-query"][1], [FieldError("state", "This is not the name of a state.")]
        )
    return states


def _next(cursor: str | None, wanted: dict[str, Any]) -> str | None:
    if cursor is None:
        return None
    return url_for("referrals.index", limit=wanted["limit"], state=wanted["state"], cursor=cursor)
