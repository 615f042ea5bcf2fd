"""Rule of resets: who may print a new first-sign-in slip, and when it takes two people. A reset is a door.

Promises: accounts of roles that two people give (`GIVEN_BY_TWO`), or that are one of two people (`TWO_PEOPLE`: whoever
reset a colleague alone would be both), and every reset of a second factor take two people, neither of them the
account's own supervisor or manager, neither of them the owner, and neither let in by a slip from the other's hand,
lately or, where that counts, ever: whoever prints a slip can sign in with it and would be both. So
does the account of a provider's people, but for their own manager: who reads what people told a service is chosen by
the service alone (rule 5 of the wall), and its manager lets in whoever reads. An account that also works elsewhere is
never reset by one person alone, or a manager could walk into another organisation through a shared member. Nor is one
whose second factor two people took away, until there is another: a password alone would be all that opens it. Who works
for the body of a whole state, or coordinates more districts than oneself, is reset by nobody below: whoever coordinates
the district in which that body sits would else have the state. Pure: facts in, answer out. Not for the list of earlier
referrals, which a new slip empties: `sent_since` of `referral_service/domain/retention.py`.
"""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from setu.roles import GIVEN_BY_TWO, MANAGERS, PROVIDER, SUPERVISING, TWO_PEOPLE, needs_second_factor

PASSWORD = "password"  # noqa: S105 # the name of what is reset
SECOND_FACTOR = "second_factor"
LATELY = timedelta(days=30)
"""How long who printed a slip may still be who uses the account, but where that counts for good (`grants`)."""


class ResetRefused(Exception):
    """This person may not do this reset; `reason` is a stable code."""

    def __init__(self, reason: str, text: str) -> None:
        super().__init__(text)
        self.reason = reason


@dataclass(frozen=True)
class Posting:
    """One active membership, as far as a reset is concerned."""

    organization: UUID
    kind: str
    district: int
    role: str
    coordinates: Sequence[int] = ()
    """The districts that the membership names, by LGD code; none stands for the organisation's own."""


@dataclass(frozen=True)
class Actor:
    """Who asks or decides: the active membership of the session; `whole_state`: in the body of one."""

    account: UUID
    organization: UUID
    role: str
    districts: Sequence[int] = ()
    whole_state: bool = False
    supervises: frozenset[UUID] = frozenset()
    """Organisations in which the actor's account holds a supervising role in *any* membership."""


@dataclass(frozen=True)
class Owner:
    """The account that is to be reset."""

    account: UUID
    postings: Sequence[Posting]
    has_signed_in: bool
    has_second_factor: bool
    has_halves: bool = False
    """Two people have reset it, and the halves that they printed are not used."""
    proposed_by: UUID | None = None
    """Who proposed it for a role that two people give, and prints its first slip; None where that is not known."""
    works_for_a_state: bool = False
    """In the body of a whole state, wherever that is."""
    is_first_manager: bool = False
    """To manage a pending provider, with nobody signed in; why: `registry/domain/units.py`."""
    hidden_postings: int = 0
    """Active memberships that the actor's transaction may not even see."""


