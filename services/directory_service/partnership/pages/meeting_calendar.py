"""A district's calendar: when it usually meets, and the days on which it cannot."""

from datetime import date, time

from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue

from directory_service.organizations.store.tables import District
from directory_service.partnership.domain.meeting_date import BLOCK_REASONS, Rhythm, may_be_blocked
from directory_service.partnership.domain.meetings import LONGEST_PLACE, PLANNED
from directory_service.partnership.outside.working_calendar import is_holiday_in
from directory_service.partnership.pages.meeting import stale_as_conflict
from directory_service.partnership.pages.meeting_words import (
    BLOCK_WORDS,
    STATE_WORDS,
    WEEKDAYS,
    day_words,
    district_name,
    when_words,
)
from directory_service.partnership.pages.refused_text import too_long_words
from directory_service.partnership.store.meetings import blocked_days, next_of, open_meetings, rhythm_of
from directory_service.partnership.use_cases.set_rhythm import (
    UsualMeeting,
    block_day,
    free_day,
    set_rhythm,
)
from service_kit.errors import NotFound
from service_kit.web.access.require import principal, require
from service_kit.web.context import context
from service_kit.web.html.i18n import gettext as _
from service_kit.web.html.render import render, see_other
from setu.india import day_in_india
from setu.roles import COORDINATOR

blueprint = Blueprint("meeting_calendar", __name__, url_prefix="/meetings/calendar/<int:district>")


@blueprint.get("")
@require(COORDINATOR)
def show(district: int) -> ResponseReturnValue:
    """The usual day, and the blocked ones."""
    return _page(district, {})


@blueprint.post("")
@require(COORDINATOR)
def keep(district: int) -> ResponseReturnValue:
    """Keep when and where the district usually meets."""
    errors, usual = _typed_usual()
    if usual is None:
        return _page(district, errors, 422)
    with context().db.transaction(principal().scope) as session, stale_as_conflict():
        set_rhythm(session, principal(), district, usual, context().clock.now(), is_holiday=is_holiday_in(district))
    return see_other(url_for("meeting_calendar.show", district=district, done="kept"))


@blueprint.post("/days")
@require(COORDINATOR)
def block(district: int) -> ResponseReturnValue:
    """Block a day."""
    now, reason = context().clock.now(), request.form.get("reason", "")
    try:
        day = date.fromisoformat(request.form.get("day", ""))
    except ValueError:
        return _page(district, {"day": _("Enter a day.")}, 422)
    if not may_be_blocked(day, reason, day_in_india(now)):
        return _page(district, {"day": _("Enter a day of the next two years, and why.")}, 422)
    with context().db.transaction(principal().scope) as session, stale_as_conflict():
        block_day(session, principal(), district, day, reason, now, is_holiday=is_holiday_in(district))
    return see_other(url_for("meeting_calendar.show", district=district, done="blocked"))


@blueprint.post("/days/free")
@require(COORDINATOR)
def free(district: int) -> ResponseReturnValue:
    """Take a blocked day back."""
    try:
        day = date.fromisoformat(request.form.get("day", ""))
    except ValueError:
        raise NotFound from None
    with context().db.transaction(principal().scope) as session, stale_as_conflict():
        free_day(session, principal(), district, day, context().clock.now(), is_holiday=is_holiday_in(district))
    return see_other(url_for("meeting_calendar.show", district=district))


def _typed_usual() -> tuple[dict[str, str], UsualMeeting | None]:
    typed, errors, at = request.form, dict[str, str](), None
    place, weekday = " ".join(typed.get("place", "").split()), typed.get("weekday", "")
    if weekday not in map(str, range(len(WEEKDAYS))):
        errors["weekday"] = _("Choose a weekday.")
    try:
        at = time.fromisoformat(typed.get("at", "")).replace(tzinfo=None)
    except ValueError:
        errors["at"] = _("Enter an hour, such as 11:00.")
    if too_long := too_long_words(place, LONGEST_PLACE):
        errors["place"] = too_long
    if errors or at is None:
        return errors, None
    return {}, UsualMeeting(Rhythm(int(weekday), at), place)


def _page(code: int, errors: dict[str, str], status: int = 200) -> Response:
    who, now = principal(), context().clock.now()
    if code not in who.districts:
        raise NotFound
    with context().db.transaction(who.scope) as session:
        district = session.get(District, code)
        if district is None:
            raise NotFound
        (rhythm, place), days = rhythm_of(session, code), blocked_days(session, code, day_in_india(now))
        ahead, planned = next_of(session, code, now), open_meetings(session, [code])
    blocked = {row.day for row in days}
    return render(
        "partnership/calendar.html",
        status=status,
        errors=errors,
        district=district,
        district_name=district_name,
        usual={"weekday": rhythm.weekday, "at": f"{rhythm.at:%H:%M}", "place": place, **request.form},
        typed=request.form,
        days=days,
        ahead=ahead,
        on_blocked=[each for each in planned if each.state == PLANNED and day_in_india(each.starts_at) in blocked],
        states=STATE_WORDS,
        when_words=when_words,
        day_words=day_words,
        weekdays=[(number, _(words)) for number, words in enumerate(WEEKDAYS)],
        reasons=[(code, _(BLOCK_WORDS[code])) for code in BLOCK_REASONS],
        reason_words=BLOCK_WORDS,
        done=request.args.get("done", ""),
    )
