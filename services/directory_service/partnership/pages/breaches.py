"""Breaches of the agreement: reported past every station, read and moved by whoever is to act."""

from datetime import date
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue

from directory_service.organizations.store.state_bodies import districts_with_body_above
from directory_service.partnership.domain.breaches import KINDS, LONGEST_TEXT, MOVES
from directory_service.partnership.domain.sealed_posts import BREACH
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
from directory_service.partnership.pages.meeting import stale_as_conflict
from directory_service.partnership.pages.refused_text import guard_words, length_of, too_long_words
from directory_service.partnership.pages.seen_version import seen_version
from directory_service.partnership.pages.service_words import service_words
from directory_service.partnership.pages.untraced import leave_no_trace
from directory_service.partnership.store.board import board_places
from directory_service.partnership.store.meetings import districts_of
from directory_service.partnership.use_cases.board.count_breaches import counted_breaches
from directory_service.partnership.use_cases.board.find_board_place import find_board_place
from directory_service.partnership.use_cases.board.follow_breach import (
    BreachCursor,
    BreachStep,
    count_reported,
    list_breaches,
    move_breach,
)
from directory_service.partnership.use_cases.board.report_breach import (
    NewBreach,
    NobodyAbove,
    breach_fields,
    report_breach,
)
from directory_service.partnership.use_cases.visit_service import services_in
from service_kit.errors import NotFound
from service_kit.web.access.require import principal, require
from service_kit.web.context import context
from service_kit.web.html.i18n import digits, number
from service_kit.web.html.i18n import gettext as _
from service_kit.web.html.render import render, see_other
from service_kit.web.html.sent_form import shows_again
from setu.guard import CaseDetails
from setu.india import day_in_india
from setu.roles import BOARD_WRITERS, COORDINATOR, PEOPLE

blueprint = Blueprint("breaches", __name__, url_prefix="/reports")
_ON_A_PAGE = 25


@blueprint.get("")
@require(*PEOPLE)
def show() -> ResponseReturnValue:
    """The reports that are the reader's to handle, or the reader's own."""
    return _list({})


def count_waiting() -> int:
    """The number beside "Breaches" in the menu of all three services: reports that nobody has taken up."""
    with context().db.transaction(principal().scope) as session:
        return count_reported(session)


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
def report() -> ResponseReturnValue:
    """Report it: with a name at once, without one after the page that says what is kept."""
    leave_no_trace()
    errors = _errors()
    if shown_again_before():
        return _form({})
    return _form(errors, status=422) if errors else _take_report()


def _take_report() -> ResponseReturnValue:
    typed, who = request.form, principal()
    try:
        with context().db.transaction(who.scope) as session:
            offered = find_board_place(session, who, typed_district()).takes_unnamed_reports
            if typed["author"] == NAMED:
                report_breach(session, who, typed_uuid4("once"), _typed(), context().clock.now())
            fields = breach_fields(session, who, _typed())
    except CaseDetails as refused:
        return _form({"text": guard_words(refused)}, status=422)
    except NobodyAbove:
        return _form({"past": _(words.NOBODY_ABOVE)}, status=422)
    if typed["author"] == NAMED:
        send_cover()
        return see_other(url_for("breaches.show", done="named"))
    if not offered:
        return _form({"author": _(words.UNNAMED_REPORT_REFUSED)}, status=422)
    if not is_accepted():
        return _accept_page()
    service = "" if fields["service_id"] is None else str(fields["service_id"])  # as checked, never as typed
    send_unnamed(BREACH, {**fields, "day": typed["day"], "service_id": service})
    return see_other(url_for("breaches.show", done="unnamed"))


@blueprint.post("/<uuid:breach_id>/<step>")
@require(COORDINATOR)
def move(breach_id: UUID, step: str) -> ResponseReturnValue:
    """Take it up, pass it to the unit above, answer, close."""
    if step not in MOVES:
        raise NotFound
    answer = request.form.get("answer", "").strip()
    if step == "answer" and (wrong := _answer_fault(answer)):
        return _list({"answer": wrong}, status=422, form_of=str(breach_id))
    try:
        with context().db.transaction(principal().scope) as session, stale_as_conflict():
            wanted = BreachStep(step, seen_version(), answer if step == "answer" else "")
            move_breach(session, principal(), breach_id, wanted, context().clock.now())
    except CaseDetails as refused:
        return _list({"answer": guard_words(refused)}, status=422, form_of=str(breach_id))
    return see_other(url_for("breaches.show", done="moved", cursor=_cursor() or None))