def check_one_person(actor: Actor, owner: Owner, what: str) -> None:
    """Whether `actor` alone may print a slip for `owner` now.

    Raises `ResetRefused("two-people")` where a second person is needed and `ResetRefused("not-yours")` where the
    account is none of the actor's business. Before the first sign-in a slip replaces a lost one and opens nothing, so
    whoever manages the organisation prints it; of a role that two people gave, the one who proposed it does.
    Where a state has no second person, the operator's command resets (`setu directory accounts reset`).
    """
    if actor.account == owner.account:
        raise ResetRefused("own-account", "Nobody resets the own account.")
    near = [posting for posting in owner.postings if _in_reach(actor, posting)]
    if not near or _is_above(actor, owner):
        raise ResetRefused("not-yours", "This account works in no organisation of yours.")
    if owner.hidden_postings or len(near) < len(owner.postings):
        raise ResetRefused("two-people", "This account also works elsewhere, so the reset takes two people.")
    if actor.role not in MANAGERS:
        raise ResetRefused("two-people", "A data officer resets together with a second person only.")
    if _is_of_anothers_provider(actor, owner) and not owner.is_first_manager:
        raise ResetRefused("two-people", "A provider's people are reset by their own manager, or by two people.")
    given_by_two, roles = set(GIVEN_BY_TWO), {posting.role for posting in owner.postings}
    is_unused = not (owner.has_signed_in or owner.has_second_factor or owner.has_halves)
    if is_unused and (roles.isdisjoint(given_by_two) or owner.proposed_by == actor.account):
        return
    if what == SECOND_FACTOR or not roles.isdisjoint(given_by_two | set(TWO_PEOPLE)) or _lacks_factor(owner, roles):
        raise ResetRefused("two-people", "This reset takes two people.")


def _lacks_factor(owner: Owner, roles: AbstractSet[str]) -> bool:
    """Whether nothing but the slip would stand before an account that has worked: its second factor was taken away."""
    return owner.has_halves or (owner.has_signed_in and not owner.has_second_factor and needs_second_factor(roles))


def _is_of_anothers_provider(actor: Actor, owner: Owner) -> bool:
    """Whether the slip would put the actor, who is of elsewhere, among a provider's people."""
    return any(posting.kind == PROVIDER and posting.organization != actor.organization for posting in owner.postings)


def check_two_people(actor: Actor, owner: Owner, asked_by: UUID | None, *, one_hand: bool = False) -> None:
    """Whether `actor` may open (`asked_by` None) or approve a reset of two people. Raises `ResetRefused`.

    `one_hand`: the two were let in by slips that count still and lead back, also through others, to the same person.
    """
    if actor.role not in TWO_PEOPLE:
        raise ResetRefused("wrong-role", "Only a coordinator or a data officer takes part in this reset.")
    if actor.account == owner.account:
        raise ResetRefused("own-account", "Nobody resets the own account.")
    if supervises_owner(actor.supervises, owner):
        raise ResetRefused("own-supervisor", "The account's own supervisor or manager takes no part in this reset.")
    if _is_above(actor, owner) or not any(_in_reach(actor, posting) for posting in owner.postings):
        raise ResetRefused("not-yours", "This account works in no organisation of your districts.")
    if asked_by == actor.account:
        raise ResetRefused("same-person", "The second person must be another one.")
    if one_hand:
        raise ResetRefused("one-hand", "One of the two was let in by a slip that leads back to the other.")


def supervises_owner(supervises: AbstractSet[UUID], owner: Owner) -> bool:
    """Whether who supervises or manages these organisations may be the account's own supervisor or manager."""
    is_theirs = any(posting.organization in supervises for posting in owner.postings)
    return is_theirs or (bool(supervises) and owner.hidden_postings > 0)


def check_operator(postings: Sequence[Posting]) -> None:
    """Whether the operator's command may reset whoever works so: coordinators and data officers alone.

    Raises `ResetRefused`. Anybody else has two people of the state.
    """
    if not postings or any(posting.role not in TWO_PEOPLE for posting in postings):
        raise ResetRefused("two-people", "Only coordinators and data officers are reset here, others on /resets.")


def _in_reach(actor: Actor, posting: Posting) -> bool:
    if posting.organization == actor.organization:
        return actor.role in (*SUPERVISING, *TWO_PEOPLE)
    return actor.role in TWO_PEOPLE and posting.district in actor.districts


def _is_above(actor: Actor, owner: Owner) -> bool:
    """Whether the account opens more of a state than the actor's own membership does."""
    named = {district for posting in owner.postings for district in posting.coordinates}
    return (owner.works_for_a_state and not actor.whole_state) or not named <= set(actor.districts)
