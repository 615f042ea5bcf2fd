"""Board: the list, the form, and posting. Without an author there is a page between that says what is kept."""

from datetime import UTC, datetime, time
from typing import Any

from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue

from directory_service.partnership.domain.board import CATEGORIES, LONGEST_TEXT
from directory_service.partnership.domain.sealed_posts import ITEM
from directory_service.partnership.pages import board_words as words
from directory_service.partnership.pages.board_form import (
    NAMED,
    UNNAMED,
    author_choices,
    district_choices,
    is_accepted,
    send_cover,
    send_unnamed,
    shown_again_before,
    typed_district,
    typed_uuid4,
)
from directory_service.partnership.pages.meeting_words import district_name
from directory_service.partnership.pages.refused_text import guard_words, length_of, too_long_words
from directory_service.partnership.pages.untraced import leave_no_trace
from directory_service.partnership.store.board import board_places, count_open
from directory_service.partnership.store.meetings import districts_of
from directory_service.partnership.use_cases.board.find_board_place import find_board_place
from directory_service.partnership.use_cases.board.post_to_board import NewBoardItem, post_to_board
from directory_service.partnership.use_cases.board.show_board import show_board
from service_kit import cursor
from service_kit.web.access.require import principal, require
from service_kit.web.context import context
from service_kit.web.html.i18n import gettext as _
from service_kit.web.html.i18n import number
from service_kit.web.html.render import render, see_other
from service_kit.web.html.sent_form import shows_again
from setu.guard import CaseDetails, guarded
from setu.roles import BOARD_WRITERS, COORDINATOR, PEOPLE

blueprint = Blueprint("board", __name__, url_prefix="/board")
_ON_A_PAGE = 25


def count_waiting() -> int:
    """The number beside "Board" in the menu of all three services: what nobody has answered, for a coordinator."""
    who = principal()
    if who.role != COORDINATOR:
        return 0
    with context().db.transaction(who.scope) as session:
        return count_open(session, who.districts)


@blueprint.get("")
@require(*PEOPLE)
def show() -> ResponseReturnValue:
    """The items of the own boards, the latest day first."""
    who, after = principal(), cursor.decode(request.args.get("cursor"))
    with context().db.transaction(who.scope) as session:
        view = show_board(session, who, _ON_A_PAGE + 1, (after[0].date(), after[1]) if after else None)
        where = districts_of(session, who.districts)
    following = None
    if len(view.items) > _ON_A_PAGE:
        last = view.items[_ON_A_PAGE - 1].item
        following = url_for("board.show", cursor=cursor.encode(datetime.combine(last.posted_on, time(), UTC), last.id))
    values: dict[str, Any] = {"views": view.items[:_ON_A_PAGE], "names": view.names, "following": following}
    values |= {"words": words, "categories": CATEGORIES, "district_name": district_name, "districts": where}
    values |= {"done": request.args.get("done", ""), "writes": who.role in BOARD_WRITERS, "is_first": after is None}
    return render("partnership/board.html", **values)


@blueprint.get("/new")
@require(*BOARD_WRITERS)
def new() -> ResponseReturnValue:
    """The form; a line in the access log beside its cover would tell covers from posts."""
    leave_no_trace()
    send_cover()
    return _form({})


@blueprint.post("/new")
@require(*BOARD_WRITERS)
@shows_again
def post() -> ResponseReturnValue:
    """Post it: with a name at once, without an author after the page that says what is kept."""
    leave_no_trace()
    typed, errors = request.form, _errors()
    if shown_again_before():
        return _form({})
    if errors:
        return _form(errors, status=422)
    category, text, district = typed["category"], typed["text"], typed_district()
    who = principal()
    try:
        text = guarded(text)
    except CaseDetails as refused:
        return _form({"text": guard_words(refused)}, status=422)
    if typed["author"] == NAMED:
        with context().db.transaction(who.scope) as session:
            item = NewBoardItem(typed_uuid4("once"), district, category, text)
            post_to_board(session, who, item, context().clock.now())
        send_cover()
        return see_other(url_for("board.show", done="named"))
    return _post_unnamed(district, category, text)


def _post_unnamed(district: int, category: str, text: str) -> ResponseReturnValue:
    who = principal()
    with context().db.transaction(who.scope) as session:
        place = find_board_place(session, who, district)
    if not place.takes_unnamed:
        return _form(
            {"author": _("Your state is too small: an item without an author would point at you.")}, status=422
        )
    if not is_accepted():
        return _accept_page(place.district is None)
    where = {"state_code": place.state, "district_code": place.district}
    send_unnamed(ITEM, {**where, "category": category, "text": text})
    return see_other(url_for("board.show", done="unnamed"))


def _errors() -> dict[str, str]:
    typed, errors = request.form, dict[str, str]()
    if not typed_district():
        errors["district"] = _("Choose a district.")
    if typed.get("category") not in CATEGORIES:
        errors["category"] = _("Choose what it is about.")
    if not length_of(typed.get("text", "")):
        errors["text"] = _("Write what should change, in at most %(most)s characters.", most=number(LONGEST_TEXT))
    elif too_long := too_long_words(typed["text"], LONGEST_TEXT):
        errors["text"] = too_long
    if typed.get("author") not in (NAMED, UNNAMED):
        errors["author"] = _("Choose one of the two.")
    return errors


def _form(errors: dict[str, str], *, status: int = 200) -> Response:
    who = principal()
    with context().db.transaction(who.scope) as session:
        districts = districts_of(session, who.districts)
        offered = any(place.takes_unnamed for place in board_places(session, who.districts).values())
    values: dict[str, Any] = {"errors": errors, "typed": request.form, "once": typed_uuid4("once"), "offered": offered}
    values |= {"districts": district_choices(districts), "categories": [(k, _(v)) for k, v in CATEGORIES.items()]}
    authors = author_choices(_(words.NAMED_ITEM), _(words.UNNAMED_ITEM))
    values |= {"authors": authors if offered else authors[:1]}
    return render("partnership/board_new.html", status=status, **values)


def _accept_page(on_states_board: bool) -> Response:
    typed = {name: request.form.get(name, "") for name in ("category", "text", "author", "district")}
    typed |= {"once": str(typed_uuid4("once")), "accepted": "yes"}
    values: dict[str, Any] = {"typed": typed, "kept": words.KEPT, "not_kept": words.NOT_KEPT, "action": "board.post"}
    return render("partnership/accept.html", warning=words.WARNING, on_states_board=on_states_board, **values)
