"""The team's appointments, a day or a week of them: reference, need, whose it is; the person stays sealed.

Promises: days begin at midnight in India, weeks on Monday; the address holds a day and nothing else. When not to use
it: to make or move an appointment, which is done by recording an attempt; for what prison health staff are shown of
one, or read where none is (`custody_day.py`, in `templates/referral/leaving_row.html`).
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import groupby

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from referral_service.domain.task_view import TaskView
from referral_service.store.appointments import list_appointments
from referral_service.store.team_members import list_everybody
from service_kit.web.access.require import principal, require
from service_kit.web.context import context
from service_kit.web.html.render import render
from setu.india import day_in_india, midnight_in_india
from setu.roles import CASE_WORKER

blueprint = Blueprint("appointments", __name__, url_prefix="/appointments")
DAY, WEEK = timedelta(days=1), timedelta(days=7)
FARTHEST = timedelta(days=366 * 3)


@blueprint.get("")
@require(CASE_WORKER)
def show_day() -> ResponseReturnValue:
    """One day: today, or `?on=` another one."""
    day = _asked_day()
    return _page(day, DAY)


@blueprint.get("/week")
@require(CASE_WORKER)
def show_week() -> ResponseReturnValue:
    """The week of today, or of `?on=` another day, from Monday on."""
    day = _asked_day()
    return _page(day - day.weekday() * DAY, WEEK)


def _page(first: date, length: timedelta) -> ResponseReturnValue:
    who = principal()
    with context().db.transaction(who.scope) as session:
        found = list_appointments(session, who, _midnight(first), _midnight(first + length))
        names = {member.account_id: member.name for member in list_everybody(session, who.organization)}
    return render(
        "referral/appointments.html",
        first=first,
        last=first + length - DAY,
        before=first - length,
        after=first + length,
        today=_today(),
        is_week=length == WEEK,
        by_day=_by_day(found),
        names=names,
    )


def _by_day(found: Sequence[TaskView]) -> list[tuple[date, list[TaskView]]]:
    dated = [(day_in_india(task.appointment_at), task) for task in found if task.appointment_at is not None]
    return [(day, [task for _, task in group]) for day, group in groupby(dated, key=lambda pair: pair[0])]


def _asked_day() -> date:
    try:
        day = date.fromisoformat(request.args.get("on", ""))
    except ValueError:
        return _today()
    return day if abs(day - _today()) <= FARTHEST else _today()


def _today() -> date:
    return day_in_india(context().clock.now())


def _midnight(day: date) -> datetime:
    return midnight_in_india(day).astimezone(UTC)
