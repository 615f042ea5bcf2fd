"""`/`: what the reader was told, newest first, with what is still unread on top of the page.

Opening a notice is a POST that marks it and leads on, so nothing is marked by a GET; a page of the referral service
that shows what a notice is about says so by script (`read_about`). Officers see absolute times only, so the page asked
again gives the same bytes until something of their own changed.
"""

from datetime import datetime
from functools import partial
from typing import cast
from uuid import UUID

from flask import Blueprint, Response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from notification_service.domain.notices import INVITATIONS, VISITS, is_meeting_off
from notification_service.pages.notice_words import what_happened
from notification_service.pages.own_addresses import returned_words
from notification_service.settings import Settings
from notification_service.store import notices
from notification_service.use_cases.mark_read import mark_all_read, mark_read, mark_read_about, mark_read_at
from service_kit import cursor
from service_kit.web.access.require import (
    principal,
    require,
)
from service_kit.web.context import context
from service_kit.web.html.render import render
from service_kit.web.problems import Problem
from setu.roles import PARTNERS

PER_PAGE = 25
blueprint = Blueprint("notice_pages", __name__, template_folder="templates")


@blueprint.get("/")
@require()
def show() -> ResponseReturnValue:
    """The list, a page at a time."""
    who, now = principal(), context().clock.now()
    after = cursor.decode(request.args.get("cursor"))
    with context().db.transaction(who.scope) as session:
        page = notices.page(session, who, now=now, limit=PER_PAGE, after=after)
        returned = returned_words(session, who)
    older = None
    if page.more:
        older = url_for(".show", cursor=cursor.encode(page.items[-1].created_at, page.items[-1].id))
    return render(
        "notification/notices.html",
        conditional=True,
        items=page.items,
        total=page.total,
        unread=page.unread,
        older=older,
        first_page=after is None,
        what_happened=partial(what_happened, opens_meetings=who.role in PARTNERS),
        invitations=INVITATIONS,
        visits=VISITS,
        returned=returned,
        relative=who.organization_kind in {"provider", "coordinating_body"},
    )


def count_unread() -> int:
    """The number beside "Notices" in the menu of all three services."""
    who = principal()
    with context().db.transaction(who.scope) as session:
        return notices.count_unread(session, who, now=context().clock.now())


@blueprint.post("/open/<uuid:notice_id>")
@require()
def open_one(notice_id: UUID) -> ResponseReturnValue:
    """Mark one as read and lead to what it is about."""
    who = principal()
    notice = mark_read(context(), who, notice_id)
    links = cast("Settings", context().settings).links
    is_off = is_meeting_off(notice.kind, notice.due_at)
    return redirect(links.to(notice.place, notice.referral_id, who.role, is_off=is_off, matter=notice.matter), 303)


@blueprint.post("/read-about/<uuid:referral_id>")
@require()
def read_about(referral_id: UUID) -> ResponseReturnValue:
    """Mark what the reader was told of a referral that is open on a page of another service."""
    mark_read_about(context(), principal(), referral_id)
    return Response(status=204, headers={"Cross-Origin-Resource-Policy": "cross-origin"})  # or browsers complain


@blueprint.post("/read-about/<string:page>")
@require()
def read_at(page: str) -> ResponseReturnValue:
    """Mark what leads to a page of another service that is open and shows all of it: `/voices`, `/approvals`."""
    mark_read_at(context(), principal(), page)
    return Response(status=204, headers={"Cross-Origin-Resource-Policy": "cross-origin"})  # as above


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
