"""Rule 1 of the wall, for an officer who sent to one service: random histories with hidden acts."""

from support.referral import OFFICER, ReferralService
from support.wall.acts import Step
from support.wall.histories import HiddenActs, assert_nothing_changes, hidden, plays_hidden_acts, visible
from support.wall.world import DIRECT, World


@plays_hidden_acts(visible, hidden, longest=4, usual=6)
def test_a_hidden_act_anywhere_changes_no_byte_for_an_officer_who_sent_to_one_service(
    lasting_setu: ReferralService,
    history: list[Step],
    hidden_acts: tuple[HiddenActs, ...],
    ages: tuple[int, ...],
) -> None:
    assert_nothing_changes(World(lasting_setu, OFFICER), history, hidden_acts, DIRECT, ages)
