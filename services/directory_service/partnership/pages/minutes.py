"""Minutes while people talk: one page for whoever types, saved as typed by a small script, or by its button.

A line is sent as a form by both. The script asks for JSON and hears what was stored; without it the page comes back.
"""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, jsonify, request, url_for
from flask.typing import ResponseReturnValue

from directory_service.accounts.use_cases.dependencies import Dependencies
from directory_service.partnership.domain.meetings import LAST_PART, LINE_KINDS, LONGEST_TEXT, NOTE
from directory_service.partnership.pages.meeting import stale_as_conflict
from directory_service.partnership.pages.meeting_page import meeting_page
from directory_service.partnership.pages.refused_text import guard_words, length_of, too_long_words
from directory_service.partnership.pages.seen_version import seen_version
from directory_service.partnership.store.meetings import lines_of
from directory_service.partnership.store.tables import MinutesLine
from directory_service.partnership.use_cases.find_meeting import find_meeting
from directory_service.partnership.use_cases.write_minutes import NewLine, Written, add_line, change_line
from service_kit.errors import NotFound
from service_kit.web.access.require import principal, require
from service_kit.web.context import context, dependency
from service_kit.web.etag import if_none_match, not_modified, set_etag
from service_kit.web.html.i18n import gettext as _
from service_kit.web.html.i18n import number
from service_kit.web.html.render import see_other
from setu.guard import CaseDetails
from setu.roles import COORDINATOR

blueprint = Blueprint("minutes", __name__, url_prefix="/meetings/<uuid:meeting_id>/minutes")


@blueprint.get("")
@require(COORDINATOR)
def show(meeting_id: UUID) -> ResponseReturnValue:
    """The page to type on."""
    part = request.args.get("part", "")
    return meeting_page(meeting_id, "partnership/minutes.html", beside=request.args.get("beside"), part=part)


@blueprint.get("/lines")
@require(COORDINATOR)
def lines(meeting_id: UUID) -> Response:
    """All lines as JSON, for the script that shows what the other writer typed."""
    who = principal()
    with context().db.transaction(who.scope) as session:
        find_meeting(session, who, meeting_id)
        found = [_document(line) for line in lines_of(session, meeting_id)]
    versions = "-".join(f"{line['id']}.{line['version']}" for line in found)
    tag = context().mac.digest("minutes", versions.encode()).hex()[:32]
    return not_modified(tag) if if_none_match(tag) else set_etag(jsonify({"lines": found}), tag)


@blueprint.post("")
@require(COORDINATOR)
def add(meeting_id: UUID) -> ResponseReturnValue:
    """Add a line."""
    typed = _typed_line()
    if not length_of(typed.text):
        return _refused(meeting_id, "text", _empty_words())
    if too_long := too_long_words(typed.text, LONGEST_TEXT):
        return _refused(meeting_id, "text", f"{too_long} {_rest_words()}")
    try:
        with context().db.transaction(principal().scope) as session, stale_as_conflict():
            line = add_line(session, principal(), meeting_id, _typed_id(), typed, context().clock.now())
    except CaseDetails as refused:
        return _refused(meeting_id, "text", guard_words(refused))
    return _answer(meeting_id, line.id, Written(line))


@blueprint.post("/<uuid:line_id>")
@require(COORDINATOR)
def change(meeting_id: UUID, line_id: UUID) -> ResponseReturnValue:
    """Change a line as it was seen; an empty one goes."""
    typed = _typed_line()
    if too_long := too_long_words(typed.text, LONGEST_TEXT):
        return _refused(meeting_id, str(line_id), f"{too_long} {_rest_words()}")
    version, ids = seen_version(), dependency(Dependencies).ids
    try:
        with context().db.transaction(principal().scope) as session, stale_as_conflict():
            now = context().clock.now()
            written = change_line(session, principal(), meeting_id, line_id, typed, version, now, ids=ids)
    except CaseDetails as refused:
        return _refused(meeting_id, str(line_id), guard_words(refused))
    return _answer(meeting_id, line_id, written)


def _answer(meeting_id: UUID, line_id: UUID, written: Written) -> ResponseReturnValue:
    if _wants_json():
        line, theirs = (_document(each) if each else None for each in (written.line, written.theirs))
        return jsonify({"line": line, "is_new": written.is_new, "theirs": theirs})
    # what happened to the line is told above the box, so the page is not opened at the box then
    told: dict[str, Any] = {"beside": line_id} if written.is_new else {"_anchor": "add"}
    part = written.line.part if written.line else None
    return see_other(url_for("minutes.show", meeting_id=meeting_id, part=part, **told))


def _refused(meeting_id: UUID, field: str, words: str) -> ResponseReturnValue:
    if _wants_json():
        return jsonify({"refused": words}), 422
    typed = {"typed": request.form} if field == "text" else {"typed_line": (field, request.form)}
    return meeting_page(meeting_id, "partnership/minutes.html", errors={field: words}, status=422, **typed)


def _wants_json() -> bool:
    return request.accept_mimetypes.best == "application/json"


def _typed_line() -> NewLine:
    part, kind = request.form.get("part", ""), request.form.get("kind", NOTE)
    chosen = int(part) if part.isdecimal() and len(part) == 1 else LAST_PART
    return NewLine(max(1, chosen), kind if kind in LINE_KINDS else NOTE, request.form.get("text", ""))


def _typed_id() -> UUID:
    try:
        return UUID(request.form.get("line", ""))
    except ValueError:
        raise NotFound from None


def _empty_words() -> str:
    return _("Write what it is, at most %(most)s characters.", most=number(LONGEST_TEXT))


def _rest_words() -> str:
    return _("Begin another line for the rest.")


def _document(line: MinutesLine) -> dict[str, object]:
    return {"id": str(line.id), "part": line.part, "kind": line.kind, "text": line.text, "version": line.version}
