"""Figures are right: each told cell is recomputed from the people themselves, in another way.

Given generated districts and all that was told of them, when each line's people are counted again one by one, then the
cell is what that count may be shown as; and no two lines share a person.
"""

from collections.abc import Callable, Sequence
from datetime import date
from statistics import median

import pytest

from referral_service.domain.figures.cells import EVERYBODY, FigureCell, Figures
from setu.districts import STATE_CODES, STATE_OF_DISTRICT
from support.figures.generated import BENGAL, Asked, generate_history, months_from, publish

DISTRICTS = (*BENGAL, 261)
IN_SCOPE = tuple(code for code in DISTRICTS if code != BENGAL[-1])  # that one has nobody registered
HISTORY = generate_history(5, DISTRICTS, months_from(date(2026, 1, 1), 15))
TOLD = publish(HISTORY, IN_SCOPE)


def anybody(_one: Asked) -> bool:
    return True


PARTS: dict[str, tuple[Callable[[Asked], bool], Callable[[Asked], bool]]] = {
    "women": (lambda one: "women" in one.facts, anybody),
    "answered_24_hours": (lambda one: one.minutes is not None and one.minutes <= 24 * 60, anybody),
    "prison_14_days_before": (lambda one: "prison_14_days" in one.facts, lambda one: "prison_dated" in one.facts),
    "urgent_4_hours": (
        lambda one: "urgent" in one.facts and one.minutes is not None and one.minutes <= 4 * 60,
        lambda one: "urgent" in one.facts,
    ),
}


def in_fives(number: int) -> int | None:
    return None if number < 10 else min(range(10, number + 10, 5), key=lambda five: abs(five - number))


def months_of(figures: Figures, months: int) -> set[date]:
    return {date(figures.month.year, figures.month.month - back, 1) for back in range(months)}


def told_themselves(figures: Figures, grain: Callable[[Figures], str | None]) -> set[int]:
    """The districts that have lines of their own in the quarter of a state's figures."""
    same = [each for each in TOLD if each.month == figures.month and each.audience == EVERYBODY and each.district]
    return {each.district for each in same if each.district is not None and grain(each) != "state"}


def people_of(figures: Figures, cell: FigureCell) -> list[Asked]:
    """Those whom a cell counts."""
    within = [one for one in HISTORY.asked if one.month in months_of(figures, cell.months)]
    if figures.district is not None:
        return [one for one in within if one.district == figures.district]
    here = [one for one in within if STATE_CODES[STATE_OF_DISTRICT[one.district]] == figures.state]
    if cell.row in {"children", "CHILD"}:
        return here
    own = told_themselves(figures, lambda each: each.need_grain if cell.table == "unmet_need" else each.grain)
    return [one for one in here if one.district not in own]


def counted(people: Sequence[Asked], cell: FigureCell) -> int:
    if cell.table == "unmet_need":
        return sum(cell.row in one.unmet for one in people)
    if cell.table == "settled_need":
        return sum(cell.row in one.settled for one in people)
    if cell.row == "opened":
        return sum(one.minutes is not None for one in people)
    return sum(cell.row in {one.answer, one.ends, *one.work} for one in people)


@pytest.mark.parametrize("table", ["consent", "views", "unmet_need", "work", "settled_need"])
def test_each_count_is_that_of_its_people_in_fives_or_hidden(table: str) -> None:
    cells = [(figures, cell) for figures in TOLD for cell in figures.cells if cell.table == table]

    assert {cell.value is None for _figures, cell in cells} == {True, False} or table == "settled_need"
    for figures, cell in cells:
        shown = in_fives(counted(people_of(figures, cell), cell))
        hidden = cell.shown == "too_few"  # also where it is more than what is told to have been sent
        assert cell.value == shown or (hidden and cell.value is None), (figures.subject, cell)


@pytest.mark.parametrize("row", list(PARTS))
def test_each_share_is_of_the_counts_as_they_are_shown(row: str) -> None:
    part_of, whole_of = PARTS[row]
    for figures in TOLD:
        for cell in figures.cells:
            if (cell.table, cell.row) == ("share", row):
                sent = [one for one in people_of(figures, cell) if one.answer == "sent" and whole_of(one)]
                part, whole = in_fives(sum(part_of(one) for one in sent)), in_fives(len(sent))
                tells = part is not None and whole is not None and whole >= 35 and whole - part >= 10
                assert (cell.value is not None) == tells, (figures.subject, cell)
                if part is not None and whole is not None and cell.value is not None:
                    assert abs(cell.value - 100 * part / whole) <= 0.5


def test_each_median_is_that_of_the_waits_and_of_twenty_at_least() -> None:
    for figures in TOLD:
        for cell in figures.cells:
            if cell.table == "first_response":
                waits = [one.minutes for one in people_of(figures, cell) if one.minutes is not None]
                assert cell.value is not None or len(waits) < 25
                assert cell.value is None or (len(waits) >= 20 and abs(cell.value - median(waits) / 60) <= 0.51)


def test_each_person_is_in_one_line() -> None:
    seen: dict[int, int] = {}
    for figures in TOLD:
        for cell in figures.cells:
            if (cell.table, cell.row) == ("consent", "sent"):
                for one in people_of(figures, cell):
                    seen[id(one)] = seen.get(id(one), 0) + 1

    assert {id(one) for one in HISTORY.asked} == seen.keys()
    assert set(seen.values()) == {1}


def test_children_are_told_of_whole_states_alone() -> None:
    rows = {(cell.row, figures.district) for figures in TOLD for cell in figures.cells}

    assert {district for row, district in rows if row in {"children", "CHILD"}} == {None}
