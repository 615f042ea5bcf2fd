"""Hosted visits to a service: the rules first, then asked by a unit, agreed or declined by the provider."""

from datetime import date
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue

from directory_service.partnership.domain.meetings import NotNow
from directory_service.partnership.domain.visits import CANCELLED, MOST_SEATS, MOVES, RULES, moves_open
from directory_service.partnership.pages.meeting import stale_as_conflict
from directory_service.partnership.pages.seen_version import seen_version
from directory_service.partnership.pages.service_words import service_words, words_of_services
from directory_service.partnership.store.meetings import names_of
from directory_service.partnership.store.tables_visits import HostedVisit
from directory_service.partnership.store.visits import names_of_services, visits_unanswered
from directory_service.partnership.use_cases.visit_service import ask_visit, move_visit, services_to_visit, visits_of
from service_kit.errors import NotFound
from service_kit.translations import N_
from service_kit.web.access.require import principal, require
from service_kit.web.context import context
from service_kit.web.html.i18n import gettext as _
from service_kit.web.html.i18n import number
from service_kit.web.html.render import render, see_other
from setu.india import day_in_india
from setu.roles import PARTNERS, PARTNERSHIP_READERS, UNIT_SUPERVISOR

blueprint = Blueprint("visits", __name__, url_prefix="/visits")
NOT_HELD = (N_("not held"), "quiet")
STATE_WORDS = {
    "asked": (N_("asked"), "amber"),
    "agreed": (N_("agreed"), "green"),
    "declined": (N_("declined"), "quiet"),
    "held": (N_("held"), "green"),
    "cancelled": (N_("called off"), "quiet"),
}
STEP_WORDS = {
    "agree": N_("Agree"),
    "decline": N_("Decline"),
    "cancel": N_("Call it off"),
    "hold": N_("It was held"),
}
ANSWER_WORDS = {**STEP_WORDS, "cancel": N_("It was not held")}
"""Step → its words once the day of an agreed visit is over."""
DONE_WORDS = {
    "asked": N_("The visit is asked for. The provider answers here."),
    "agree": N_("The visit is agreed."),
    "decline": N_("The visit is declined."),
    "cancel": N_("The visit is called off."),
    "hold": N_("The visit is noted as held."),
    "not-held": N_("The visit is noted as not held."),
}
"""What was done → the words of the page after it."""


@blueprint.get("")
@require(*PARTNERSHIP_READERS)
def show() -> ResponseReturnValue:
    """The own visits, with what may be done now; first those of which nobody said whether they were held."""
    return _page({})


@blueprint.post("")
@require(UNIT_SUPERVISOR)
def ask() -> ResponseReturnValue:
    """Ask for a visit."""
    typed, errors = request.form, dict[str, str]()
    seats, service, day = typed.get("seats", "").strip(), _uuid(typed.get("service", "")), _day(typed.get("day", ""))
    if service is None:
        errors["service"] = _("Choose a service.")
    if day is None or day <= day_in_india(context().clock.now()):
        errors["day"] = _day_words()
    if not (seats.isdecimal() and len(seats) == 1 and 1 <= int(seats) <= MOST_SEATS):
        errors["seats"] = _("Enter how many come, from 1 to %(most)s.", most=number(MOST_SEATS))
    if errors or service is None or day is None:
        return _page(errors, status=422)
    visit, now = _uuid(typed.get("visit", "")) or context().ids.uuid(), context().clock.now()
    try:
        with context().db.transaction(principal().scope) as session:
            ask_visit(session, principal(), visit, service, day, int(seats), now)
    except NotNow:
        return _page({"day": _day_words()}, status=422)
    return see_other(url_for("visits.show", done="asked"))


@blueprint.post("/<uuid:visit_id>/<step>")
@require(*PARTNERS)
def move(visit_id: UUID, step: str) -> ResponseReturnValue:
    """Agree, decline, call off, or say that it was held."""
    if step not in MOVES:
        raise NotFound
    with context().db.transaction(principal().scope) as session, stale_as_conflict():
        now = context().clock.now()
        row = move_visit(session, principal(), visit_id, step, seen_version(), now)
        was_not_held = _was_not_held(row, day_in_india(now))
    return see_other(url_for("visits.show", done="not-held" if was_not_held else step))


def _page(errors: dict[str, str], *, status: int = 200) -> Response:
    who, today = principal(), day_in_india(context().clock.now())
    with context().db.transaction(who.scope) as session:
        unanswered = visits_unanswered(session, who, today)
        asked_of = {each.id for each in unanswered}
        visits = [each for each in visits_of(session, who) if each.id not in asked_of]
        choices = services_to_visit(session, who, today) if who.role == UNIT_SUPERVISOR else []
        parties = {each for row in (*visits, *unanswered) for each in (row.unit_id, row.provider_id)}
        names = names_of(session, parties)
        services = names_of_services(session, {each.service_id for each in (*visits, *unanswered)})
    values: dict[str, Any] = {"visits": visits, "unanswered": unanswered, "names": names}
    values["services"] = words_of_services(services)
    values |= {"rules": RULES, "errors": errors, "typed": request.form, "most": MOST_SEATS}
    values |= {"step_words": STEP_WORDS, "answer_words": ANSWER_WORDS}
    values["state_words"] = {row.id: _state_words(row, today) for row in (*visits, *unanswered)}
    values["choices"] = [(each.id, f"{each.provider_name}: {service_words(each.name).text}") for each in choices]
    values["steps"] = {row.id: _steps(row, who.role, today) for row in (*visits, *unanswered)}
    values |= {"new_id": context().ids.uuid, "asks": who.role == UNIT_SUPERVISOR}
    values["said"] = DONE_WORDS.get(request.args.get("done", ""), "")
    return render("partnership/visits.html", status=status, **values)


def _steps(row: HostedVisit, role: str, today: date) -> list[str]:
    """The steps with a button: of two that say no to what is only asked, one."""
    steps = moves_open(row.state, role, row.day, today)
    return [each for each in steps if each != "cancel" or "decline" not in steps]


def _state_words(row: HostedVisit, today: date) -> tuple[str, str]:
    """The state and its tone; one that was called off has not been held, once its day is over."""
    return NOT_HELD if _was_not_held(row, today) else STATE_WORDS[row.state]


def _was_not_held(row: HostedVisit, today: date) -> bool:
    return row.state == CANCELLED and row.day < today


def _day_words() -> str:
    return _("Enter a day ahead.")


def _day(typed: str) -> date | None:
    try:
        return date.fromisoformat(typed)
    except ValueError:
        return None


def _uuid(typed: str) -> UUID | None:
    try:
        return UUID(typed)
    except ValueError:
        return None
