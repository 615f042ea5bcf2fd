"""`/`: what the reader was told, newest first, with what is still unread on top of the page.

Nothing is marked by a GET. Officers see absolute times only, so the page asked again gives the same bytes until
something of their own changed.
"""

from datetime import datetime
from typing import cast
from uuid import UUID

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from notification_service.pages.texts import KINDS
from notification_service.settings import Settings
from notification_service.store import cursors, notices
from notification_service.use_cases.mark_read import mark_all_read, mark_read
from service_kit.web.auth import principal, require
from service_kit.web.context import context
from service_kit.web.pages import render
from service_kit.web.problems import Problem

PER_PAGE = 25
blueprint = Blueprint("notice_pages", __name__, template_folder="templates")


@blueprint.get("/")
@require()
def show() -> ResponseReturnValue:
    """The list, a page at a time."""
    who, now = principal(), context().clock.now()
    after = cursors.decode(request.args.get("cursor"))
    with context().db.transaction(who.scope) as session:
        page = notices.page(session, who, now=now, limit=PER_PAGE, after=after)
    older = None
    if page.more:
        older = url_for(".show", cursor=cursors.encode(page.items[-1].created_at, page.items[-1].id))
    return render(
        "notification/notices.html",
        conditional=True,
        items=page.items,
        unread=page.unread,
        older=older,
        first_page=after is None,
        kinds=KINDS,
        link=cast("Settings", context().settings).links.to,
        relative=who.organization_kind in {"provider", "coordinating_body"},
    )


@blueprint.post("/read/<uuid:notice_id>")
@require()
def read(notice_id: UUID) -> ResponseReturnValue:
    """Mark one as read and come back."""
    mark_read(context(), principal(), notice_id)
    return redirect(url_for(".show"), 303)


@blueprint.post("/read-all")
@require()
def read_all() -> ResponseReturnValue:
    """Mark everything that the page showed as read; what came meanwhile stays unread."""
    mark_all_read(context(), principal(), until=_until())
    return redirect(url_for(".show"), 303)


def _until() -> datetime:
    try:
        until = datetime.fromisoformat(request.form.get("until", ""))
    except ValueError:
        raise Problem(400, "bad-request") from None
    if until.tzinfo is None:
        raise Problem(400, "bad-request")
    return until
