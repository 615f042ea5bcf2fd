"""Freeze a month: all that is told of it, of every district and state, for everybody and for providers and bodies.

Why: what is published together must be looked at together. Promises: pure; each count is in one line only, and no line
is a total of others: a district is told by itself, by the month or by the quarter, or stands in its state's line "the
other districts", which is always there; children are a state's. What is told of providers' work is never more than what
is told to have been sent. When not to use it: twice for one month. Source: docs/figures.md.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import product

from referral_service.domain.figures.behind_the_wall import CHILDREN, CHILDRENS_NEED, SERVICE_TABLES, SETTLED_NEED, WORK
from referral_service.domain.figures.cells import (
    EVERYBODY,
    SERVICES,
    FigureCell,
    Figures,
    answer_cells,
    childrens_share,
    count_cells,
    need_cells,
)
from referral_service.domain.figures.frozen_periods import MONTHS_OF_A_QUARTER, months_of_quarter, quarter_before
from referral_service.domain.figures.grain import Grain, answer_grain, need_grain
from setu.districts import STATE_CODES, STATE_OF_DISTRICT
from setu.figures import CONSENT, TABLES, TOO_FEW, UNMET_NEED

ByPlace = Mapping[tuple[date, int], Mapping[str, int]]


@dataclass(frozen=True)
class FigureCounts:
    """What was tallied, by month (its first day) and district (LGD code): word or need → how often.

    `minutes` from submission to each first answer.
    """

    answers: ByPlace = field(default_factory=dict)
    minutes: Mapping[tuple[date, int], Sequence[int]] = field(default_factory=dict)
    unmet: ByPlace = field(default_factory=dict)
    settled: ByPlace = field(default_factory=dict)


def freeze_month(
    month: date, scope: Collection[int], counts: FigureCounts, earlier: Sequence[Figures]
) -> Sequence[Figures]:
    """All that is told with this month. `scope`: the registered districts; `earlier`: what was told since two quarters.

    Districts that were registered within the quarter stand in their state's line until it ends.
    """
    span = months_of_quarter(month)
    ends = len(span) == MONTHS_OF_A_QUARTER
    told = [each for each in earlier if each.audience == EVERYBODY and each.district is not None]
    grains = _grains(month, scope, told)
    figures = [_district(month, code, grain, counts, ends=ends) for code, grain in sorted(grains.items())]
    if not ends:
        return figures
    quarter = [each for each in told if each.month in span] + figures
    states = {STATE_OF_DISTRICT[code] for code in grains}
    figures += [_state(span, state, grains, counts, quarter) for state in sorted(states)]
    return [*figures, *_behind_the_wall(span, figures, grains, counts, quarter)]


@dataclass(frozen=True)
class _Grains:
    answers: Grain
    needs: Grain


def _grains(month: date, scope: Collection[int], told: Sequence[Figures]) -> Mapping[int, _Grains]:
    begun = {each.district: each for each in told if each.month in months_of_quarter(month)}
    if begun:
        return {code: _as_told(each) for code, each in begun.items() if code is not None}
    before: dict[int, list[Figures]] = {code: [] for code in scope if code in STATE_OF_DISTRICT}
    for each in told:
        if each.district in before and each.month in quarter_before(month):
            before[each.district].append(each)
    quarter = (month.month + 2) // MONTHS_OF_A_QUARTER
    return {code: _next_grains(figures, quarter) for code, figures in before.items()}


def _next_grains(figures: Sequence[Figures], quarter: int) -> _Grains:
    """Of a district's next quarter, from what was told of the last."""
    last = _as_told(figures[-1]) if figures else None
    sent = [value for each in figures for value in each.shown_values(CONSENT, "sent")]
    needs = [cell.value for each in figures for cell in each.cells if cell.table == UNMET_NEED]
    return _Grains(
        answer_grain(last.answers if last else None, sent, quarter),
        need_grain(last.needs if last else None, needs, quarter),
    )


def _as_told(figures: Figures) -> _Grains:
    return _Grains(Grain(figures.grain or Grain.STATE), Grain(figures.need_grain or Grain.STATE))


