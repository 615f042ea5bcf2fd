"""`POST /api/referrals/{id}/{event}`: a route for every event of the life cycle's table, made from the table.

Why: roles and bodies stand in `domain/lifecycle.py` once; adding a row adds its route, its check and its documentation.
Answers with the referral as its reader may know it, and the new ETag.
"""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from flask import Response
from marshmallow import Schema, fields, post_load, validate

from referral_service.api.referral_schemas import ReferralSchema
from referral_service.api.responses import referral_answer, transaction
from referral_service.domain.lifecycle import EVENTS, Field, rows_of, who_may
from referral_service.domain.matching import MOST_CANDIDATES
from referral_service.domain.transition_body import TransitionBody
from referral_service.domain.vocabulary import SYSTEM
from referral_service.use_cases.act_as_referrer import act_as_referrer
from referral_service.use_cases.act_on_task import act_on_task
from referral_service.use_cases.dependencies import Dependencies
from service_kit.errors import FieldError, Invalid
from service_kit.web.access.require import principal, require
from service_kit.web.api import Blueprint
from service_kit.web.context import context, dependency
from service_kit.web.etag import if_match
from setu.roles import COORDINATOR, REFERRERS

blueprint = Blueprint("transitions", __name__, url_prefix="/api/referrals", description="Transitions of a referral")
NOT_OVER_HTTP = frozenset({"submit", "expire"})
IF_MATCH = {
    "in": "header",
    "name": "If-Match",
    "required": True,
    "schema": {"type": "string", "pattern": '^"[0-9]+"$'},
}


class EventSchema(Schema):
    """What the bodies of all events share: they load a `TransitionBody`."""

    @post_load
    def _to_body(self, data: Mapping[str, Any], **_: Any) -> TransitionBody:
        return TransitionBody(**data)


def body_schema(event: str) -> type[Schema]:
    """The body of an event as the table says, the widest of its rows."""
    found: dict[str, fields.Field[Any]] = {}
    for row in rows_of(event):
        for field in row.body:
            found |= {name: made for name, made in _fields(field).items() if name not in found}
    if event == "fail":
        found["reason"] = _code(max((row.body[0] for row in rows_of(event)), key=lambda field: len(field.codes)))
    return type(f"{event.title().replace('-', '')}EventSchema", (EventSchema,), found)


def _fields(field: Field) -> Mapping[str, fields.Field[Any]]:
    if field.kind == "services":
        length = validate.Length(min=1, max=MOST_CANDIDATES)
        return {"service_id": fields.UUID(), "candidates": fields.List(fields.UUID(), validate=length)}
    if field.kind == "date":
        return {field.name: fields.Date(required=field.required)}
    if field.kind == "moment":
        return {field.name: fields.AwareDateTime(required=field.required)}
    return {field.name: _code(field)}


def _code(field: Field) -> fields.String:
    return fields.String(required=field.required, validate=validate.OneOf(field.codes, error="Not one of the codes."))


def _view(event: str) -> Callable[..., Response]:
    def act(body: TransitionBody, referral_id: UUID) -> Response:
        who, now = principal(), context().clock.now()
        if event == "forward":
            _check_receivers(body, coordinator=who.role == COORDINATOR)
        act_on_it = act_as_referrer if who.role in REFERRERS else act_on_task
        with transaction() as session:
            found = act_on_it(
                session, who, referral_id, event, body, check=if_match, dependencies=dependency(Dependencies), now=now
            )
        return referral_answer(found)

    act.__name__ = event.replace("-", "_")
    act.__doc__ = f"{rows_of(event)[0].label}: {' or '.join(sorted(who_may(event)))}."
    return act


def _check_receivers(body: TransitionBody, *, coordinator: bool) -> None:
    if coordinator and (body.service_id is not None) == bool(body.candidates):
        raise Invalid(FieldError("service_id", "Name one service, or one to five candidates."))
    if not coordinator and body.asked_services:
        field = "candidates" if body.service_id is None else "service_id"
        raise Invalid(FieldError(field, "The coordinator chooses the service."))


def _add_route(event: str) -> None:
    view = _view(event)
    for decorate in (
        blueprint.doc(parameters=[IF_MATCH]),
        blueprint.response(200, ReferralSchema),
        blueprint.arguments(body_schema(event)()),
        require(*who_may(event) - {SYSTEM}),
        blueprint.route(f"/<uuid:referral_id>/{event}", methods=["POST"]),
    ):
        view = decorate(view)


for _event in EVENTS:
    if _event not in NOT_OVER_HTTP:
        _add_route(_event)
