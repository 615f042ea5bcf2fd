"""Rule 2 of the wall, for prison health staff who sent to one service, and their team: random hidden acts."""

from support.referral import ReferralService
from support.wall.acts import Step
from support.wall.histories import (
    PRISON,
    HiddenActs,
    assert_nothing_changes,
    custody_hidden,
    custody_visible,
    plays_hidden_acts,
    prison_world,
)
from support.wall.world import DIRECT


@plays_hidden_acts(custody_visible, custody_hidden, longest=5, usual=6)
def test_a_hidden_act_anywhere_changes_no_byte_for_prison_health_staff_who_sent_to_one_service(
    lasting_setu: ReferralService,
    history: list[Step],
    hidden_acts: tuple[HiddenActs, ...],
    ages: tuple[int, ...],
) -> None:
    assert_nothing_changes(prison_world(lasting_setu), history, hidden_acts, {**DIRECT, **PRISON}, ages)
