"""`POST /api/referrals/{id}/{event}`: a route for every event of the life cycle's table, made from the table.

Why: roles and bodies stand in `domain/transitions.py` once; a new row brings its route, check and documentation.
Answers with the referral as its reader may know it, and the new ETag.
"""

from collections.abc import Callable
from uuid import UUID

from flask import Response

from referral_service.api.referral_schemas import ReferralSchema
from referral_service.api.responses import referral_answer, transaction
from referral_service.api.transition_fields import body_schema
from referral_service.domain.lifecycle import EVENTS, rows_of, who_may
from referral_service.domain.sent_referral import SentReferral
from referral_service.domain.task_view import TaskView
from referral_service.domain.team_referral import TeamReferral
from referral_service.domain.transition_body import TransitionBody
from referral_service.domain.transitions import PERSON, SYSTEM
from referral_service.use_cases.act_as_referrer import act_as_referrer
from referral_service.use_cases.act_on_task import act_on_task
from referral_service.use_cases.assign_as_manager import assign_as_manager
from referral_service.use_cases.dependencies import Dependencies
from referral_service.use_cases.log_refused_forward import log_refused_forward
from service_kit.errors import FieldError, Invalid
from service_kit.web.access.require import principal, require
from service_kit.web.api import Blueprint
from service_kit.web.context import context, dependency
from service_kit.web.etag import if_match
from setu.roles import COORDINATOR, PROVIDER_MANAGER, REFERRERS

blueprint = Blueprint("transitions", __name__, url_prefix="/api/referrals", description="Transitions of a referral")
NOT_OVER_HTTP = frozenset({"submit", "expire", "abandon"})
IF_MATCH = {
    "in": "header",
    "name": "If-Match",
    "required": True,
    "schema": {"type": "string", "pattern": '^"[0-9]+"$'},
}


def _view(event: str) -> Callable[..., Response]:
    def act(body: TransitionBody, referral_id: UUID) -> Response:
        who, now = principal(), context().clock.now()
        if event == "forward":
            _check_receivers(body, coordinator=who.role == COORDINATOR)
        with log_refused_forward(context().db, who, referral_id, event, now), transaction() as session:
            found: SentReferral | TaskView | TeamReferral = _act_for(who.role)(
                session, who, referral_id, event, body, check=if_match, dependencies=dependency(Dependencies), now=now
            )
        return referral_answer(found)

    act.__name__ = event.replace("-", "_")
    act.__doc__ = f"{rows_of(event)[0].label}: {' or '.join(sorted(who_may(event)))}."
    return act


def _act_for(role: str) -> Callable[..., SentReferral | TaskView | TeamReferral]:
    if role in REFERRERS:
        return act_as_referrer
    return assign_as_manager if role == PROVIDER_MANAGER else act_on_task


def _check_receivers(body: TransitionBody, *, coordinator: bool) -> None:
    if coordinator and body.service_id is not None and body.candidates:
        raise Invalid(FieldError("service_id", "Name one service, or one to five candidates, or nobody: Setu picks."))
    if not coordinator and body.asked_services:
        field = "candidates" if body.service_id is None else "service_id"
        raise Invalid(FieldError(field, "The coordinator chooses the service."))


def _add_route(event: str) -> None:
    view = _view(event)
    for decorate in (
        blueprint.doc(parameters=[IF_MATCH]),
        blueprint.response(200, ReferralSchema),
        blueprint.arguments(body_schema(event)()),
        require(*who_may(event) - {SYSTEM, PERSON}),
        blueprint.route(f"/<uuid:referral_id>/{event}", methods=["POST"]),
    ):
        view = decorate(view)


for _event in EVENTS:
    if _event not in NOT_OVER_HTTP:
        _add_route(_event)
