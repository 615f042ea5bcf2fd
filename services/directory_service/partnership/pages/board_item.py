"""An item of the board: what was said to it, and what may be done with it."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue

from directory_service.partnership.domain.board import CATEGORIES, HIDE_REASONS, LONGEST_TEXT, MOVES
from directory_service.partnership.pages import board_words as words
from directory_service.partnership.pages.board_form import typed_uuid4
from directory_service.partnership.pages.meeting import stale_as_conflict
from directory_service.partnership.pages.meeting_words import district_name
from directory_service.partnership.pages.refused_text import guard_words, length_of, too_long_words
from directory_service.partnership.pages.seen_version import seen_version
from directory_service.partnership.use_cases.board.answer_board_item import answer_board_item
from directory_service.partnership.use_cases.board.move_board_item import BoardStep, move_board_item
from directory_service.partnership.use_cases.board.show_board import show_board_item
from service_kit.errors import NotFound
from service_kit.web.access.require import principal, require
from service_kit.web.context import context
from service_kit.web.html.i18n import gettext as _
from service_kit.web.html.i18n import number
from service_kit.web.html.render import render, see_other
from setu.guard import CaseDetails
from setu.roles import COORDINATOR, PARTNERS, PEOPLE

blueprint = Blueprint("board_item", __name__, url_prefix="/board/<uuid:item_id>")


@blueprint.get("")
@require(*PEOPLE)
def show(item_id: UUID) -> ResponseReturnValue:
    """The item with its answers."""
    return _page(item_id, {})


@blueprint.post("/answers")
@require(*PARTNERS)
def answer(item_id: UUID) -> ResponseReturnValue:
    """Answer it, for the own side."""
    typed = request.form.get("text", "")
    if not length_of(typed):
        words_of = _("Write an answer of at most %(most)s characters.", most=number(LONGEST_TEXT))
        return _page(item_id, {"text": words_of}, status=422)
    if too_long := too_long_words(typed, LONGEST_TEXT):
        return _page(item_id, {"text": too_long}, status=422)
    try:
        with context().db.transaction(principal().scope) as session, stale_as_conflict():
            now = context().clock.now()
            answer_board_item(session, principal(), item_id, typed_uuid4("answer"), typed, now)
    except CaseDetails as refused:
        return _page(item_id, {"text": guard_words(refused)}, status=422)
    return see_other(url_for("board_item.show", item_id=item_id, done="answered"))


@blueprint.post("/<step>")
@require(COORDINATOR)
def move(item_id: UUID, step: str) -> ResponseReturnValue:
    """Put it on the agenda, say that it is done, or hide it for a reason."""
    reason = request.form.get("reason") if step == "hide" else None
    if step not in MOVES or (step == "hide" and reason not in HIDE_REASONS):
        raise NotFound
    with context().db.transaction(principal().scope) as session, stale_as_conflict():
        wanted = BoardStep(step, seen_version(), reason)
        move_board_item(session, principal(), item_id, wanted, context().clock.now())
    return see_other(url_for("board_item.show", item_id=item_id, done=step))


def _page(item_id: UUID, errors: dict[str, str], *, status: int = 200) -> Response:
    who = principal()
    with context().db.transaction(who.scope) as session:
        view = show_board_item(session, who, item_id)
    values: dict[str, Any] = {"view": view.items[0], "names": view.names, "words": words, "categories": CATEGORIES}
    values |= {"errors": errors, "typed": request.form, "answer_id": typed_uuid4("answer")}
    values |= {"district_name": district_name, "done": request.args.get("done", "")}
    return render("partnership/board_item.html", status=status, answers=who.role in PARTNERS, **values)
