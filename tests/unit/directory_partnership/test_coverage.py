"""Coverage equals an independent recomputation, never passes 100 %, and is none where strength is not known."""

from datetime import date, timedelta
from fractions import Fraction
from math import ceil
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory_service.organizations.domain.posted_strength import PostingUnit, StrengthRow
from directory_service.organizations.domain.ranks import RANKS
from directory_service.partnership.domain.coverage import (
    DistrictCoverage,
    HeldCount,
    cover_district,
    least_covered_first,
)
from directory_service.partnership.domain.meetings import NotNow
from directory_service.partnership.domain.months import months_before
from directory_service.partnership.domain.training import RankCount, check_countable

TODAY = date(2026, 11, 28)
DISTRICT, STATION, PRISON = (UUID(int=number) for number in (1, 2, 3))
UNITS = (
    PostingUnit(DISTRICT, "police_unit", whole_district=True),
    PostingUnit(STATION, "police_unit", whole_district=False),
    PostingUnit(PRISON, "prison", whole_district=False),
)
FRONT = {"PC": "police_unit", "HC": "police_unit", "WARDER": "prison", "HEAD_WARDER": "prison"}


def strength(unit: UUID, rank: str, posted: int, days_old: int = 10, scope: str = "own") -> StrengthRow:
    return StrengthRow(unit, scope, rank, posted, TODAY - timedelta(days=days_old), "Roll")


def trained(rank: str, attended: int, repeat: int = 0, day: date = TODAY) -> HeldCount:
    return HeldCount(day, RankCount(rank, attended, repeat))


@st.composite
def counts(draw: st.DrawFn) -> HeldCount:
    attended = draw(st.integers(0, 40))
    day = TODAY - timedelta(days=draw(st.sampled_from([0, 1, 400, 729, 730, 731, 900])))
    return trained(draw(st.sampled_from(sorted(FRONT))), attended, draw(st.integers(0, attended)), day)


@st.composite
def figures(draw: st.DrawFn) -> StrengthRow:
    rank = draw(st.sampled_from(sorted(FRONT)))
    units = [PRISON] if FRONT[rank] == "prison" else [DISTRICT, STATION]
    age, scope = draw(st.sampled_from([1, 365, 366, 730, 731])), draw(st.sampled_from(["own", "with_sub_units"]))
    return strength(draw(st.sampled_from(units)), rank, draw(st.integers(0, 60)), age, scope)


def recomputed(rows: list[StrengthRow], held: list[HeldCount]) -> int | None:
    """The front group's percentage, by the page's sentence and in fractions."""
    posted = 0
    for rank, kind in FRONT.items():
        theirs = [row for row in rows if row.rank == rank and (TODAY - row.as_of).days <= 730]
        told = [row for row in theirs if row.scope == "with_sub_units" and row.unit == DISTRICT]
        units = {unit.id for unit in UNITS if unit.kind == kind}
        own = {row.unit: row.posted for row in theirs if row.scope == "own"}
        if told:
            posted += max(told, key=lambda row: row.as_of).posted
        elif own.keys() == units:
            posted += sum(own.values())
        else:
            return None
    if posted == 0:
        return None
    inside = [each.count for each in held if date(2024, 11, 28) < each.day <= TODAY]
    share = Fraction(sum(count.attended - count.repeat for count in inside), posted)
    return min(100, ceil(share * 100))


@given(st.lists(figures(), max_size=14, unique_by=lambda row: (row.unit, row.scope, row.rank)), st.lists(counts()))
def test_coverage_equals_what_is_worked_out_otherwise(rows: list[StrengthRow], held: list[HeldCount]) -> None:
    front = cover_district(UNITS, rows, held, TODAY).groups["front"]
    assert front.percent == recomputed(rows, held)
    assert front.percent is None or 0 <= front.percent <= 100


def test_a_group_with_one_rank_unknown_says_for_how_many_units_it_is_known() -> None:
    rows = [strength(STATION, "PC", 20), strength(STATION, "HC", 5), strength(DISTRICT, "PC", 3)]
    covered = cover_district(UNITS[:2], rows, [trained("PC", 9)], TODAY)
    front = covered.groups["front"]
    assert (front.percent, front.untrained, front.trained) == (None, None, 9)
    assert (front.posted.known, front.posted.units) == (1, 2)
    assert covered.ranks["PC"].percent == 40  # 9 of 23, rounded up so that "at most" holds


def test_old_figures_are_marked_and_older_ones_are_unknown() -> None:
    def front(days: int) -> tuple[int | None, bool]:
        rows = [strength(STATION, rank, 10, days) for rank in ("PC", "HC")]
        one = cover_district(UNITS[1:2], rows, [trained("HC", 5)], TODAY).groups["front"]
        return one.percent, one.posted.old

    assert [front(days) for days in (365, 366, 730, 731)] == [(25, False), (25, True), (25, True), (None, False)]


def test_the_least_covered_stand_first_and_the_unknown_above() -> None:
    def district(posted: int | None, came: int) -> DistrictCoverage:
        rows = [] if posted is None else [strength(STATION, rank, posted) for rank in ("PC", "HC")]
        return cover_district(UNITS[1:2], rows, [trained("PC", came)], TODAY)

    districts = {"known": district(10, 10), "worse": district(10, 2), "unknown": district(None, 50)}
    districts |= {"worse and larger": district(100, 20)}
    assert least_covered_first(districts) == ["unknown", "worse and larger", "worse", "known"]


def test_the_window_ends_on_the_same_day_and_a_refresher_is_due_before_it() -> None:
    assert months_before(date(2024, 2, 29), 12) == date(2023, 2, 28)
    assert months_before(date(2026, 1, 31), 2) == date(2025, 11, 30)
    rows = [strength(STATION, rank, 50) for rank in ("PC", "HC")]
    held = [trained("PC", 8, 1, date(2025, 2, 28)), trained("PC", 5, 0, date(2025, 3, 1))]
    front = cover_district(UNITS[1:2], rows, held, TODAY).groups["front"]
    assert (front.trained, front.due) == (12, 7)


@pytest.mark.parametrize(("attended", "repeat"), [(3, 4), (-1, 0), (1000, 0)])
def test_a_count_holds_or_is_none(attended: int, repeat: int) -> None:
    with pytest.raises(ValueError, match="PC"):
        RankCount("PC", attended, repeat)


@pytest.mark.parametrize(("state", "days"), [("planned", 1), ("cancelled", 0)])
def test_nobody_counts_before_the_day_or_after_calling_off(state: str, days: int) -> None:
    assert set(FRONT) <= RANKS.keys()
    with pytest.raises(NotNow):
        check_countable(state, TODAY + timedelta(days=days), TODAY)
