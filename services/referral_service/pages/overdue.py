"""The provider manager's pages: referrals that the own team owes an answer or a step, and whose each of them is.

Promises: reference, status, priority, district, times and owner, read through a view that has no more; the one act is
to say who takes care of it. When not to use it: for who holds how much (`team.py`).
"""

from collections.abc import Sequence
from uuid import UUID

from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue

from referral_service.domain.lifecycle import NotAllowed
from referral_service.pages.sent import seen
from referral_service.pages.transition_forms import read_body
from referral_service.pages.words import say
from referral_service.store.team_members import list_everybody
from referral_service.store.team_referrals import count_overdue
from referral_service.use_cases.assign_as_manager import assign_as_manager
from referral_service.use_cases.dependencies import Dependencies
from referral_service.use_cases.list_team import get_team_referral, list_overdue
from service_kit.errors import FieldError, Invalid, Stale
from service_kit.identity import Principal
from service_kit.web.access.require import principal, require
from service_kit.web.context import context, dependency
from service_kit.web.html.i18n import gettext as _
from service_kit.web.html.render import form_errors, render, see_other
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


def count_waiting() -> int:
    """The number beside its link in the menu."""
    with context().db.transaction(principal().scope) as session:
        return count_overdue(session, context().clock.now())


@blueprint.get("/<uuid:referral_id>")
@require(PROVIDER_MANAGER)
def show(referral_id: UUID) -> ResponseReturnValue:
    """One of the team's, overdue or not: where a notice leads."""
    return _page(principal(), referral_id)


@blueprint.post("/<uuid:referral_id>/assign")
@require(PROVIDER_MANAGER)
def assign(referral_id: UUID) -> ResponseReturnValue:
    """One of the own case workers takes care of it, or nobody again."""
    who = principal()
    body, errors = read_body("assign", who.role, request.form)
    if errors:
        return _page(who, referral_id, errors=errors, status=422)
    try:
        with context().db.transaction(who.scope) as session:
            assign_as_manager(
                session,
                who,
                referral_id,
                "assign",
                body,
                check=seen(request.form.get("version", "")),
                dependencies=dependency(Dependencies),
                now=context().clock.now(),
            )
    except Invalid as refused:
        errors = [FieldError(error.field, say("OUT_OF_RANGE", error.field)) for error in refused.errors]
        return _page(who, referral_id, errors=errors, status=422)
    except (NotAllowed, Stale):
        changed = FieldError("assignee", _("This changed in the meantime. Look again before you choose."))
        return _page(who, referral_id, errors=[changed], status=409)
    return see_other(url_for("overdue.show", referral_id=referral_id))


def _page(who: Principal, referral_id: UUID, *, errors: Sequence[FieldError] = (), status: int = 200) -> Response:
    with context().db.transaction(who.scope) as session:
        referral = get_team_referral(session, referral_id, now=context().clock.now())
        everybody = list_everybody(session, who.organization)
    names = {member.account_id: member.name for member in everybody}
    team = [(member.account_id, member.name) for member in everybody if member.active]
    return render(
        "referral/overdue_one.html",
        status=status,
        referral=referral,
        names=names,
        team=team,
        errors=form_errors(errors),
    )
