"""Case worker's list: who leaves prison in the next 14 days and has no appointment yet.

Promises: the own provider's open referrals alone, the first to leave first; no identity. When not to use it: for prison
health staff (`custody_day.py`).
"""

from datetime import UTC, datetime, time
from typing import Any

from flask import Blueprint, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from referral_service.domain.release_date import release_flags
from referral_service.domain.task_view import TaskView
from referral_service.store.directory import names_of_organizations
from referral_service.store.leaving_tasks import count_leaving_tasks, list_leaving_tasks
from service_kit import cursor
from service_kit.identity import Principal
from service_kit.web.access.require import principal, require
from service_kit.web.context import context
from service_kit.web.html.render import render
from setu.india import day_in_india
from setu.roles import CASE_WORKERS

blueprint = Blueprint("leaving_tasks", __name__, url_prefix="/inbox/leaving")
SHOWN = 25


@blueprint.get("")
@require(*CASE_WORKERS)
def show_list() -> ResponseReturnValue:
    """One page."""
    who, after = principal(), request.args.get("after")
    with context().db.transaction(who.scope) as session:
        listed = _listed(session, who, context().clock.now(), after)
    return render("referral/leaving_tasks.html", conditional=True, first=after is None, **listed)


def count_waiting() -> int:
    """The number beside its link in the menu."""
    who, now = principal(), context().clock.now()
    with context().db.transaction(who.scope) as session:
        return count_leaving_tasks(session, who, now=now)


def _listed(session: Session, who: Principal, now: datetime, after: str | None) -> dict[str, Any]:
    last = cursor.decode(after)
    seen = None if last is None else (last.at.date(), last.id)
    tasks = list_leaving_tasks(session, who, now=now, after=seen, limit=SHOWN + 1)
    shown, today = tasks[:SHOWN], day_in_india(now)
    return {
        "items": shown,
        "following": _cursor(shown[-1]) if len(tasks) > SHOWN else None,
        "total": count_leaving_tasks(session, who, now=now),
        "prisons": names_of_organizations(session, {task.prison_id for task in shown if task.prison_id}),
        "flags_of": {task.id: release_flags(task.release_on, today) for task in shown},
    }


def _cursor(task: TaskView) -> str | None:
    day = task.release_on
    return None if day is None else cursor.encode(datetime.combine(day, time(), UTC), task.id)
