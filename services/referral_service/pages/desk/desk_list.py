"""The data officer's list of requests, each with its clock, and the one screen that shows any of them.

Promises: what waits is due first; what ended stays to be read. Nothing on either page leads to a referral but what two
people opened. When not to use it: for the audit log.
"""

from uuid import UUID

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from referral_service.pages.desk.one_request import request_page
from referral_service.store.desk.desk_requests import count_open, ended_requests, open_requests
from service_kit.web.access.require import principal, require
from service_kit.web.context import context
from service_kit.web.html.render import render
from setu.roles import DATA_OFFICER

blueprint = Blueprint("desk", __name__, url_prefix="/desk")
MOST, LATEST = 200, 50  # requests that wait, and that ended, on the page


@blueprint.get("")
@require(DATA_OFFICER)
def show_list() -> ResponseReturnValue:
    """What waits, due first; below it what ended last."""
    who, now = principal(), context().clock.now()
    with context().db.transaction(who.scope) as session:
        total = count_open(session, who.districts, now)
        waiting = open_requests(session, who.districts, now, MOST)
        ended = ended_requests(session, who.districts, now, LATEST)
    return render("referral/desk/list.html", total=total, waiting=waiting, ended=ended)


def count_waiting() -> int:
    """The number in the menu."""
    who = principal()
    with context().db.transaction(who.scope) as session:
        return count_open(session, who.districts, context().clock.now())


@blueprint.get("/<uuid:request_id>")
@require(DATA_OFFICER)
def show(request_id: UUID) -> ResponseReturnValue:
    """One request: its clock, who decided what, what was given, and what can be done now."""
    return request_page(request_id, said=request.args.get("said", ""))