def _cursor() -> str:
    """Where the page begins that is shown, or whose form was sent."""
    return request.form.get("cursor", "") if request.method == "POST" else request.args.get("cursor", "")


def _typed() -> NewBreach:
    typed = request.form
    return NewBreach(
        district=typed_district(),
        kind=typed["kind"],
        service=_uuid(typed.get("service", "")),
        day=date.fromisoformat(typed["day"]),
        text=typed.get("text", ""),
        parent_agreed=typed.get("parent") == "yes",
        past_coordinator=typed.get("past") == "yes",
    )


def _errors() -> dict[str, str]:
    typed, errors = request.form, dict[str, str]()
    if not typed_district():
        errors["district"] = _("Choose a district.")
    if typed.get("kind") not in KINDS:
        errors["kind"] = _("Choose what happened.")
    if not _is_past_day(typed.get("day", "")):
        errors["day"] = _("Enter the day on which it happened.")
    if too_long := too_long_words(typed.get("text", ""), LONGEST_TEXT):
        errors["text"] = too_long
    if typed.get("author") not in (NAMED, UNNAMED):
        errors["author"] = _("Choose one of the two.")
    return errors


def _is_past_day(typed: str) -> bool:
    try:
        return date(2020, 1, 1) <= date.fromisoformat(typed) <= day_in_india(context().clock.now())
    except ValueError:
        return False


def _form(errors: dict[str, str], *, status: int = 200) -> Response:
    who, today = principal(), day_in_india(context().clock.now())
    with context().db.transaction(who.scope) as session:
        districts, services = districts_of(session, who.districts), services_in(session, who.districts)
        with_body = districts_with_body_above(session, who.districts)
        above = [each.code in with_body for each in districts]
        places = board_places(session, who.districts).values()
    values: dict[str, Any] = {"errors": errors, "typed": request.form, "once": typed_uuid4("once"), "today": today}
    values |= {"districts": district_choices(districts), "kinds": [(code, _(text)) for code, text in KINDS.items()]}
    values |= {"services": [(each.id, f"{each.provider_name}: {service_words(each.name).text}") for each in services]}
    authors = author_choices(_(words.NAMED_REPORT), _(words.UNNAMED_REPORT))
    offered = any(place.takes_unnamed_reports for place in places)
    values |= {"authors": authors if offered else authors[:1], "offered": offered}
    values |= {"some_above": any(above), "all_above": all(above)}
    return render("partnership/breach_new.html", status=status, words=words, **values)


def _accept_page() -> Response:
    names = ("kind", "text", "author", "district", "service", "day", "parent", "past")
    typed = {name: request.form.get(name, "") for name in names}
    typed |= {"once": str(typed_uuid4("once")), "accepted": "yes"}
    values: dict[str, Any] = {"kept": words.KEPT_OF_BREACH, "not_kept": words.NOT_KEPT, "action": "breaches.report"}
    return render("partnership/accept.html", typed=typed, warning=words.WARNING, on_states_board=False, **values)


def _list(errors: dict[str, str], *, status: int = 200, form_of: str = "") -> Response:
    who, here = principal(), _cursor()
    with context().db.transaction(who.scope) as session:
        page = list_breaches(session, who, _ON_A_PAGE, BreachCursor.decode(here))
        counts = counted_breaches(session)
    following = url_for("breaches.show", cursor=page.next) if page.next else None
    values: dict[str, Any] = {
        "views": page.items,
        "following": following,
        "cursor": here,
        "counts": counts,
        "words": words,
        "kinds": KINDS,
        "errors": errors,
    }
    values |= {"typed": request.form, "done": request.args.get("done", "")}
    values |= {"form_of": form_of, "digits": digits, "service_words": service_words}
    return render("partnership/breaches.html", status=status, writes=who.role in BOARD_WRITERS, **values)


def _answer_fault(answer: str) -> str:
    if not length_of(answer):
        return _("Write an answer of at most %(most)s characters.", most=number(LONGEST_TEXT))
    return too_long_words(answer, LONGEST_TEXT)


def _uuid(typed: str) -> UUID | None:
    try:
        return UUID(typed)
    except ValueError:
        return None
