"""`/api/partnership/meetings`: the meetings of the caller's districts, and what sides and coordinator enter in them."""

from typing import Any
from uuid import UUID

from flask import Response, jsonify, request, url_for
from sqlalchemy.orm import Session

from directory_service.accounts.use_cases.dependencies import Dependencies
from directory_service.partnership.api import meeting_schemas as schemas
from directory_service.partnership.api.refusals import IF_MATCH, IF_MATCH_REQUIRED, refusals_as_problems
from directory_service.partnership.store.guest_meetings import is_readable
from directory_service.partnership.store.meetings import page_of
from directory_service.partnership.store.tables import MeetingAction, MinutesLine
from directory_service.partnership.use_cases.enter_attendance import enter_attendance
from directory_service.partnership.use_cases.find_meeting import find_meeting
from directory_service.partnership.use_cases.follow_action import NewAction, add_action, end_action, find_own_action
from directory_service.partnership.use_cases.propose_item import NewItem, propose_item
from directory_service.partnership.use_cases.show_readable_meeting import show_readable_meeting
from directory_service.partnership.use_cases.write_minutes import NewLine, add_line, change_line
from service_kit import cursor
from service_kit.web.access.require import principal, require
from service_kit.web.api import Blueprint
from service_kit.web.context import context, dependency
from service_kit.web.etag import if_match, set_etag
from setu.roles import COORDINATOR, PARTNERS, PARTNERSHIP_READERS

blueprint = Blueprint("meetings_api", __name__, url_prefix="/api/partnership", description="Monthly district meetings")


@blueprint.route("/meetings")
@require(*PARTNERSHIP_READERS)
@blueprint.arguments(schemas.MeetingsQuery, location="query")
@blueprint.response(200, schemas.MeetingsOut)
def list_meetings(query: dict[str, Any]) -> Response:
    """The meetings of the own districts, and those of others at which the own organisation is a guest; latest first."""
    who, limit, after = principal(), query["limit"], cursor.decode(query.get("cursor"))
    with context().db.transaction(who.scope) as session:
        found = page_of(session, is_readable(who.scope), limit + 1, after)
    following = None
    if len(found) > limit:
        last = cursor.encode(found[limit - 1].starts_at, found[limit - 1].id)
        following = url_for("meetings_api.list_meetings", limit=limit, cursor=last)
    return jsonify({"items": [schemas.meeting_document(row) for row in found[:limit]], "next": following})


@blueprint.route("/meetings/<uuid:meeting_id>")
@require(*PARTNERSHIP_READERS)
@blueprint.response(200, schemas.WholeMeetingOut)
def get_meeting(meeting_id: UUID) -> Response:
    """A meeting with its agenda, attendance, minutes and actions; for a guest of its table what is a guest's."""
    who = principal()
    with context().db.transaction(who.scope) as session:
        view = show_readable_meeting(session, who, meeting_id, context().clock.now())
    return set_etag(jsonify(schemas.readable_document(view)), view.meeting.version)


@blueprint.route("/meetings/<uuid:meeting_id>/agenda/<uuid:item_id>", methods=["PUT"])
@require(*PARTNERS)
@blueprint.arguments(schemas.ItemIn)
@blueprint.response(200, schemas.ItemOut)
def put_item(body: dict[str, Any], meeting_id: UUID, item_id: UUID) -> Response:
    """Propose something to talk about, once by its id (a UUID of your own)."""
    who = principal()
    with context().db.transaction(who.scope) as session, refusals_as_problems():
        item = propose_item(
            session, who, meeting_id, NewItem(item_id, body["part"], body["text"]), context().clock.now()
        )
    return jsonify(schemas.item_document(item))


