"""Words of the state view: what a tile and a column say of a district by each measure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from directory_service.listings.domain.attributes import CHOICES
from directory_service.partnership.domain.board_count import BoardCount
from directory_service.partnership.domain.capacity import Capacity
from directory_service.partnership.domain.district_record import ActionCount, DatedCell, DistrictRecord
from directory_service.partnership.domain.figures import QUARTER, FigureCell
from directory_service.partnership.domain.meetings import HELD
from directory_service.partnership.domain.state_measures import MEASURES, unmet_needs
from directory_service.partnership.pages.meeting_words import district_name, month_words
from directory_service.partnership.pages.plots import cell_words
from directory_service.partnership.pages.training_words import coverage_words
from directory_service.partnership.use_cases.show_state import DistrictRow
from service_kit.translations import N_
from service_kit.web.html.i18n import gettext as _
from service_kit.web.html.i18n import ngettext, number
from service_kit.web.html.plots import trend_paths
from setu.figures import TABLES


@dataclass(frozen=True)
class MeasureWords:
    """What is said of a district: the figure, what stands below it; a tag where somebody has to look, and its tone."""

    text: str
    more: str = ""
    tag: str = ""
    tone: str = "amber"


@dataclass(frozen=True)
class Tile:
    """A district as a square: its code and name, what is said, its months as SVG paths or as marks, filled or not."""

    code: int
    name: str
    words: MeasureWords
    trend: Sequence[str]
    marks: Sequence[bool]


def tiles_of(rows: Sequence[DistrictRow], measure: str) -> list[Tile]:
    """Each district by one measure, in the order of the rows."""
    return [
        Tile(
            row.district.code,
            district_name(row.district),
            WORDS[measure](row.record),
            () if measure == "meetings" else trend_paths(MEASURES[measure].months(row.record)),
            [each.meeting == HELD for each in row.record.months] if measure == "meetings" else (),
        )
        for row in rows
    ]


def meetings_words(record: DistrictRecord) -> MeasureWords:
    """`9 of 12`, and whether the district is silent."""
    text = _("%(count)s of %(all)s", count=number(record.held), all=number(record.expected))
    tag = _("no meeting for 45 days") if record.silent else ""
    return MeasureWords(text if record.expected else _("none yet"), tag=tag, tone="red")


def actions_words(count: ActionCount) -> MeasureWords:
    """`12 of 15 done`, and what is overdue."""
    text = _("%(count)s of %(all)s", count=number(count.done), all=number(count.due - count.dropped))
    overdue = ngettext("%(num)s overdue", "%(num)s overdue", count.overdue) if count.overdue else ""
    return MeasureWords(text if count.due else _("none was due"), tag=overdue)


def board_words(count: BoardCount) -> MeasureWords:
    """`4 of 5` answered in ten working days, how many are open, and what is overdue."""
    if not count.posted:
        return MeasureWords(_("nothing was posted"))
    text = _("%(count)s of %(all)s", count=number(count.answered_in_time), all=number(count.due)) if count.due else ""
    waiting = ngettext("%(num)s open", "%(num)s open", count.open) if count.open else ""
    overdue = ngettext("%(num)s overdue", "%(num)s overdue", count.overdue) if count.overdue else ""
    return MeasureWords(text, waiting, tag=overdue)


def covered_words(record: DistrictRecord, group: str) -> MeasureWords:
    """`at most 67 %`, or what is missing."""
    coverage = record.coverage.groups.get(group)
    if coverage is None:
        return MeasureWords("–")
    if coverage.posted.posted is None:
        return MeasureWords("", coverage_words(coverage), tag=_("not known"))
    return MeasureWords(coverage_words(coverage))


def unmet_words(record: DistrictRecord) -> MeasureWords:
    """The need that most people lacked, and how many others are told."""
    if record.quarter is None:
        return MeasureWords(_("no figures yet"))
    needs = unmet_needs(record)
    if not needs:
        return MeasureWords("", _("told with the state's other districts"))
    told = [cell for cell in needs if cell.value is not None]
    if not told:
        return MeasureWords(_("all fewer than %(number)s", number=number(10)))
    more = need_words(told[0])
    if len(told) > 1:
        more += " · " + ngettext("and %(num)s more need", "and %(num)s more needs", len(told) - 1)
    return MeasureWords(cell_words(told[0]), more)


def need_words(cell: FigureCell) -> str:
    """What a row of unmet needs is called."""
    words = TABLES[cell.table].rows[cell.row]
    return _(words)


def figure_words(record: DistrictRecord, table: str, row: str, *beside: str) -> MeasureWords:
    """The newest figure of a row with its span where that is not the last month; why there is none. `beside`: more."""
    newest = record.newest(table, row)
    if newest is not None:
        return MeasureWords(cell_words(newest.cell), _joined(*beside, _span_words(newest, record)))
    if record.has_figures:
        return MeasureWords("", _joined(_("told with the state's other districts"), *beside))
    return MeasureWords(_("no figures yet"), _joined(*beside))


def _span_words(newest: DatedCell, record: DistrictRecord) -> str:
    month = month_words(newest.month)
    if newest.cell.months == QUARTER:
        return _("three months until %(month)s", month=month)
    return "" if newest.month == record.months[-1].month else month


def _joined(*words: str) -> str:
    return " · ".join(each for each in words if each)


def answer_words(record: DistrictRecord) -> MeasureWords:
    """The median, and the share within 24 hours."""
    within = record.newest("share", "answered_24_hours")
    more = _("within 24 hours: %(share)s", share=cell_words(within.cell)) if within else ""
    return figure_words(record, "first_response", "median_hours", more)


def women_words(record: DistrictRecord) -> MeasureWords:
    """Their share, beside the open services for them."""
    return figure_words(record, "share", "women", women_capacity(record.capacity))


def women_capacity(capacity: Capacity) -> str:
    """Open services for women."""
    return ngettext("%(num)s open service for women", "%(num)s open services for women", capacity.for_women)


def children_capacity(capacity: Capacity) -> str:
    """Open services that are certified for children."""
    return ngettext("%(num)s open service for under 18", "%(num)s open services for under 18", capacity.for_children)


def accepting_words(code: str) -> str:
    """Whether a service takes new people, as its listing says."""
    words = CHOICES["accepting"].get(code, N_("not said"))
    return _(words)


def capacity_words(capacity: Capacity) -> MeasureWords:
    """Open services of all, and the places that they say."""
    text = _("%(count)s of %(all)s", count=number(capacity.open), all=number(capacity.services))
    if not capacity.services:
        return MeasureWords("", tag=_("no service"), tone="red")
    if not capacity.says_places:
        return MeasureWords(text, _("places: not said"))
    said, of = number(capacity.says_places), number(capacity.services)
    return MeasureWords(
        text, _("places: %(places)s, said by %(said)s of %(of)s", places=number(capacity.places), said=said, of=of)
    )


WORDS: Mapping[str, Callable[[DistrictRecord], MeasureWords]] = {
    "meetings": meetings_words,
    "actions": lambda record: actions_words(record.actions),
    "board": lambda record: board_words(record.board),
    "coverage": lambda record: covered_words(record, "front"),
    "unmet": unmet_words,
    "answer": answer_words,
    "women": women_words,
    "capacity": lambda record: capacity_words(record.capacity),
}
"""Measure → what is said of a district."""
