"""Rule 1 of the wall, for an officer who sent to one service: random histories with hidden acts."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.fresh_databases import FreshDatabases
from support.referral import (
    OFFICER,
    ReferralService,
    a_referral_service,
)
from support.referral_wall import (
    DIRECT,
    Step,
    World,
)
from support.wall_histories import (
    assert_nothing_changes,
    hidden,
    plays_random_histories,
    visible,
)


@pytest.fixture(scope="module")
def setu(fresh_databases: FreshDatabases) -> Iterator[ReferralService]:
    """One service for all histories; each begins with nothing."""
    with fresh_databases.clone("referral") as urls:
        yield a_referral_service(urls)


@plays_random_histories
@given(
    history=st.lists(visible, max_size=4),
    acts=st.lists(st.tuples(st.integers(0, 4), hidden), min_size=1, max_size=3),
)
def test_a_hidden_act_anywhere_changes_no_byte_for_an_officer_who_sent_to_one_service(
    setu: ReferralService, history: list[Step], acts: list[tuple[int, Step]]
) -> None:
    assert_nothing_changes(World(setu, OFFICER), history, acts, DIRECT)