def _district(month: date, code: int, grain: _Grains, counts: FigureCounts, *, ends: bool) -> Figures:
    cells: list[FigureCell] = []
    if grain.answers is Grain.MONTH:
        cells += _answers(counts, [month], [code])
    elif grain.answers is Grain.QUARTER and ends:
        cells += _answers(counts, months_of_quarter(month), [code])
    if grain.needs is Grain.QUARTER and ends:
        cells += need_cells(_by_word(counts.unmet, months_of_quarter(month), [code]))
    state = STATE_CODES[STATE_OF_DISTRICT[code]]
    return Figures(EVERYBODY, state, code, month, cells, grain.answers, grain.needs)


def _state(
    span: Sequence[date], state: str, grains: Mapping[int, _Grains], counts: FigureCounts, quarter: Sequence[Figures]
) -> Figures:
    """A quarter of the districts that are told by no line of their own, and of the children of the whole state."""
    own = {code for code, grain in grains.items() if grain.answers is not Grain.STATE}
    own_needs = {code for code, grain in grains.items() if grain.needs is not Grain.STATE}
    everywhere = _districts_of(state)
    cells = _answers(counts, span, everywhere - own)
    lines = [value for each in quarter if each.district in everywhere for value in each.shown_values(CONSENT, "sent")]
    lines += [cell.value for cell in cells if (cell.table, cell.row) == (CONSENT, "sent")]
    cells.append(childrens_share(_by_word(counts.answers, span, everywhere)[CHILDREN], lines))
    needs = _by_word(counts.unmet, span, everywhere - own_needs)
    needs[CHILDRENS_NEED] = _by_word(counts.unmet, span, everywhere)[CHILDRENS_NEED]
    cells += count_cells(UNMET_NEED, TABLES[UNMET_NEED].rows, needs, MONTHS_OF_A_QUARTER)
    return Figures(EVERYBODY, STATE_CODES[state], None, span[-1], cells)


def _behind_the_wall(
    span: Sequence[date],
    figures: Sequence[Figures],
    grains: Mapping[int, _Grains],
    counts: FigureCounts,
    quarter: Sequence[Figures],
) -> list[Figures]:
    """The quarter of every district that has a line of its own, and of each state's others."""
    found = []
    for each in figures:
        if each.district is None:
            own = {code for code, grain in grains.items() if grain.answers is not Grain.STATE}
            places, lines = _districts_of_code(each.state) - own, [each]
        elif grains[each.district].answers is Grain.STATE:
            continue
        else:
            places, lines = {each.district}, [other for other in quarter if other.district == each.district]
        sent = sum(value or 0 for line in lines for value in line.shown_values(CONSENT, "sent"))
        counted = {
            WORK: _by_word(counts.answers, span, places),
            SETTLED_NEED: _by_word(counts.settled, span, places),
        }
        cells = [
            cell
            for name, table in SERVICE_TABLES.items()
            for cell in count_cells(name, table.rows, counted[name], MONTHS_OF_A_QUARTER)
        ]
        told = [_at_most(cell, sent) for cell in cells]
        found.append(Figures(SERVICES, each.state, each.district, span[-1], told))
    return found


def _at_most(cell: FigureCell, sent: int) -> FigureCell:
    """Hidden where it is more than what is told to have been sent: it would say how many the hidden ones are.

    All hidden cells of these tables read alike, so that hiding tells no reason.
    """
    if cell.value is not None and cell.value <= sent:
        return cell
    return cell._replace(value=None, shown=TOO_FEW)


def _answers(counts: FigureCounts, span: Sequence[date], places: Collection[int]) -> list[FigureCell]:
    minutes = [each for month in span for code in sorted(places) for each in counts.minutes.get((month, code), ())]
    return answer_cells(_by_word(counts.answers, span, places), minutes, len(span))


def _by_word(counts: ByPlace, span: Iterable[date], places: Collection[int]) -> Counter[str]:
    found = Counter[str]()
    for month, code in product(span, places):
        found.update(counts.get((month, code), {}))
    return found


def _districts_of(state: str) -> set[int]:
    return {code for code, its in STATE_OF_DISTRICT.items() if its == state}


def _districts_of_code(state_code: int) -> set[int]:
    return _districts_of(next(name for name, code in STATE_CODES.items() if code == state_code))
