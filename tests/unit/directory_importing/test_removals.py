"""How much an import may remove without being allowed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory_service.importing.domain.removals import is_too_much

KINDS = ("organization", "location", "service")
NUMBERS = st.integers(0, 400)


def by_kind(organizations: int, places: int, services: int) -> dict[str, int]:
    return dict(zip(KINDS, (organizations, places, services), strict=True))


@pytest.mark.parametrize(
    ("gone", "known", "stops"),
    [
        ((0, 0, 10), (20, 30, 50), False),  # a tenth
        ((0, 0, 11), (20, 30, 50), True),
        ((1, 1, 1), (2, 2, 4), False),  # small: one of each kind
        ((0, 0, 2), (1, 0, 4), True),
        ((1, 1, 1), (1, 1, 1), True),  # everything
        ((0, 0, 1), (0, 0, 1), True),
        ((0, 0, 6), (90, 100, 10), True),  # more than half of the services
        ((0, 0, 5), (90, 100, 10), False),
    ],
)
def test_a_tenth_goes_and_more_does_not(gone: tuple[int, int, int], known: tuple[int, int, int], stops: bool) -> None:
    assert is_too_much(by_kind(*gone), by_kind(*known)) is stops


@given(st.tuples(NUMBERS, NUMBERS, NUMBERS), st.data())
def test_no_source_of_ten_or_more_loses_more_than_a_tenth_but_one_of_each_kind(
    known: tuple[int, int, int], data: st.DataObject
) -> None:
    gone = tuple(data.draw(st.integers(0, number)) for number in known)

    if not is_too_much(by_kind(*gone), by_kind(*known)):
        assert sum(gone) < max(sum(known), 1)
        assert sum(gone) * 10 <= sum(known) or max(gone) == 1
