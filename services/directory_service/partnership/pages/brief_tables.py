"""Tables of the yearly brief: the frozen cells of a year as rows of months, and of needs by quarter. No sums."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from directory_service.partnership.domain.district_record import cell_of, is_quarter
from directory_service.partnership.domain.figures import QUARTER, FigureCell, MonthFigures
from directory_service.partnership.pages.meeting_words import month_words
from directory_service.partnership.pages.plots import cell_words
from service_kit.translations import N_
from service_kit.web.html.i18n import gettext as _
from service_kit.web.html.i18n import number
from setu.figures import TABLES

MONTHLY: Mapping[tuple[str, str], str] = {
    ("consent", "sent"): N_("Yes, sent"),
    ("consent", "only_card"): N_("Only the card"),
    ("consent", "declined"): N_("No"),
    ("views", "accepted"): N_("Accepted"),
    ("views", "not_taken"): N_("Could not take it"),
    ("views", "not_answered"): N_("No answer"),
    ("first_response", "median_hours"): N_("Hours to the first answer"),
    ("share", "answered_24_hours"): N_("Within 24 hours"),
    ("share", "women"): N_("Women"),
    ("share", "children"): N_("Under 18"),
}
"""Table and row → head of its column."""


@dataclass(frozen=True)
class BriefTable:
    """Heads of the columns, and rows: the head of each and its cells as they are told."""

    heads: Sequence[str]
    rows: Sequence[tuple[str, Sequence[str]]]


def monthly_table(months: Sequence[date], figures: Mapping[date, MonthFigures]) -> BriefTable:
    """A row a month, a column for each measure that some month has."""
    columns = [key for key in MONTHLY if any(cell_of(each, *key) for each in figures.values())]
    rows = [(month_words(month), [_short(cell_of(figures.get(month), *key)) for key in columns]) for month in months]
    return BriefTable([_(MONTHLY[key]) for key in columns], rows if columns else [])


def needs_table(months: Sequence[date], figures: Mapping[date, MonthFigures]) -> BriefTable:
    """A row for each need that some quarter has, a column a quarter that is frozen."""
    quarters = [month for month in months if is_quarter(month) and month in figures]
    names = TABLES["unmet_need"].rows
    told = [row for row in names if any(cell_of(figures[month], "unmet_need", row) for month in quarters)]
    rows = [(_(names[row]), [_short(cell_of(figures[month], "unmet_need", row)) for month in quarters]) for row in told]
    heads = [_("three months until %(month)s", month=month_words(month)) for month in quarters]
    return BriefTable(heads, rows)


def _short(cell: FigureCell | None) -> str:
    """`< 10` where the page has said what it means; `–` where nothing was counted."""
    if cell is None:
        return "–"
    short = {"fewer_than_10": f"< {number(10)}", "too_few": "…"}
    text = short.get(cell.shown) or cell_words(cell)
    of_quarter = cell.months == QUARTER and cell.table != "unmet_need"
    return _("%(figure)s in three months", figure=text) if of_quarter else text
