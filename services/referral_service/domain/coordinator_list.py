"""Kinds of the coordinator's list: why a referral needs a hand, in the order in which it is asked.

Why: the coordinator's day begins with numbers, and each opens a list; a referral counts once. Promises: the kinds are
told apart by what a coordinator may know of a referral; together they are the whole list (`store/coordinator_list.py`).
"""

from enum import StrEnum


class Hand(StrEnum):
    """Why it is on the list. What was told to the state is a child's; no other body has this kind."""

    TOLD_TO_STATE = "told_to_state"
    ASKED_FOR = "asked_for"
    MAY_BE_FORWARDED = "may_be_forwarded"
    LEFT_BEHIND = "left_behind"
    UNDECIDED = "undecided"
    RAN_OUT = "ran_out"
    UNANSWERED = "unanswered"
