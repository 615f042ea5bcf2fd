"""Focal points of an agreement: named, taken back, handed over to a successor."""

from uuid import UUID

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from directory_service.accounts.use_cases.dependencies import Dependencies
from directory_service.partnership.domain.meetings import LONGEST_POST
from directory_service.partnership.pages.agreement_page import agreement_page, back_to_agreement
from directory_service.partnership.pages.partners import typed_uuid
from directory_service.partnership.pages.refused_text import guard_words, length_of, too_long_words
from directory_service.partnership.store.focal_points import duty_phone_of
from directory_service.partnership.use_cases.focal_points.hand_over import Successor, SuccessorNamed, name_successor
from directory_service.partnership.use_cases.focal_points.name_focal_point import (
    AlreadyFocalPoint,
    NewFocalPoint,
    end_focal_point,
    name_focal_point,
)
from service_kit.errors import Conflict
from service_kit.phone_numbers import BadNumber, plain_number, read_phone_number
from service_kit.web.access.require import principal, require
from service_kit.web.context import context, dependency
from service_kit.web.html.i18n import gettext as _
from setu.guard import CaseDetails
from setu.phone_words import HOME_REGION, WORDS
from setu.roles import PARTNERS

blueprint = Blueprint("focal_points", __name__, url_prefix="/partnerships/<uuid:agreement_id>/focal-points")


@blueprint.post("")
@require(*PARTNERS)
def name(agreement_id: UUID) -> ResponseReturnValue:
    """Name a focal point of the own side; the coordinator for either."""
    post, member = request.form.get("post", ""), typed_uuid("member")
    wrong_phone, phone = _typed_phone()
    errors = {}
    if member is None:
        errors["member"] = _("Choose who has this post.")
    if not length_of(post):
        errors["post"] = _("Enter the post, such as “station officer” or “manager”; no name.")
    elif too_long := too_long_words(post, LONGEST_POST):
        errors["post"] = too_long
    errors |= wrong_phone
    if errors or member is None:
        return agreement_page(agreement_id, errors, 422)
    try:
        with context().db.transaction(principal().scope) as session:
            wanted, ids = NewFocalPoint(post, phone, member), dependency(Dependencies).ids
            name_focal_point(session, principal(), agreement_id, wanted, context().clock.now(), ids=ids)
    except CaseDetails as refused:
        return agreement_page(agreement_id, {"post": guard_words(refused)}, 422)
    except AlreadyFocalPoint:
        words = _("Choose somebody else: two focal points are two people, and this one is named already.")
        return agreement_page(agreement_id, {"member": words}, 409)
    return back_to_agreement(agreement_id, "named")


@blueprint.post("/<uuid:point_id>/end")
@require(*PARTNERS)
def take_back(agreement_id: UUID, point_id: UUID) -> ResponseReturnValue:
    """Take a focal point of the own side back, or the handover of a vacant one; the coordinator of either side."""
    with context().db.transaction(principal().scope) as session:
        end_focal_point(session, principal(), point_id, context().clock.now())
    return back_to_agreement(agreement_id, "taken_back")


@blueprint.post("/<uuid:point_id>/hand-over")
@require(*PARTNERS)
def hand_over(agreement_id: UUID, point_id: UUID) -> ResponseReturnValue:
    """Name the successor of a focal point of the own side; the coordinator of either.

    The form offers the duty phone as it is. Sent back unchanged it stands: it may be older than the rule for numbers.
    """
    member = typed_uuid("member")
    with context().db.transaction(principal().scope) as session:
        held = duty_phone_of(session, agreement_id, point_id)
    wrong_phone, phone = _typed_phone(held)
    errors = ({} if member else {"member": _("Choose the successor.")}) | wrong_phone
    if errors or member is None:
        return agreement_page(agreement_id, errors, 422, at=point_id)
    try:
        with context().db.transaction(principal().scope) as session:
            successor, ids = Successor(member, phone), dependency(Dependencies).ids
            name_successor(session, principal(), point_id, successor, context().clock.now(), ids=ids)
    except Conflict as refused:
        return agreement_page(agreement_id, _refused_successor(refused), 409, at=point_id)
    return back_to_agreement(agreement_id, "handed_over")


def _refused_successor(refused: Conflict) -> dict[str, str]:
    if isinstance(refused, SuccessorNamed):
        return {"successor": _("A successor was named meanwhile. Nothing was changed.")}
    if isinstance(refused, AlreadyFocalPoint):
        return {"member": _("Choose somebody else: this person is a focal point here already, or is named to be one.")}
    return {"state": _("The agreement has ended meanwhile. Nothing was changed.")}


def _typed_phone(held: str | None = None) -> tuple[dict[str, str], str]:
    typed = request.form.get("duty_phone", "")
    if held is not None and plain_number(typed) == held:
        return {}, held
    try:
        return {}, read_phone_number(typed, home=HOME_REGION)
    except BadNumber as bad:
        return {"duty_phone": _(WORDS[bad.reason])}, ""
