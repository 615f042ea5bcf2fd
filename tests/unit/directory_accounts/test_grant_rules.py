"""Two people give a role: one hand is behind neither both of them nor the person and one who agrees."""

from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest

from directory_service.accounts.domain.conflicting_roles import RoleRefused
from directory_service.accounts.domain.grants import (
    Hand,
    OtherOfficers,
    check_first,
    check_not_own_supervisor,
    check_second,
    counts_for_good,
    hands_of_grant,
    let_in_until,
)
from directory_service.accounts.domain.resets import LATELY, Owner, Posting
from setu.roles import CASE_WORKER, COORDINATOR, CUSTODY_HEALTH, DATA_OFFICER, PROVIDER_MANAGER
from setu.roles import OFFICER as OFFICER_ROLE

NOW = datetime(2026, 11, 29, 9, tzinfo=UTC)
OFFICER, SET_UP_OFFICER, STRANGER = uuid4(), uuid4(), uuid4()
OTHERS = OtherOfficers({OFFICER}, {SET_UP_OFFICER})
NOBODY = OtherOfficers(set(), set())


def a_hand(*behind: UUID) -> Hand:
    account = uuid4()
    return Hand(account, {account, *behind})


def an_owner(*postings: Posting, hidden: int = 0) -> Owner:
    return Owner(uuid4(), postings, has_signed_in=True, has_second_factor=True, hidden_postings=hidden)


def refused(role: str, second: Hand, first: Hand, whose: Hand | None, others: OtherOfficers) -> str:
    with pytest.raises(RoleRefused) as caught:
        check_second(role, second, first, whose, others)
    return caught.value.reason


@pytest.mark.parametrize("role", [DATA_OFFICER, CUSTODY_HEALTH])
def test_whoever_let_the_person_in_does_not_agree(role: str) -> None:
    confirmer = a_hand()
    assert refused(role, confirmer, a_hand(), a_hand(confirmer.account), NOBODY) == "let-them-in"
    assert refused(role, a_hand(STRANGER), a_hand(), a_hand(STRANGER), NOBODY) == "let-them-in"
    check_second(role, confirmer, a_hand(), a_hand(STRANGER), NOBODY)


@pytest.mark.parametrize("hand", [OFFICER, SET_UP_OFFICER])
def test_nobody_whom_a_hand_of_another_data_officer_let_in_becomes_one(hand: UUID) -> None:
    with pytest.raises(RoleRefused) as caught:
        check_first(DATA_OFFICER, a_hand(), a_hand(hand), OTHERS)
    assert caught.value.reason == "of-one-hand"
    assert refused(DATA_OFFICER, a_hand(), a_hand(), a_hand(hand), OTHERS) == "of-one-hand"
    check_first(CUSTODY_HEALTH, a_hand(), a_hand(hand), OTHERS)
    check_first(DATA_OFFICER, a_hand(), a_hand(STRANGER), OTHERS)


def test_first_slips_and_what_two_people_rely_on_count_for_good_and_replaced_ones_for_thirty_days() -> None:
    for role, for_good in (
        (DATA_OFFICER, True),
        (CUSTODY_HEALTH, True),
        (COORDINATOR, True),
        (PROVIDER_MANAGER, True),
        (CASE_WORKER, True),
        (OFFICER_ROLE, False),
    ):
        assert counts_for_good(role) is for_good
    assert let_in_until(NOW, has_signed_in=False) is None
    assert let_in_until(NOW, has_signed_in=True) == NOW + LATELY


def test_both_hands_are_noted_but_for_a_data_officers_who_agreed() -> None:
    assert hands_of_grant(STRANGER, SET_UP_OFFICER, OTHERS) == [STRANGER, SET_UP_OFFICER]
    assert hands_of_grant(STRANGER, OFFICER, OTHERS) == [STRANGER]


def test_who_may_be_the_own_supervisor_takes_no_part_also_where_nobody_can_see_it() -> None:
    here, elsewhere = uuid4(), uuid4()
    works_here = an_owner(Posting(here, "provider", 315, CASE_WORKER))
    works_out_of_sight = an_owner(hidden=1)

    for whose in (works_here, works_out_of_sight, None):
        with pytest.raises(RoleRefused) as caught:
            check_not_own_supervisor({here}, whose)
        assert caught.value.reason == "own-supervisor"
        check_not_own_supervisor(set(), whose)
    check_not_own_supervisor({elsewhere}, works_here)
