"""The two decisions of a request at the desk: one form on its screen, for whoever's turn it is."""

from uuid import UUID

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from referral_service.domain.desk.desk_request import NO, YES, Kind
from referral_service.domain.lifecycle import NotAllowed
from referral_service.pages.desk.one_request import (
    CANNOT_REACH,
    CHANGED,
    LET_IN_BY_ONE_HAND,
    NOT_TOLD_WHO_LET_IN,
    REASONS,
    has_second_factor_now,
    kind_of,
    request_page,
)
from referral_service.pages.sent import seen
from referral_service.use_cases.dependencies import Dependencies
from referral_service.use_cases.desk.decide_request import (
    NOT_BY_A_COURT,
    NOT_TOLD,
    ONE_HAND,
    OUT_OF_REACH,
    decide_request,
    log_refused_decision,
)
from service_kit.errors import FieldError, Stale
from service_kit.web.access.require import principal, require
from service_kit.web.context import context, dependency
from service_kit.web.html.i18n import gettext as _
from service_kit.web.html.render import see_other
from service_kit.web.login_redirects import send_to_second_factor
from setu.roles import DATA_OFFICER

blueprint = Blueprint("desk_decision", __name__, url_prefix="/desk")


@blueprint.post("/<uuid:request_id>/decide")
@require(DATA_OFFICER)
def decide(request_id: UUID) -> ResponseReturnValue:
    """Yes, or no with a reason that stays inside."""
    who, db, now = principal(), context().db, context().clock.now()
    kind = kind_of(request_id)
    if kind is Kind.BREAK_GLASS and not has_second_factor_now(who):
        return send_to_second_factor()
    said, reason = request.form.get("answer", ""), request.form.get("reason")
    if fault := _fault_in(kind, said, reason):
        return request_page(request_id, [fault], status=422)
    reason = reason if said == NO else None
    try:
        with db.transaction(who.scope) as session:
            check, made = seen(request.form.get("version", "")), dependency(Dependencies)
            decide_request(session, who, request_id, said, reason, check=check, dependencies=made, now=now)
    except NotAllowed as refused:
        log_refused_decision(db, who, request_id, now)
        wrong = _why_not(refused.field)
        return request_page(request_id, [wrong], status=409 if wrong.field == "actions" else 422)
    except Stale:
        return request_page(request_id, [FieldError("actions", str(CHANGED))], status=409)
    return see_other(url_for("desk.show", request_id=request_id))


def _fault_in(kind: Kind, said: str, reason: str | None) -> FieldError | None:
    if said not in {YES, NO}:
        return FieldError("answer", _("Choose what you decide."))
    if said == YES and reason:
        wrong = _("You chose yes, and a reason for a no. The reason was taken away: look again, then decide.")
        return FieldError("answer", wrong)
    if said == NO and reason not in REASONS.get(kind, ()):
        return FieldError("reason", _("Say why not; it stays inside."))
    return None


def _why_not(field: str | None) -> FieldError:
    if field == NOT_BY_A_COURT:
        return FieldError("answer", _("Without a court's order nothing can be given."))
    if field == OUT_OF_REACH:
        return FieldError("answer", str(CANNOT_REACH))
    if field == ONE_HAND:
        return FieldError("answer", str(LET_IN_BY_ONE_HAND))
    if field == NOT_TOLD:
        return FieldError("answer", str(NOT_TOLD_WHO_LET_IN))
    return FieldError("actions", str(CHANGED))
