"""Yearly brief of a district or of the whole state: a sheet to print on A4 and hand to an authority."""

from datetime import date
from typing import Any

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from directory_service.accounts.store.accounts import district_names
from directory_service.organizations.domain.ranks import GROUPS, RANKS
from directory_service.organizations.use_cases.extend_reach import extend_reach
from directory_service.partnership.domain.capacity import Capacity
from directory_service.partnership.domain.district_record import twelve_months
from directory_service.partnership.domain.meeting_date import previous_month
from directory_service.partnership.domain.written_month import read_month
from directory_service.partnership.pages import meeting_words, state_words
from directory_service.partnership.pages.brief_tables import monthly_table, needs_table
from directory_service.partnership.pages.service_words import service_words
from directory_service.partnership.pages.training_words import coverage_words
from directory_service.partnership.use_cases.show_brief import show_brief
from directory_service.partnership.use_cases.show_state import show_state
from service_kit.errors import NotFound
from service_kit.identity import Principal
from service_kit.web.access.require import principal, require
from service_kit.web.context import context
from service_kit.web.html.i18n import gettext as _
from service_kit.web.html.i18n import language
from service_kit.web.html.render import render
from setu.india import day_in_india
from setu.needs import NEEDS
from setu.roles import PARTNERSHIP_READERS, STATE_READERS

blueprint = Blueprint("brief", __name__, url_prefix="/brief")


@blueprint.get("")
@require(*PARTNERSHIP_READERS)
def show() -> ResponseReturnValue:
    """`district`: one of the own; without, the own one where there is one alone, else the whole state."""
    who = extend_reach(context().db, principal())
    asked = request.args.get("district", "")
    if asked.isdecimal() and len(asked) < 9:
        return _of_district(who, int(asked))
    if len(who.districts) == 1:
        return _of_district(who, who.districts[0])
    return _of_state(who)


def _of_district(who: Principal, district: int) -> ResponseReturnValue:
    now = context().clock.now()
    with context().db.transaction(who.scope) as session:
        view = show_brief(session, who, district, now, read_month(request.args.get("until", ""), day_in_india(now)))
        names = district_names(session, who.districts, language())
    figures = {each.month: each.figures for each in view.record.months if each.figures}
    return render(
        "partnership/brief.html",
        view=view,
        record=view.record,
        names=names,
        monthly=monthly_table(view.months, figures),
        needs=needs_table(view.months, figures),
        frozen_at=max((each.frozen_at for each in figures.values()), default=None),
        **_shared(view.months, day_in_india(now), view.record.capacity),
    )


def _of_state(who: Principal) -> ResponseReturnValue:
    now = context().clock.now()
    if who.role not in STATE_READERS:
        raise NotFound
    with context().db.transaction(who.scope) as session:
        view = show_state(session, who, now, read_month(request.args.get("until", ""), day_in_india(now)))
    if not view.is_whole:
        raise NotFound
    figures = {each.month: each for each in view.own_figures}
    return render(
        "partnership/brief_state.html",
        view=view,
        rows=[row for row in view.districts if row.record.is_begun],
        monthly=monthly_table(view.months, figures),
        needs=needs_table(view.months, figures),
        frozen_at=max((each.frozen_at for each in view.own_figures), default=None),
        **_shared(view.months, day_in_india(now), view.capacity),
    )


def _shared(months: list[date] | Any, today: date, capacity: Capacity) -> dict[str, Any]:
    choices = sorted({*twelve_months(previous_month(today)), months[-1]}, reverse=True)
    return {
        "today": today,
        "groups": GROUPS,
        "ranks": RANKS,
        "said": state_words,
        "words": meeting_words,
        "accepting_words": state_words.accepting_words,
        "service_words": service_words,
        "coverage_words": coverage_words,
        "district_name": meeting_words.district_name,
        "until": f"{months[-1]:%Y-%m}",
        "month_choices": [(f"{month:%Y-%m}", meeting_words.month_words(month)) for month in choices],
        "lacking": [_(need.name) for need in NEEDS if need.police_may_pick and need.code not in capacity.met],
    }
