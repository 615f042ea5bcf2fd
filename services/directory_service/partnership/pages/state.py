"""Districts of a state side by side: a table and a grid of equal squares, those first that need somebody most.

The squares stand in order and not as a map: a state's view is opened to find the worst, and no table of positions is
kept for eight hundred districts that change. One measure at a time is drawn; the table has all.
"""

from datetime import date

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from directory_service.organizations.domain.ranks import GROUPS
from directory_service.organizations.use_cases.extend_reach import extend_reach
from directory_service.partnership.domain.district_record import twelve_months
from directory_service.partnership.domain.meeting_date import previous_month
from directory_service.partnership.domain.state_measures import MEASURES
from directory_service.partnership.domain.written_month import read_month
from directory_service.partnership.pages import state_words as words
from directory_service.partnership.pages.meeting_words import district_name, month_words
from directory_service.partnership.pages.plots import plots_of
from directory_service.partnership.pages.training_words import coverage_words
from directory_service.partnership.use_cases.show_state import StateView, show_state
from service_kit.web.access.require import principal, require
from service_kit.web.context import context
from service_kit.web.html.i18n import gettext as _
from service_kit.web.html.render import render
from setu.india import day_in_india
from setu.roles import STATE_READERS

blueprint = Blueprint("state", __name__, url_prefix="/state")


@blueprint.get("")
@require(*STATE_READERS)
def show() -> ResponseReturnValue:
    """The page; `by`: the measure that is drawn and by which the districts stand, `month`: the last of the twelve."""
    now = context().clock.now()
    who, measure = extend_reach(context().db, principal()), _measure()
    with context().db.transaction(who.scope) as session:
        view = show_state(session, who, now, read_month(request.args.get("month", ""), day_in_india(now)))
    begun = [row for row in view.districts if row.record.is_begun]
    rows = sorted(begun, key=lambda row: MEASURES[measure].place(row.record))
    tiles = words.tiles_of(rows, measure)
    return render(
        "partnership/state.html",
        view=view,
        rows=rows,
        tiles=tiles,
        waiting=[district_name(row.district) for row in view.districts if not row.record.is_begun],
        measure=measure,
        by_marks=any(tile.marks for tile in tiles),
        title=MEASURES[measure].title,
        measures=[(code, _(each.title)) for code, each in MEASURES.items()],
        groups=GROUPS,
        coverage_words=coverage_words,
        words=words,
        plots=_plots(view),
        district_name=district_name,
        month_words=month_words,
        months=[(f"{month:%Y-%m}", month_words(month)) for month in _months(view, day_in_india(now))],
    )


def _measure() -> str:
    asked = request.args.get("by", "")
    return asked if asked in MEASURES else next(iter(MEASURES))


def _plots(view: StateView) -> object:
    return plots_of(view.own_figures[0], view.own_figures) if view.own_figures else []


def _months(view: StateView, today: date) -> list[date]:
    """The months that may be chosen, the newest first: twelve until last month, and the one that is shown."""
    return sorted({*twelve_months(previous_month(today)), view.month}, reverse=True)
