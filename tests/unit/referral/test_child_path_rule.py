"""Whom the child path is for, and that somebody agrees for a child."""

import pytest

from referral_service.domain.child_path import AUTHORITIES, OF_CHILDREN, UNDER_18, is_child_path, lacks_authority
from referral_service.domain.person_rules import AGE_BANDS
from referral_service.domain.priority import ROUTINE, URGENT, priority_of
from setu.needs import BY_CODE


def test_its_age_band_and_its_need_are_among_those_that_can_be_chosen() -> None:
    assert AGE_BANDS[UNDER_18] == (0, 17)
    assert OF_CHILDREN in BY_CODE


@pytest.mark.parametrize(
    ("needs", "age_band", "is_childs"),
    [
        (["OST"], UNDER_18, True),
        (["OST", OF_CHILDREN], "25-34", True),  # a mother asks for her child
        ([OF_CHILDREN], None, True),
        (["OST"], "18-24", False),
        (["OST"], None, False),
    ],
)
def test_a_child_or_a_childs_service_needs_somebody_who_agrees(
    needs: list[str], age_band: str | None, *, is_childs: bool
) -> None:
    assert is_child_path(needs, age_band) is is_childs
    assert lacks_authority(needs, age_band, None) is is_childs
    assert [who for who in AUTHORITIES if lacks_authority(needs, age_band, who)] == []


def test_a_child_is_urgent_and_a_mother_who_asks_for_one_is_not_by_that_alone() -> None:
    assert priority_of([], UNDER_18) == URGENT
    assert priority_of([], "25-34") == ROUTINE
