"""`/`: each role lands where its work begins."""

from collections.abc import Callable, Mapping

from flask import Blueprint, Response, redirect, url_for
from flask.typing import ResponseReturnValue

from referral_service.pages.custody_day import render_day
from referral_service.pages.unit_day import render_unit_day
from referral_service.store.desk.desk_requests import count_open
from referral_service.store.team_referrals import count_overdue, list_workloads
from referral_service.use_cases.list_sent import list_sent
from service_kit.identity import Principal
from service_kit.web.access.require import (
    maybe_principal,
    public,
)
from service_kit.web.context import context
from service_kit.web.html.render import render
from service_kit.web.site import url_of
from setu.roles import (
    CASE_WORKER,
    COORDINATOR,
    CUSTODY_HEALTH,
    DATA_OFFICER,
    PROVIDER_MANAGER,
    REFERRERS,
    UNIT_SUPERVISOR,
)

blueprint = Blueprint("home", __name__)
LATEST = 5
_WORK = {CASE_WORKER: "inbox.show_list", COORDINATOR: "today.show"}


@blueprint.get("/")
@public
def home() -> ResponseReturnValue:
    """Officers start a referral, case workers see their list, all the others their day."""
    who = maybe_principal()
    if who is None:
        return render("referral/welcome.html")
    if who.is_pending:  # nothing of referrals is open before the organisation is approved
        return redirect(url_of("directory", "/listings"), 303)
    if who.role in _WORK:
        return redirect(url_for(_WORK[who.role]), 303)
    if who.role in _DAYS:
        return _DAYS[who.role](who)
    if who.role not in REFERRERS:
        return render("referral/day.html", role=who.role)
    with context().db.transaction(who.scope) as session:
        latest = list_sent(session, who, now=context().clock.now(), limit=LATEST)
    return render("referral/home.html", items=latest.items)


def _managers_day(who: Principal) -> Response:
    """What the team owes; what the directory and the notices know is counted by the browser, there."""
    now = context().clock.now()
    with context().db.transaction(who.scope) as session:
        loads, overdue = list_workloads(session, now), count_overdue(session, now)
    unowned = sum(load.holds for load in loads if load.owner is None)
    return render(
        "referral/day.html", role=who.role, overdue=overdue, unowned=unowned, held=sum(load.holds for load in loads)
    )


def _data_officers_day(who: Principal) -> Response:
    """How many requests wait."""
    with context().db.transaction(who.scope) as session:
        waiting = count_open(session, who.districts, context().clock.now())
    return render("referral/day.html", role=who.role, waiting=waiting)


_DAYS: Mapping[str, Callable[[Principal], Response]] = {
    PROVIDER_MANAGER: _managers_day,
    UNIT_SUPERVISOR: render_unit_day,
    CUSTODY_HEALTH: render_day,
    DATA_OFFICER: _data_officers_day,
}
"""The roles whose day this service tells."""