@blueprint.route("/meetings/<uuid:meeting_id>/attendance/<uuid:organization_id>", methods=["PUT"])
@require(*PARTNERS)
@blueprint.arguments(schemas.AttendanceIn)
@blueprint.response(204)
def put_attendance(body: dict[str, Any], meeting_id: UUID, organization_id: UUID) -> None:
    """Enter how many people an organisation sent: a side its own, until attendance is confirmed."""
    who, numbers = principal(), {organization_id: body["number"]}
    with context().db.transaction(who.scope) as session, refusals_as_problems():
        enter_attendance(session, who, meeting_id, numbers, context().clock.now())


@blueprint.route("/meetings/<uuid:meeting_id>/minutes/<uuid:line_id>", methods=["PUT"])
@require(COORDINATOR)
@blueprint.arguments(schemas.LineIn)
@blueprint.response(200, schemas.LineOut)
@blueprint.doc(parameters=[IF_MATCH])
def put_line(body: NewLine, meeting_id: UUID, line_id: UUID) -> Response:
    """Add a line of the minutes under an id of your own; with If-Match, change it as it was seen."""
    who, now = principal(), context().clock.now()
    with context().db.transaction(who.scope) as session, refusals_as_problems():
        if "If-Match" in request.headers:
            line = _changed(session, meeting_id, line_id, body)
        else:
            line = add_line(session, who, meeting_id, line_id, body, now)
            if line.text != " ".join(body.text.split()):
                if_match(line.version)  # it is there already: a change has to say what it saw
    return set_etag(jsonify(schemas.line_document(line)), line.version)


@blueprint.route("/meetings/<uuid:meeting_id>/actions/<uuid:action_id>", methods=["PUT"])
@require(*PARTNERS)
@blueprint.arguments(schemas.ActionIn)
@blueprint.response(200, schemas.ActionOut)
def put_action(body: dict[str, Any], meeting_id: UUID, action_id: UUID) -> Response:
    """Agree an action, once by its id (a UUID of your own): a side its own, the coordinator anybody's."""
    who = principal()
    action = NewAction(action_id, body["organization_id"], body["post"], body["text"], body["due"])
    with context().db.transaction(who.scope) as session, refusals_as_problems():
        made = add_action(session, who, meeting_id, action, context().clock.now())
    return _action_answer(made)


@blueprint.route("/actions/<uuid:action_id>/done", methods=["POST"])
@require(*PARTNERS)
@blueprint.response(200, schemas.ActionOut)
@blueprint.doc(parameters=[IF_MATCH_REQUIRED])
def finish_action(action_id: UUID) -> Response:
    """Mark an action as done: a side its own, the coordinator anybody's."""
    return _ended(action_id, None)


@blueprint.route("/actions/<uuid:action_id>/dropped", methods=["POST"])
@require(COORDINATOR)
@blueprint.arguments(schemas.DropIn)
@blueprint.response(200, schemas.ActionOut)
@blueprint.doc(parameters=[IF_MATCH_REQUIRED])
def drop_action(body: dict[str, Any], action_id: UUID) -> Response:
    """Drop an action, for a reason."""
    return _ended(action_id, body["reason"])


def _ended(action_id: UUID, reason: str | None) -> Response:
    who = principal()
    with context().db.transaction(who.scope) as session, refusals_as_problems():
        seen = find_own_action(session, who, action_id).version
        if_match(seen)
        ended = end_action(session, who, action_id, seen, context().clock.now(), reason=reason)
    return _action_answer(ended)


def _action_answer(action: MeetingAction) -> Response:
    return set_etag(jsonify(schemas.action_document(action)), action.version)


def _changed(session: Session, meeting_id: UUID, line_id: UUID, body: NewLine) -> MinutesLine:
    who, ids = principal(), dependency(Dependencies).ids
    find_meeting(session, who, meeting_id)
    held = session.get(MinutesLine, line_id, with_for_update=True)
    if_match(held.version if held and held.meeting_id == meeting_id else 0)
    seen = held.version if held else 0
    line = change_line(session, who, meeting_id, line_id, body, seen, context().clock.now(), ids=ids).line
    if line is None:
        raise LookupError("a text that is not empty leaves a line")
    return line
