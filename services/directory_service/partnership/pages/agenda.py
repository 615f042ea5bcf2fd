"""Agenda, attendance and actions of a meeting: what both sides and the coordinator enter."""

from datetime import date
from uuid import UUID

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from directory_service.partnership.domain.actions import DROP_REASONS
from directory_service.partnership.domain.meetings import (
    ITEM_MOVES,
    LAST_PART,
    LONGEST_POST,
    LONGEST_TEXT,
    MOST_PEOPLE,
    PROPOSALS_PART,
)
from directory_service.partnership.pages.meeting import stale_as_conflict
from directory_service.partnership.pages.meeting_page import meeting_page
from directory_service.partnership.pages.refused_text import guard_words, length_of, too_long_words
from directory_service.partnership.store.tables import MeetingAction
from directory_service.partnership.use_cases.enter_attendance import LeftTable, enter_attendance
from directory_service.partnership.use_cases.follow_action import NewAction, add_action, end_action
from directory_service.partnership.use_cases.propose_item import NewItem, move_item, propose_item
from service_kit.errors import NotFound
from service_kit.web.access.require import principal, require
from service_kit.web.context import context
from service_kit.web.html.i18n import gettext as _
from service_kit.web.html.i18n import number
from service_kit.web.html.render import see_other
from setu.guard import CaseDetails
from setu.roles import COORDINATOR, PARTNERS

blueprint = Blueprint("agenda", __name__, url_prefix="/meetings")


@blueprint.post("/<uuid:meeting_id>/agenda")
@require(*PARTNERS)
def propose(meeting_id: UUID) -> ResponseReturnValue:
    """Propose something to talk about."""
    who, typed = principal(), request.form.get("text", "")
    if wrong := _text_fault(typed):
        return meeting_page(meeting_id, errors={"text": wrong}, status=422, typed=typed)
    item = NewItem(_typed_id("item"), _typed_part(), typed)
    try:
        with context().db.transaction(who.scope) as session, stale_as_conflict():
            propose_item(session, who, meeting_id, item, context().clock.now())
    except CaseDetails as refused:
        return meeting_page(meeting_id, errors={"text": guard_words(refused)}, status=422, typed=typed)
    return see_other(url_for("meeting.show", meeting_id=meeting_id, done="proposed", _anchor="agenda"))


@blueprint.post("/<uuid:meeting_id>/agenda/<uuid:item_id>/<step>")
@require(COORDINATOR)
def move(meeting_id: UUID, item_id: UUID, step: str) -> ResponseReturnValue:
    """Take an item up, or mark it as discussed."""
    if step not in ITEM_MOVES:
        raise NotFound
    with context().db.transaction(principal().scope) as session, stale_as_conflict():
        move_item(session, principal(), meeting_id, item_id, step, context().clock.now())
    return see_other(url_for("meeting.show", meeting_id=meeting_id, _anchor="agenda"))


@blueprint.post("/<uuid:meeting_id>/attendance")
@require(*PARTNERS)
def attend(meeting_id: UUID) -> ResponseReturnValue:
    """Enter how many came, of each organisation or of the own."""
    numbers: dict[UUID, int] = {}
    for name, value in request.form.items():
        if name.startswith("n.") and value.strip():
            count = _typed_number(value)
            if count is None:
                words = _("Enter a number from 0 to %(most)s.", most=number(MOST_PEOPLE))
                return meeting_page(meeting_id, errors={name: words}, status=422, typed_numbers=request.form)
            numbers[_uuid(name.removeprefix("n."))] = count
    try:
        with context().db.transaction(principal().scope) as session, stale_as_conflict():
            enter_attendance(session, principal(), meeting_id, numbers, context().clock.now())
    except LeftTable as refused:
        words = _(
            "No longer at the table: %(names)s. Nothing was entered; look at the numbers and enter them again.",
            names=", ".join(refused.names),
        )
        return meeting_page(meeting_id, errors={"attendance": words}, status=409, typed_numbers=request.form)
    return see_other(url_for("meeting.show", meeting_id=meeting_id, done="attendance", _anchor="attendance"))


