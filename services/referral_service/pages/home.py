"""`/`: each role lands where its work begins."""

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue

from referral_service.pages.custody_day import render_day
from referral_service.use_cases.list_sent import list_sent
from service_kit.web.access.require import (
    maybe_principal,
    public,
)
from service_kit.web.context import context
from service_kit.web.html.render import render
from setu.roles import CASE_WORKER, COORDINATOR, CUSTODY_HEALTH, REFERRERS

blueprint = Blueprint("home", __name__)
LATEST = 5
_WORK = {CASE_WORKER: "inbox.show_list", COORDINATOR: "today.show"}


@blueprint.get("/")
@public
def home() -> ResponseReturnValue:
    """Officers start a referral, prison health staff and coordinators see their day, case workers their list.

    Everybody else is shown the way.
    """
    who = maybe_principal()
    if who is None:
        return render("referral/welcome.html")
    if who.role in _WORK:
        return redirect(url_for(_WORK[who.role]), 303)
    if who.role not in REFERRERS:
        return render("referral/elsewhere.html", role=who.role)
    if who.role == CUSTODY_HEALTH:
        return render_day(who)
    with context().db.transaction(who.scope) as session:
        latest = list_sent(session, who, now=context().clock.now(), limit=LATEST)
    return render("referral/home.html", items=latest.items)
