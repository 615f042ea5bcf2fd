"""Meetings in one's own calendar: a file of one meeting, and a feed at a secret address that can be revoked.

The secret stands in the query, which no access log keeps. Its page shows it once, as the answer to the form.
"""

from collections.abc import Iterable
from uuid import UUID

from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue

from directory_service.accounts.use_cases.dependencies import Dependencies
from directory_service.partnership.domain.meeting_date import LENGTH
from directory_service.partnership.domain.meetings import CANCELLED
from directory_service.partnership.outside.calendar_file import CONTENT_TYPE, CalendarEntry, calendar_file
from directory_service.partnership.store.calendar_feeds import feed_of
from directory_service.partnership.store.tables import Meeting
from directory_service.partnership.use_cases.calendar_feed import make_feed, read_feed, revoke_feed
from directory_service.partnership.use_cases.find_meeting import find_told_meeting
from service_kit.web.access.require import principal, public, require
from service_kit.web.context import context, dependency
from service_kit.web.html.i18n import gettext as _
from service_kit.web.html.render import render, see_other
from service_kit.web.site import own_base
from setu.roles import PARTNERSHIP_READERS

blueprint = Blueprint("calendar_feed", __name__, url_prefix="/meetings")


@blueprint.get("/feed.ics")
@public
def feed() -> Response:
    """The feed, for whoever has its address."""
    now = context().clock.now()
    return _file(read_feed(context().db, context().mac, request.args.get("key", ""), now))


@blueprint.get("/<uuid:meeting_id>/meeting.ics")
@require(*PARTNERSHIP_READERS)
def one(meeting_id: UUID) -> Response:
    """One meeting as a file."""
    with context().db.transaction(principal().scope) as session:
        meeting = find_told_meeting(session, principal(), meeting_id)
    return _file([meeting])


@blueprint.get("/feed")
@require(*PARTNERSHIP_READERS)
def show() -> ResponseReturnValue:
    """Make a feed, or revoke it."""
    return _page("")


@blueprint.post("/feed")
@require(*PARTNERSHIP_READERS)
def make() -> ResponseReturnValue:
    """Make it, and show its address this once; an earlier one ends."""
    with context().db.transaction(principal().scope) as session:
        secret = make_feed(session, dependency(Dependencies), principal(), context().clock.now())
    return _page(f"{own_base()}{blueprint.url_prefix}/feed.ics?key={secret}")


@blueprint.post("/feed/revoke")
@require(*PARTNERSHIP_READERS)
def revoke() -> ResponseReturnValue:
    """End it."""
    with context().db.transaction(principal().scope) as session:
        revoke_feed(session, principal(), context().clock.now())
    return see_other(url_for("calendar_feed.show", done="revoked"))


def _page(address: str) -> Response:
    with context().db.transaction(principal().scope) as session:
        held = feed_of(session, principal().membership)
    return render("partnership/feed.html", address=address, held=held, done=request.args.get("done", ""))


def _file(meetings: Iterable[Meeting]) -> Response:
    entries = [
        CalendarEntry(
            uid=meeting.id,
            starts_at=meeting.starts_at,
            length=LENGTH,
            sequence=meeting.sequence,
            is_cancelled=meeting.state == CANCELLED,
            link=f"{own_base()}{blueprint.url_prefix}/{meeting.id}",
        )
        for meeting in meetings
    ]
    content = calendar_file(entries, _("District meeting"), _("District meetings"), context().clock.now())
    response = Response(content, content_type=CONTENT_TYPE)
    response.headers["Content-Disposition"] = 'inline; filename="meeting.ics"'
    return response