@blueprint.post("/<uuid:meeting_id>/actions")
@require(*PARTNERS)
def act(meeting_id: UUID) -> ResponseReturnValue:
    """Agree an action: what, which organisation and post, by when."""
    who, typed = principal(), request.form
    template = "partnership/minutes.html" if typed.get("from") == "minutes" else "partnership/meeting.html"
    errors, due = _action_faults()
    if errors or due is None:
        return meeting_page(meeting_id, template, errors=errors, status=422, action=typed)
    owner = _uuid(typed.get("owner", "")) if who.role == COORDINATOR else who.organization
    action = NewAction(_typed_id("action"), owner, typed["post"], typed["action_text"], due)
    try:
        with context().db.transaction(who.scope) as session, stale_as_conflict():
            add_action(session, who, meeting_id, action, context().clock.now())
    except CaseDetails as refused:
        errors = {"action_text": guard_words(refused)}
        return meeting_page(meeting_id, template, errors=errors, status=422, action=typed)
    page = "minutes.show" if typed.get("from") == "minutes" else "meeting.show"
    return see_other(url_for(page, meeting_id=meeting_id, _anchor="actions"))


@blueprint.post("/actions/<uuid:action_id>/done")
@require(*PARTNERS)
def done(action_id: UUID) -> ResponseReturnValue:
    """Mark an action as done."""
    with context().db.transaction(principal().scope) as session, stale_as_conflict():
        ended = end_action(session, principal(), action_id, _seen(), context().clock.now())
    return _back_from(ended)


@blueprint.post("/actions/<uuid:action_id>/drop")
@require(COORDINATOR)
def drop(action_id: UUID) -> ResponseReturnValue:
    """Drop an action, for a reason."""
    reason = request.form.get("reason", "")
    if reason not in DROP_REASONS:
        raise NotFound
    with context().db.transaction(principal().scope) as session, stale_as_conflict():
        ended = end_action(session, principal(), action_id, _seen(), context().clock.now(), reason=reason)
    return _back_from(ended)


def _action_faults() -> tuple[dict[str, str], date | None]:
    typed, errors = request.form, {}
    if wrong := _text_fault(typed.get("action_text", "")):
        errors["action_text"] = wrong
    if principal().role == COORDINATOR and not typed.get("owner"):
        errors["owner"] = _("Choose who does it.")
    if not length_of(typed.get("post", "")):
        errors["post"] = _("Enter the post, such as “station officer” or “manager”; no name.")
    elif too_long := too_long_words(typed["post"], LONGEST_POST):
        errors["post"] = too_long
    try:
        due = date.fromisoformat(typed.get("due", ""))
    except ValueError:
        errors["due"] = _("Enter the day by which it is done.")
        return errors, None
    return errors, due


def _text_fault(typed: str) -> str:
    if not length_of(typed):
        return _("Write what it is, at most %(most)s characters.", most=number(LONGEST_TEXT))
    return too_long_words(typed, LONGEST_TEXT)


def _typed_part() -> int:
    part = _typed_number(request.form.get("part", "")) or 0
    return part if 1 <= part <= LAST_PART else PROPOSALS_PART


def _typed_number(typed: str) -> int | None:
    """Digits of any script; None for anything else, and beyond the most people."""
    bare = typed.strip()
    return int(bare) if bare.isdecimal() and len(bare) <= 3 and int(bare) <= MOST_PEOPLE else None


def _typed_id(field: str) -> UUID:
    try:
        return UUID(request.form.get(field, ""))
    except ValueError:
        return context().ids.uuid()


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise NotFound from None


def _back_from(ended: MeetingAction) -> ResponseReturnValue:
    """To the page on which the button was: the list, or a meeting; another one's agenda may show the action, too."""
    page = request.form.get("page", "")
    if page == "meetings":
        return see_other(url_for("meetings.show", done="ended"))
    try:
        meeting = UUID(page)
    except ValueError:
        meeting = ended.meeting_id
    return see_other(url_for("meeting.show", meeting_id=meeting, _anchor="actions"))


def _seen() -> int:
    seen = _typed_number(request.form.get("seen", ""))
    return -1 if seen is None else seen
