"""The day of prison health staff: questions for them, and who leaves in the next 14 days.

Promises: what is shown comes from the own rows and the public directory; a missing appointment says "ask the service",
never "see the person" (rule 2; `appointment` of `templates/referral/leaving_row.html`); days are exact, so that the
same rows give the same bytes. When not to use it: for the provider's side (`leaving_tasks.py`).
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from referral_service.domain.listed_service import ListedService
from referral_service.domain.release_date import release_flags
from referral_service.domain.sent_referral import SentReferral
from referral_service.store.custody_lists import count_leaving
from referral_service.store.directory import listed_by_id
from referral_service.use_cases.list_custody import list_leaving, list_questions
from referral_service.use_cases.list_sent import list_sent
from service_kit.identity import Principal
from service_kit.web.access.require import principal, require
from service_kit.web.context import context
from service_kit.web.html.render import render
from setu.india import day_in_india
from setu.roles import CUSTODY_HEALTH

blueprint = Blueprint("custody_day", __name__, url_prefix="/leaving")
FIRST = 5
"""Rows of each part on the day's page."""


@blueprint.get("")
@require(CUSTODY_HEALTH)
def show_leaving() -> ResponseReturnValue:
    """All who leave in the next 14 days, the first first."""
    who, now, after = principal(), context().clock.now(), request.args.get("after")
    with context().db.transaction(who.scope) as session:
        page = list_leaving(session, who, now=now, after=after)
        total = count_leaving(session, who, now=now)
        about = _about(session, page.items, day_in_india(now))
    return render("referral/leaving.html", page=page, total=total, first=after is None, **about)


def count_waiting() -> int:
    """The number beside its link in the menu."""
    who = principal()
    with context().db.transaction(who.scope) as session:
        return count_leaving(session, who, now=context().clock.now())


def render_day(who: Principal) -> Response:
    """Their home page."""
    now = context().clock.now()
    with context().db.transaction(who.scope) as session:
        questions = list_questions(session, who, now=now)
        leaving = list_leaving(session, who, now=now, limit=FIRST).items
        total = count_leaving(session, who, now=now)
        latest = list_sent(session, who, now=now, limit=FIRST).items
        about = _about(session, leaving, day_in_india(now))
    return render(
        "referral/custody_day.html", questions=questions, leaving=leaving, total=total, latest=latest, **about
    )


def _about(session: Session, items: Sequence[SentReferral], today: date) -> dict[str, Any]:
    """What the directory and the day say of the rows: whom to ring, and the flags of a release."""
    wanted = {service for item in items for service in item.asked_services}
    listed: Mapping[UUID, ListedService] = listed_by_id(session, wanted) if wanted else {}
    return {
        "services_of": {item.id: [listed[key] for key in item.asked_services if key in listed] for item in items},
        "flags_of": {item.id: release_flags(item.release_on, today) for item in items},
    }
