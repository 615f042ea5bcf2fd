"""The team's page: who holds how much, what of it is overdue, and handing over all that a colleague holds.

Promises: read through a view of reference, status, due times and owner, so a manager meets no person and no need. A
case worker sees the same page. When not to use it: for one referral.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue

from referral_service.pages.words import say
from referral_service.store.team_members import TeamMember, list_everybody
from referral_service.store.team_referrals import Workload, list_workloads
from referral_service.use_cases.dependencies import Dependencies
from referral_service.use_cases.list_team import list_held
from referral_service.use_cases.reassign_colleague import reassign_colleague
from service_kit.errors import Invalid, NotFound
from service_kit.web.access.require import principal, require
from service_kit.web.context import context, dependency
from service_kit.web.html.render import render, see_other
from setu.roles import CASE_WORKER, PROVIDER_MANAGER

blueprint = Blueprint("team_page", __name__, url_prefix="/team")
NOBODY = "nobody"


@blueprint.get("")
@require(CASE_WORKER, PROVIDER_MANAGER)
def show() -> ResponseReturnValue:
    """Everybody, and who left but still holds something."""
    who, now = principal(), context().clock.now()
    with context().db.transaction(who.scope) as session:
        loads = {load.owner: load for load in list_workloads(session, now)}
        members = _shown(list_everybody(session, who.organization), loads)
    return render("referral/team.html", members=members, loads=loads, handed_over=_count(request.args.get("done", "")))


@blueprint.get("/nobody")
@require(CASE_WORKER, PROVIDER_MANAGER)
def show_unowned() -> ResponseReturnValue:
    """What nobody has taken yet."""
    return _page(None)


@blueprint.get("/<uuid:account_id>")
@require(CASE_WORKER, PROVIDER_MANAGER)
def show_one(account_id: UUID) -> ResponseReturnValue:
    """What one of the team holds."""
    return _page(account_id)


@blueprint.post("/<uuid:account_id>/hand-over")
@require(CASE_WORKER, PROVIDER_MANAGER)
def hand_over(account_id: UUID) -> ResponseReturnValue:
    """All of it, to one colleague or back to nobody."""
    who, chosen = principal(), request.form.get("assignee", "")
    try:
        to = None if chosen == NOBODY else UUID(chosen)
        with context().db.transaction(who.scope) as session:
            count = reassign_colleague(
                session, who, account_id, to, dependencies=dependency(Dependencies), now=context().clock.now()
            )
    except (ValueError, Invalid):
        return _page(account_id, errors={"assignee": say("MISSING", "assignee")}, status=422)
    return see_other(url_for("team_page.show", done=count))


def _page(owner: UUID | None, *, errors: Mapping[str, str] | None = None, status: int = 200) -> Response:
    who = principal()
    with context().db.transaction(who.scope) as session:
        everybody = list_everybody(session, who.organization)
        member = next((one for one in everybody if one.account_id == owner), None)
        if owner is not None and member is None:
            raise NotFound
        values: dict[str, Any] = {
            "page": list_held(session, owner, after=request.args.get("after")),
            "load": next(
                (load for load in list_workloads(session, context().clock.now()) if load.owner == owner), None
            ),
        }
    return render(
        "referral/team_one.html",
        status=status,
        owner=owner,
        member=member,
        others=[one for one in everybody if one.active and one.account_id != owner],
        errors=errors or {},
        first="after" not in request.args,
        one_page="inbox.show" if who.role == CASE_WORKER else "overdue.show",
        **values,
    )


def _shown(everybody: Sequence[TeamMember], loads: Mapping[UUID | None, Workload]) -> Sequence[TeamMember]:
    return [member for member in everybody if member.active or member.account_id in loads]


def _count(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else None
