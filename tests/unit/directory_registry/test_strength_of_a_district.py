"""Posted strength of a district: its own figure, else a sum of every unit, else how much is known."""

from datetime import date, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from directory_service.organizations.domain.posted_strength import PostingUnit, StrengthRow, posted_in_district
from directory_service.organizations.domain.ranks import RANKS, rank_of

TODAY = date(2026, 11, 28)
DISTRICT, ONE, TWO, OTHER = (UUID(int=number) for number in (1, 2, 3, 4))
UNITS = [PostingUnit(each, "police_unit", whole_district=each == DISTRICT) for each in (DISTRICT, ONE, TWO)]


def row(unit: UUID, posted: int, scope: str = "own", rank: str = "HC", days: int = 10) -> StrengthRow:
    return StrengthRow(unit, scope, rank, posted, TODAY - timedelta(days=days), "a letter")


def test_the_districts_own_figure_with_its_sub_units_goes_before_a_sum() -> None:
    rows = [row(DISTRICT, 90, "with_sub_units"), row(ONE, 1), row(TWO, 2), row(DISTRICT, 3)]

    known = posted_in_district(UNITS, rows, TODAY)["HC"]

    assert (known.posted, known.known, known.units, known.old) == (90, 3, 3, False)


def test_of_two_police_districts_in_one_district_the_figures_add_up_and_one_alone_says_nothing() -> None:
    units = [*UNITS, PostingUnit(OTHER, "police_unit", whole_district=True)]
    one = row(DISTRICT, 2000, "with_sub_units", days=200)

    both = posted_in_district(units, [one, row(OTHER, 600, "with_sub_units", days=20)], TODAY)["HC"]
    alone = posted_in_district(units, [one], TODAY)["HC"]

    assert (both.posted, both.as_of) == (2600, TODAY - timedelta(days=200))
    assert (alone.posted, alone.known, alone.units) == (None, 0, 4)


def test_a_sum_needs_every_unit() -> None:
    rows = [row(ONE, 10), row(TWO, 20)]
    assert posted_in_district(UNITS, rows, TODAY)["HC"].posted is None
    assert posted_in_district(UNITS, rows, TODAY)["HC"].known == 2

    assert posted_in_district(UNITS, [*rows, row(DISTRICT, 0)], TODAY)["HC"].posted == 30


def test_after_a_year_a_figure_is_old_and_after_two_unknown() -> None:
    def known(days: int) -> tuple[int | None, bool]:
        found = posted_in_district(UNITS, [row(DISTRICT, 5, "with_sub_units", days=days)], TODAY)["HC"]
        return found.posted, found.old

    assert [known(days) for days in (365, 366, 730, 731)] == [(5, False), (5, True), (5, True), (None, False)]


@given(st.lists(st.builds(row, st.sampled_from([DISTRICT, ONE, TWO]), st.integers(0, 99)), max_size=6))
def test_a_district_never_has_more_than_its_rows_say(rows: list[StrengthRow]) -> None:
    found = posted_in_district(UNITS, rows, TODAY)["HC"]
    assert found.posted is None or found.posted <= sum(each.posted for each in rows)
    assert 0 <= found.known <= found.units == 3


def test_a_word_means_a_rank_of_the_units_kind_and_the_states_own_goes_first() -> None:
    assert rank_of("Head-Constable", "police_unit", {}) == "HC"
    assert rank_of("A.S.I", "police_unit", {}) is None
    assert rank_of("superintendent", "prison", {}) == "SUPDT"
    assert rank_of("superintendent", "police_unit", {}) is None
    assert rank_of("Naik", "police_unit", {"naik": "PC"}) == "PC"
    assert rank_of("naik", "prison", {"naik": "PC"}) is None
    assert all(rank_of(rank.code, rank.kind, {}) == rank.code for rank in RANKS.values())
