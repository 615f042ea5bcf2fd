"""What a cluster's check says of a fault: whoever waits too long is seen, also who waits for ever."""

import math

import pytest

from cluster_check.faults import Seen
from cluster_check.report import Blow, observe, table_of
from local_stack.journal_clients import Sent, Wait


def a_blow(*, limit_s, seen):
    return Blow("a host killed", ["pg1"], limit_s, seen, began=100, whole=130)


@pytest.mark.parametrize(("waited_s", "within"), [(4.9, True), (5.1, False)])
def test_an_act_that_began_before_the_blow_and_ended_after_it_is_counted_in_full(waited_s, within):
    waits = [Wait(99, 99 + waited_s), Wait(10, 60), Wait(131, 190)]

    seen = observe(a_blow(limit_s=5, seen=Seen.BY_SENDER), waits, [], {})

    assert seen.sender == pytest.approx(waited_s)
    assert seen.is_within_its_limit is within


def test_whoever_is_never_told_of_a_referral_waits_for_ever():
    journal = [Sent("1", "R-1", 95), Sent("2", "R-2", 120), Sent("3", "R-3", 40)]

    seen = observe(a_blow(limit_s=60, seen=Seen.BY_RECEIVER), [], journal, {"R-1": 97})

    assert seen.receiver == math.inf
    assert not seen.is_within_its_limit
    assert "too long" in table_of([seen])


def test_a_notice_of_what_was_sent_just_before_the_blow_is_counted():
    seen = observe(a_blow(limit_s=1, seen=Seen.BY_RECEIVER), [], [Sent("1", "R-1", 95)], {"R-1": 97})

    assert seen.receiver == 2
    assert not seen.is_within_its_limit


def test_a_fault_without_a_limit_is_only_told():
    seen = observe(a_blow(limit_s=None, seen=Seen.BY_SENDER), [Wait(101, 128)], [], {})

    assert seen.is_within_its_limit
    assert "too long" not in table_of([seen])
