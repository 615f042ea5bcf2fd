"""No account on both sides: as a property over every sequence of grants."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory_service.accounts.domain.conflicting_roles import (
    BothSides,
    NeverTogether,
    RoleDoesNotFit,
    RoleRefused,
    check_grant,
    check_sign_in,
)
from setu.roles import KINDS, ROLES, roles_of_kind

roles = st.sampled_from([*ROLES, "integrator", "nobody"])
kinds = st.sampled_from([*KINDS, "elsewhere"])


@given(st.lists(st.tuples(roles, kinds), max_size=12))
def test_whatever_is_asked_for_an_account_stays_on_one_side(wishes: list[tuple[str, str]]) -> None:
    held: list[str] = []
    side = None
    for role, kind in wishes:
        try:
            granted = check_grant(role, kind, held, side)
        except RoleRefused:
            continue
        assert kind in granted.kinds
        side = granted.side
        held.append(role)
    assert len({ROLES[role].side for role in held}) <= 1
    assert "custody_health" not in held or not {"officer", "unit_supervisor"} & set(held)
    if side:
        check_sign_in(held, side)


@given(roles, kinds)
def test_a_role_fits_its_kinds_and_no_other(role: str, kind: str) -> None:
    if role in roles_of_kind(kind):
        assert check_grant(role, kind, (), None).name == role
    else:
        with pytest.raises(RoleDoesNotFit):
            check_grant(role, kind, (), None)


def test_nobody_in_a_police_unit_court_or_prison_coordinates_or_reads_the_log() -> None:
    for kind in ("police_unit", "court", "prison"):
        assert not {"coordinator", "data_officer", "case_worker"} & set(roles_of_kind(kind))


@given(st.sampled_from(sorted(ROLES)), st.sampled_from(sorted(ROLES)))
def test_an_account_with_roles_on_both_sides_is_refused_at_sign_in(one: str, other: str) -> None:
    side = ROLES[one].side
    if "custody_health" in {one, other} and {one, other} & {"officer", "unit_supervisor"}:
        with pytest.raises(NeverTogether):
            check_sign_in([one, other], side)
    elif ROLES[other].side == side:
        check_sign_in([one, other], side)
    else:
        with pytest.raises(BothSides):
            check_sign_in([one, other], side)


def test_an_ended_role_on_the_other_side_counts_too() -> None:
    with pytest.raises(BothSides):
        check_grant("case_worker", "provider", ["officer"], None)
    with pytest.raises(BothSides):
        check_grant("case_worker", "provider", [], "referring")
