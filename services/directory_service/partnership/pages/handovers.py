"""Handovers: what somebody is named to take, of whatever role."""

from uuid import UUID

from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue

from directory_service.accounts.use_cases.dependencies import Dependencies
from directory_service.partnership.store.agreements import agreement_of
from directory_service.partnership.store.handovers import find_handover
from directory_service.partnership.use_cases.focal_points.hand_over import take_over
from directory_service.partnership.use_cases.focal_points.name_focal_point import AlreadyFocalPoint
from directory_service.partnership.use_cases.focal_points.show_handovers import show_handovers
from service_kit.errors import Conflict
from service_kit.phone_numbers import in_groups
from service_kit.web.access.require import principal, require
from service_kit.web.context import context, dependency
from service_kit.web.html.i18n import gettext as _
from service_kit.web.html.render import render, see_other
from setu.india import day_in_india
from setu.roles import PARTNERSHIP_READERS

blueprint = Blueprint("handovers", __name__, url_prefix="/handovers")


@blueprint.get("")
@require()
def show() -> ResponseReturnValue:
    """The own ones."""
    return _page()


@blueprint.get("/<uuid:handover_id>")
@require()
def show_one(handover_id: UUID) -> ResponseReturnValue:
    """Lead to it: who is named to the own list, where it can be taken; who reads its agreement to that one's page."""
    who = principal()
    with context().db.transaction(who.scope) as session:
        row = find_handover(session, handover_id)
        is_mine = row is not None and row.successor_membership == who.membership
        is_own = row is not None and is_mine and row.taken_at is None
        is_read = row is not None and not is_own and who.role in PARTNERSHIP_READERS
        agreement = agreement_of(session, row.agreement_id, who) if row is not None and is_read else None
    if agreement is not None:
        return see_other(url_for("agreement.show", agreement_id=agreement.id, _anchor="points"))
    if is_mine and not is_own:
        return see_other(url_for("handovers.show", done=handover_id))
    return see_other(url_for("handovers.show", _anchor=f"h-{handover_id}" if is_own else None))


@blueprint.post("/<uuid:handover_id>/take")
@require()
def take(handover_id: UUID) -> ResponseReturnValue:
    """Take it."""
    try:
        with context().db.transaction(principal().scope) as session:
            take_over(session, principal(), handover_id, context().clock.now(), ids=dependency(Dependencies).ids)
    except AlreadyFocalPoint:
        return _page(_("You are a focal point of this agreement already, and two focal points are two people."))
    except Conflict:
        return _page(
            _("There is nothing to take over any more: your organisation took it back, or the agreement has ended.")
        )
    return see_other(url_for("handovers.show", done=handover_id))


def _page(refused: str = "") -> Response:
    who, today = principal(), day_in_india(context().clock.now())
    with context().db.transaction(who.scope) as session:
        shown = show_handovers(session, who, today, done=_done())
    return render(
        "partnership/handovers.html",
        status=409 if refused else 200,
        shown=shown,
        reads_agreements=who.role in PARTNERSHIP_READERS,
        in_groups=in_groups,
        refused=refused,
    )


def _done() -> UUID | None:
    """The handover that was taken just now."""
    try:
        return UUID(request.args.get("done", ""))
    except ValueError:
        return None
