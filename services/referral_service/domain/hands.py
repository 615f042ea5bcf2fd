"""Kinds of what needs a coordinator's hand: one for each referral on the list, in the order in which they are asked.

Why: the coordinator's day begins with numbers, and each opens a list; a referral counts once. Promises: the kinds are
told apart by what a coordinator may know of a referral; together they are the whole list (`store/hands.py`).
"""

from enum import StrEnum


class Hand(StrEnum):
    """Why it is on the list. What was told to the state is a child's; no other body has this kind."""

    TOLD_TO_STATE = "told_to_state"
    ASKED_FOR = "asked_for"
    MAY_BE_FORWARDED = "may_be_forwarded"
    LEFT_BEHIND = "left_behind"
    UNDECIDED = "undecided"
    UNANSWERED = "unanswered"
