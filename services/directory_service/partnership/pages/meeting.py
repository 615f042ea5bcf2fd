"""A meeting: its page for everybody of the district and for guests; what the coordinator does with its date and end."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time
from uuid import UUID

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from directory_service.partnership.domain.meetings import LONGEST_PLACE, NotNow
from directory_service.partnership.outside.working_calendar import is_holiday_in
from directory_service.partnership.pages.guest_page import guest_page
from directory_service.partnership.pages.meeting_page import meeting_page, meeting_values
from directory_service.partnership.pages.refused_text import too_long_words
from directory_service.partnership.pages.seen_version import seen_version
from directory_service.partnership.use_cases.cancel_meeting import cancel_meeting
from directory_service.partnership.use_cases.find_meeting import find_meeting
from directory_service.partnership.use_cases.plan_meeting import (
    MeetingPlan,
    NoMeetingDay,
    fault_of_date,
    plan_meeting,
)
from directory_service.partnership.use_cases.settle_meeting import settle_meeting
from directory_service.partnership.use_cases.show_guest_meeting import GuestMeetingView
from directory_service.partnership.use_cases.show_meeting import MeetingView
from directory_service.partnership.use_cases.show_readable_meeting import show_readable_meeting
from directory_service.partnership.use_cases.write_minutes import confirm_minutes
from service_kit.errors import Conflict, Stale
from service_kit.web.access.require import principal, require
from service_kit.web.context import context
from service_kit.web.html.i18n import gettext as _
from service_kit.web.html.render import render, see_other
from setu.india import INDIA
from setu.roles import COORDINATOR, PARTNERSHIP_READERS

blueprint = Blueprint("meeting", __name__, url_prefix="/meetings/<uuid:meeting_id>")
_LAST_MINUTE = time(23, 59)
"""By which a day is judged whose hour is not known yet."""


@contextmanager
def stale_as_conflict() -> Iterator[None]:
    """Somebody else was quicker, or the meeting is past that step: 409, in words."""
    try:
        yield
    except (Stale, NotNow):
        raise Conflict(_("This changed after you opened the page. Nothing was done; go back and look again.")) from None


@blueprint.get("")
@require(*PARTNERSHIP_READERS)
def show(meeting_id: UUID) -> ResponseReturnValue:
    """The page: agenda, who comes, minutes, actions; for a guest of the table what is a guest's."""
    view, now = _readable_meeting(meeting_id)
    if isinstance(view, GuestMeetingView):
        return guest_page(view, now)
    done = request.args.get("done", "")
    return render("partnership/meeting.html", **meeting_values(view, now), errors={}, done=done)


@blueprint.get("/sheet")
@require(*PARTNERSHIP_READERS)
def sheet(meeting_id: UUID) -> ResponseReturnValue:
    """The same to print or to project; a wall asks for it again and again."""
    view, now = _readable_meeting(meeting_id)
    if isinstance(view, GuestMeetingView):
        return guest_page(view, now, is_sheet=True)
    return render("partnership/sheet.html", conditional=True, **meeting_values(view, now), errors={})


@blueprint.post("/plan")
@require(COORDINATOR)
def plan(meeting_id: UUID) -> ResponseReturnValue:
    """Confirm the date, or move it."""
    who, now, typed = principal(), context().clock.now(), request.form
    place = " ".join(typed.get("place", "").split())
    day, at, errors = _typed_start()
    if wrong_place := too_long_words(place, LONGEST_PLACE) if place else _("Enter where you meet."):
        errors["place"] = wrong_place
    if errors or day is None or at is None:
        wrong_day = _wrong_day(meeting_id, datetime.combine(day, at or _LAST_MINUTE, INDIA), now) if day else {}
        return meeting_page(meeting_id, errors=wrong_day | errors, status=422, planned=typed)
    starts_at, seen = datetime.combine(day, at, INDIA), seen_version()
    try:
        with context().db.transaction(who.scope) as session, stale_as_conflict():
            closed = is_holiday_in(find_meeting(session, who, meeting_id).district_code)
            wanted = MeetingPlan(starts_at, place, seen)
            is_told = plan_meeting(session, who, meeting_id, wanted, now, is_holiday=closed).version != seen
    except NoMeetingDay as refused:
        return meeting_page(meeting_id, errors={"day": _day_words(str(refused))}, status=422, planned=typed)
    return see_other(url_for("meeting.show", meeting_id=meeting_id, done="planned" if is_told else "unchanged"))


@blueprint.post("/cancel")
@require(COORDINATOR)
def cancel(meeting_id: UUID) -> ResponseReturnValue:
    """Call it off."""
    with context().db.transaction(principal().scope) as session, stale_as_conflict():
        cancel_meeting(session, principal(), meeting_id, seen_version(), context().clock.now())
    return see_other(url_for("meeting.show", meeting_id=meeting_id, done="cancelled"))


@blueprint.post("/settle")
@require(COORDINATOR)
def settle(meeting_id: UUID) -> ResponseReturnValue:
    """Confirm who came."""
    with context().db.transaction(principal().scope) as session, stale_as_conflict():
        settle_meeting(session, principal(), meeting_id, seen_version(), context().clock.now())
    return see_other(url_for("meeting.show", meeting_id=meeting_id, done="settled"))


@blueprint.post("/confirm")
@require(COORDINATOR)
def confirm(meeting_id: UUID) -> ResponseReturnValue:
    """Confirm the minutes, at the next meeting."""
    with context().db.transaction(principal().scope) as session, stale_as_conflict():
        confirm_minutes(session, principal(), meeting_id, seen_version(), context().clock.now())
    return see_other(url_for("meeting.show", meeting_id=meeting_id, done="confirmed"))


def _readable_meeting(meeting: UUID) -> tuple[MeetingView | GuestMeetingView, datetime]:
    who, now = principal(), context().clock.now()
    with context().db.transaction(who.scope) as session:
        return show_readable_meeting(session, who, meeting, now), now


def _typed_start() -> tuple[date | None, time | None, dict[str, str]]:
    """The day and the hour on which it is to begin, in India, and what is wrong with either."""
    day, at, errors = None, None, dict[str, str]()
    try:
        day = date.fromisoformat(request.form.get("day", ""))
    except ValueError:
        errors["day"] = _("Enter a day.")
    try:
        at = time.fromisoformat(request.form.get("at", "")).replace(tzinfo=None)
    except ValueError:
        errors["at"] = _("Enter an hour, such as 11:00.")
    return day, at, errors


def _wrong_day(meeting: UUID, starts_at: datetime, now: datetime) -> dict[str, str]:
    """What is wrong with the day of a form that is wrong elsewhere, too. Raises NotFound for a meeting of others."""
    who = principal()
    with context().db.transaction(who.scope) as session:
        closed = is_holiday_in(find_meeting(session, who, meeting).district_code)
        fault = fault_of_date(session, who, meeting, starts_at, now, is_holiday=closed)
    return {"day": _day_words(fault)} if fault else {}


def _day_words(reason: str) -> str:
    return {
        "past": _("This hour is over. Choose one ahead."),
        "closed": _("Choose a working day from the 18th on: no holiday, and not a day that is blocked."),
        "month": _("The district meets in that month already."),
    }[reason]
