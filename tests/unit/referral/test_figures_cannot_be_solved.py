"""Nobody who knows all published tables and all rules can work out a hidden number; planted faults are found.

Given generated districts, when all that is told of them together is given to a solver, then no number below ten has
one value only, or only some of 1 to 9. `make soak` plays two years of twelve districts; the seed plays a run again.
"""

import os
import random
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import date

import pytest

from referral_service.domain.figures import freeze_month as freezing
from referral_service.domain.figures import suppression
from referral_service.domain.figures.behind_the_wall import SERVICE_TABLES, WORK
from referral_service.domain.figures.cells import EVERYBODY, FigureCell, Figures, answer_cells
from referral_service.domain.figures.freeze_month import FigureCounts, freeze_month
from referral_service.domain.figures.frozen_periods import months_of_quarter
from support.figures.attacker import Attack
from support.figures.generated import BENGAL, TWELVE, Asked, History, generate_history, months_from, publish
from support.figures.rules import USUAL, Rules

MONTHS = int(os.environ.get("SETU_FIGURES_MONTHS", "6"))
SEED = int(os.environ.get("SETU_FIGURES_SEED", random.SystemRandom().randrange(2**32)))
DISTRICTS = TWELVE if MONTHS > 6 else (*BENGAL[:4], 261)
JANUARY = date(2026, 1, 1)


def solved(told: Sequence[Figures], rules: Rules = USUAL) -> Iterator[str]:
    for state in sorted({figures.state for figures in told}):
        yield from Attack([figures for figures in told if figures.state == state], rules).solved()


def test_no_number_below_ten_can_be_solved_from_all_that_is_told() -> None:
    history = generate_history(SEED, DISTRICTS, months_from(JANUARY, MONTHS))
    told = publish(history, DISTRICTS)

    assert any(cell.value is None for figures in told for cell in figures.cells)
    assert any(cell.value is not None for figures in told for cell in figures.cells)
    assert not list(solved(told)), f"SETU_FIGURES_SEED={SEED} SETU_FIGURES_MONTHS={MONTHS} plays this again"


def test_the_truth_is_among_what_the_attacker_thinks_possible() -> None:
    """Else it would look for numbers in the wrong place."""
    history = generate_history(SEED, (315,), months_from(JANUARY, 3))
    told = publish(history, (315,))
    truth = {
        (figures.subject, word): number
        for figures in told
        if figures.grain == "month"
        for word, number in history.counts([figures.month]).answers[figures.month, 315].items()
        if word not in SERVICE_TABLES[WORK].rows
    }

    assert Attack(told).allows(truth), f"SETU_FIGURES_SEED={SEED} plays this again"
    assert not Attack(told).allows({at: number + 10 for at, number in truth.items()})  # whatever hides or rounds it


def people(sizes: dict[tuple[int, int], int], one: Asked) -> History:
    """As many such people in each (month, district)."""
    months = [date(2026, month, 1) for month in (1, 2, 3)]
    asked = [
        replace(one, month=date(2026, month, 1), district=district)
        for (month, district), number in sizes.items()
        for _person in range(number)
    ]
    return History(months, asked)


SENT = Asked(JANUARY, 315, "sent")
REACHED = replace(SENT, ends="accepted", minutes=90, work=["reached"])
A_CHILD = replace(SENT, facts=frozenset({"children", "urgent"}))
SMALL_MONTHS = people({(1, 315): 9, (2, 315): 8, (3, 315): 9}, REACHED)
LARGE_AND_SMALL = people({(1, 315): 42, (2, 315): 9, (3, 315): 9}, SENT)
FEW_WOMEN = History(
    months_from(JANUARY, 3),
    [*people({(1, 315): 31}, SENT).asked, *people({(1, 315): 2}, replace(SENT, facts=frozenset({"women"}))).asked],
)
ALL_CHILDREN = people({(1, 315): 302, (2, 315): 9, (3, 315): 9, (1, 316): 9}, A_CHILD)


def with_total(
    month: date, scope: Collection[int], counts: FigureCounts, earlier: Sequence[Figures]
) -> Sequence[Figures]:
    """A state's line is a total of all its districts, hidden ones too."""
    return [
        each if each.district is not None or each.audience != EVERYBODY else replace(each, cells=_all(counts, month))
        for each in freeze_month(month, scope, counts, earlier)
    ]


def _all(counts: FigureCounts, month: date) -> Sequence[FigureCell]:
    return _counted_anew(counts, months_of_quarter(month))


def _counted_anew(counts: FigureCounts, span: Sequence[date]) -> list[FigureCell]:
    found: dict[str, int] = {}
    for (at, _district), words in counts.answers.items():
        for word, number in words.items() if at in span else ():
            found[word] = found.get(word, 0) + number
    return answer_cells(found, [], len(span))


def with_overlap(
    month: date, scope: Collection[int], counts: FigureCounts, earlier: Sequence[Figures]
) -> Sequence[Figures]:
    """A quarter is told beside its months."""
    span = months_of_quarter(month)
    more = _counted_anew(counts, span) if len(span) == 3 else []
    return [
        replace(each, cells=[*each.cells, *more]) if each.district is not None and each.audience == EVERYBODY else each
        for each in freeze_month(month, scope, counts, earlier)
    ]


def test_a_total_beside_hidden_cells_is_found() -> None:
    assert list(solved(publish(LARGE_AND_SMALL, (315,), with_total), Rules(totals=True)))
    assert not list(solved(publish(LARGE_AND_SMALL, (315,))))


def test_a_quarter_beside_its_months_is_found() -> None:
    assert list(solved(publish(SMALL_MONTHS, (315,), with_overlap)))
    assert not list(solved(publish(SMALL_MONTHS, (315,))))


def test_a_threshold_that_is_too_low_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(suppression, "FEWEST", 5)

    assert list(solved(publish(people({(1, 315): 7}, SENT), (315,)), Rules(fewest=5)))


def test_a_share_of_the_true_counts_is_found() -> None:
    """Two women of thirty-three are six per cent."""
    usual = publish(FEW_WOMEN, (315,))

    def true_share(figures: Figures) -> Figures:
        cells = [
            cell._replace(value=6, shown="exact") if cell.row == "women" and figures.month == JANUARY else cell
            for cell in figures.cells
        ]
        return replace(figures, cells=cells)

    assert list(solved([true_share(each) for each in usual], Rules(true_shares=True)))
    assert not list(solved(usual))


def test_more_people_reached_than_are_told_to_have_been_sent_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not list(solved(publish(SMALL_MONTHS, (315,))))

    monkeypatch.setattr(freezing, "_at_most", lambda cell, _sent: cell)

    assert list(solved(publish(SMALL_MONTHS, (315,))))


def test_more_children_than_are_told_to_have_been_sent_is_found() -> None:
    """Those of hidden months are among them: 329 children are 110 per cent of 300."""
    usual = publish(ALL_CHILDREN, (315,))
    told = [each for each in usual if each.district is not None or each.audience != EVERYBODY]
    state = next(each for each in usual if each.district is None and each.audience == EVERYBODY)
    cells = [cell._replace(value=110, shown="exact") if cell.row == "children" else cell for cell in state.cells]

    assert list(solved([*told, replace(state, cells=cells)], Rules(any_part=True)))
    assert not list(solved(usual))
