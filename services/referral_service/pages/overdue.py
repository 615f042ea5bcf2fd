"""The provider manager's page: referrals that the own team owes an answer or a step. Metadata only, nothing to press.

Promises: reference, status, priority, district and times, read through a view that has no more; who acts is a case
worker.
"""

from uuid import UUID

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from referral_service.store.team import count_overdue
from referral_service.use_cases.list_team import get_team_referral, list_overdue
from service_kit.web.access.own_origins import own_origins
from service_kit.web.access.require import (
    principal,
    require,
)
from service_kit.web.context import context
from service_kit.web.html.menu_counts import count_response
from service_kit.web.html.render import render
from setu.roles import PROVIDER_MANAGER

blueprint = Blueprint("overdue", __name__, url_prefix="/overdue")


@blueprint.get("")
@require(PROVIDER_MANAGER)
def show_list() -> ResponseReturnValue:
    """Longest overdue first."""
    after = request.args.get("after")
    with context().db.transaction(principal().scope) as session:
        now = context().clock.now()
        page = list_overdue(session, now=now, after=after)
        total = count_overdue(session, now)
    return render("referral/overdue.html", conditional=True, page=page, total=total, first=after is None)


@blueprint.get("/waiting")
@require(PROVIDER_MANAGER)
@own_origins
def count_waiting() -> Response:
    """The number in the menu."""
    with context().db.transaction(principal().scope) as session:
        return count_response(count_overdue(session, context().clock.now()))


@blueprint.get("/<uuid:referral_id>")
@require(PROVIDER_MANAGER)
def show(referral_id: UUID) -> ResponseReturnValue:
    """One of the team's, overdue or not: where a notice leads."""
    with context().db.transaction(principal().scope) as session:
        referral = get_team_referral(session, referral_id, now=context().clock.now())
    return render("referral/overdue_one.html", referral=referral)
