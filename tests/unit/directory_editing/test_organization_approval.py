"""Who lets a provider in: somebody with no hand in it, once there is a manager to ask for."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory_service.accounts.domain.grants import Hand
from directory_service.editing.domain.organization_approval import (
    ENTERED,
    NO_MANAGER,
    NOT_SIGNED_IN,
    ONE_HAND,
    OWN_SLIP,
    WORKS_THERE,
    ApprovalRefused,
    Beginnings,
    check_approver,
)

IDS = st.integers(1, 6).map(lambda number: UUID(int=number))
HANDS = st.builds(lambda account, others: Hand(account, {account, *others}), IDS, st.sets(IDS, max_size=2))
BEGINNINGS = st.builds(Beginnings, st.none() | HANDS, st.lists(HANDS, max_size=3), st.lists(st.booleans(), max_size=2))
SECOND, MAKER, MANAGER, THIRD = (UUID(int=number) for number in (11, 12, 13, 14))


def hand(account: UUID, *behind: UUID) -> Hand:
    return Hand(account, {account, *behind})


def reason(second: Hand, begun: Beginnings) -> str:
    try:
        check_approver(second, begun)
    except ApprovalRefused as refused:
        return refused.reason
    return ""


@given(HANDS, BEGINNINGS)
def test_nobody_lets_in_what_an_own_hand_has_begun_and_nothing_begins_before_every_manager_signed_in(
    second: Hand, begun: Beginnings
) -> None:
    theirs = {person for each in [*begun.people, *filter(None, [begun.maker])] for person in each.behind}

    may = reason(second, begun) == ""

    all_signed_in = begun.managers_signed_in != [] and all(begun.managers_signed_in)
    assert may == (second.behind.isdisjoint(theirs) and all_signed_in)


@pytest.mark.parametrize(
    ("second", "maker", "manager", "why"),
    [
        (hand(MAKER), hand(MAKER), hand(MANAGER), ENTERED),
        (hand(SECOND), hand(MAKER), hand(MANAGER, SECOND), OWN_SLIP),
        (hand(SECOND, MAKER), hand(MAKER), hand(MANAGER), ONE_HAND),
        (hand(SECOND), hand(MAKER, SECOND), hand(MANAGER), OWN_SLIP),
        (hand(SECOND, THIRD), hand(MAKER, THIRD), hand(MANAGER), ONE_HAND),
        (hand(SECOND, THIRD), None, hand(MANAGER, THIRD), ONE_HAND),
        (hand(MANAGER), None, hand(MANAGER), WORKS_THERE),
    ],
    ids=["maker", "printed the slip", "let in by the maker", "let the maker in", "one third", "one third's", "manager"],
)
def test_one_hand_is_refused_wherever_it_was_and_it_is_said_where(
    second: Hand, maker: Hand | None, manager: Hand, why: str
) -> None:
    assert reason(second, Beginnings(maker, [manager], [True])) == why


def test_what_is_missing_is_named_to_whoever_may_let_it_in_later() -> None:
    second, maker, manager = hand(SECOND), hand(MAKER), hand(MANAGER, MAKER)

    assert reason(second, Beginnings(maker, [], [])) == NO_MANAGER
    assert reason(second, Beginnings(maker, [manager], [False])) == NOT_SIGNED_IN
    assert reason(second, Beginnings(maker, [manager, manager], [False, True])) == NOT_SIGNED_IN, "each is asked for"
    assert reason(second, Beginnings(maker, [manager], [True])) == ""
    assert reason(second, Beginnings(None, [manager], [True])) == "", "an import has no maker"
