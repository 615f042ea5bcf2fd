"""The data officer's list of requests, each with its clock, and the one screen that shows any of them.

Promises: what waits is due first; what ended stays to be read, a page at a time, by kind. Nothing on either page leads
to a referral but what two people opened. When not to use it: for the audit log.
"""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from referral_service.domain.desk.desk_request import Kind
from referral_service.pages.desk.one_request import request_page
from referral_service.store.desk.desk_requests import count_open, ended_requests, open_requests
from service_kit import cursor
from service_kit.web.access.require import principal, require
from service_kit.web.context import context
from service_kit.web.html.render import render
from setu.roles import DATA_OFFICER

blueprint = Blueprint("desk", __name__, url_prefix="/desk")
PER_PAGE = 25
WAITING, ENDED = "waiting", "ended"


@blueprint.get("")
@require(DATA_OFFICER)
def show_list() -> ResponseReturnValue:
    """What waits, due first; or what ended, the newest first; of one kind where it is asked for."""
    who, now, asked = principal(), context().clock.now(), request.args
    kind = Kind(asked["kind"]) if asked.get("kind") in list(Kind) else None
    stand, after = (ENDED if asked.get("show") == ENDED else WAITING), cursor.decode(asked.get("cursor"))
    read = ended_requests if stand == ENDED else open_requests
    with context().db.transaction(who.scope) as session:
        total = count_open(session, who.districts, now)
        page = read(session, who.districts, now, kind=kind, after=after, limit=PER_PAGE)
    query = {**({"kind": kind} if kind else {}), **({"show": ENDED} if stand == ENDED else {})}
    shown: dict[str, Any] = {"kind": kind or "", "stand": stand, "kinds": list(Kind), "total": total, "query": query}
    shown["following"] = f"{url_for('.show_list')}?{urlencode({**query, 'cursor': page.next})}" if page.next else None
    return render("referral/desk/list.html", requests=page.items, is_first=after is None, **shown)


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
