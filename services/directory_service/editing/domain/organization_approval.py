"""Rule of approving an organisation: a provider begins by two people, whoever entered it and another who has asked it.

Why: a coordinator enters a provider and prints the slip of its first manager, and could be that manager, its case
workers and whoever reads what people told it (rule 5 of the wall). Promises: whoever approves it neither entered it nor
is one of its people, and no hand behind this person is a hand behind one of those, also through others; every manager
that there is has signed in, so that each can be asked for, and no slip of one is left in another's drawer. Pure: facts
in, answer out. Not for a provider that an operator's import makes active, which the operator vouches for. Why so, and
what was not taken: docs/adr/0053 and 0056.
"""

from collections.abc import Collection
from dataclasses import dataclass

from directory_service.accounts.domain.grants import Hand

ENTERED, WORKS_THERE, OWN_SLIP, ONE_HAND = "entered", "works-there", "own-slip", "one-hand"
NO_MANAGER, NOT_SIGNED_IN, WRONG_CODE = "no-manager", "not-signed-in", "wrong-code"


class ApprovalRefused(Exception):
    """This person does not approve it, or nobody does yet; `reason` is a stable code."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Beginnings:
    """What counts of a pending provider: whose hands entered it (None: an import) and let in each of its people.

    `managers_signed_in`: of each manager, whether this person has signed in.
    """

    maker: Hand | None
    people: Collection[Hand]
    managers_signed_in: Collection[bool]


def check_approver(second: Hand, begun: Beginnings) -> None:
    """Whether `second` may approve it now. Raises `ApprovalRefused`: what a person is comes before what is missing."""
    hands = [*begun.people, *([begun.maker] if begun.maker is not None else [])]
    if any(not second.behind.isdisjoint(hand.behind) for hand in hands):
        raise ApprovalRefused(_same_hand(second, begun, hands))
    if not begun.managers_signed_in:
        raise ApprovalRefused(NO_MANAGER)
    if not all(begun.managers_signed_in):
        raise ApprovalRefused(NOT_SIGNED_IN)


def _same_hand(second: Hand, begun: Beginnings, hands: Collection[Hand]) -> str:
    """Which of the ways it is by which `second` has a hand in it, so that what is said is true."""
    if begun.maker is not None and second.account == begun.maker.account:
        return ENTERED
    if any(second.account == person.account for person in begun.people):
        return WORKS_THERE
    return OWN_SLIP if any(second.account in hand.behind for hand in hands) else ONE_HAND
