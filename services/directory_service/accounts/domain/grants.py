"""Rule of grants: which roles take two people, in which body data officers are, and whose hand may let one in.

Why: a withdrawal by phone, a legal demand and a danger to life are decided by two data officers, so no person may come
to be both. Promises: a data officer belongs to the body of a whole state; one proposes, another confirms, neither is
the person, nor the person's own supervisor or manager, and neither let the other in; whoever had a hand in one data
officer of a body has none in a second, and nobody whom such a hand let in becomes one. Pure: facts in, answer out. When
not to use it: for operators' commands, which only ask for the right body.
"""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from directory_service.accounts.domain.conflicting_roles import RoleRefused
from directory_service.accounts.domain.resets import LATELY, Owner, supervises_owner
from setu.roles import CASE_WORKER, DATA_OFFICER, GIVEN_BY_TWO, PROVIDER_MANAGER, TWO_PEOPLE, roles_of_kind


@dataclass(frozen=True)
class Hand:
    """An account, and whoever may still be who uses it or gave it its role, itself among them."""

    account: UUID
    behind: AbstractSet[UUID]


@dataclass(frozen=True)
class OtherOfficers:
    """A body's other data officers, and whoever may be behind them: printed their slips, proposed or agreed."""

    accounts: AbstractSet[UUID]
    hands: AbstractSet[UUID]


def roles_one_gives(kind: str) -> tuple[str, ...]:
    """The roles of an organisation of this kind that its manager gives alone, in the order of the table."""
    return tuple(role for role in roles_of_kind(kind) if role not in GIVEN_BY_TWO)


def has_roles_of_two(kind: str) -> bool:
    """Whether an organisation of this kind has roles that two people give."""
    return not set(GIVEN_BY_TWO).isdisjoint(roles_of_kind(kind))


def check_body(role: str, *, whole_state: bool) -> None:
    """Whether a body may have this role. Raises `RoleRefused("not-a-states")`."""
    if role == DATA_OFFICER and not whole_state:
        raise RoleRefused("not-a-states", "Only the body of a whole state has data officers.")


def check_not_own_supervisor(supervises: AbstractSet[UUID], whose: Owner | None) -> None:
    """Whether somebody who supervises or manages these organisations may be one of the two. Raises `RoleRefused`.

    `whose`: the account it is for; None where it is out of sight, so that nobody knows.
    """
    if supervises and (whose is None or supervises_owner(supervises, whose)):
        raise RoleRefused("own-supervisor", "The own supervisor or manager takes no part in it.")


def check_first(role: str, first: Hand, whose: Hand | None, others: OtherOfficers) -> None:
    """Whether `first` may propose, and print the slip. `whose`: the account it is for, where there is one already.

    Raises `RoleRefused`.
    """
    if whose is not None and whose.account == first.account:
        raise RoleRefused("own-account", "Nobody gives a role to the own account.")
    if role == DATA_OFFICER and not first.behind.isdisjoint(others.accounts | others.hands):
        raise RoleRefused("set-up-another", "This hand has set up another data officer of the body.")
    _check_person(role, whose, others)


def check_second(role: str, second: Hand, first: Hand, whose: Hand | None, others: OtherOfficers) -> None:
    """Whether `second` may confirm what `first` proposed. Raises `RoleRefused`."""
    if second.account == first.account:
        raise RoleRefused("same-person", "The second person must be another one.")
    if whose is not None and whose.account == second.account:
        raise RoleRefused("own-account", "Nobody gives a role to the own account.")
    if not second.behind.isdisjoint(first.behind):
        raise RoleRefused("one-hand", "One of the two was let in by a slip that leads back to the other.")
    if whose is not None and not second.behind.isdisjoint(whose.behind):
        raise RoleRefused("let-them-in", "Whoever let the person in does not agree to the role.")
    if role == DATA_OFFICER and second.account in others.hands:
        raise RoleRefused("set-up-another", "This hand has set up another data officer of the body.")
    _check_person(role, whose, others)


def _check_person(role: str, whose: Hand | None, others: OtherOfficers) -> None:
    if whose is not None and role == DATA_OFFICER and not whose.behind.isdisjoint(others.accounts | others.hands):
        raise RoleRefused("of-one-hand", "The person and another data officer of the body have one hand behind them.")


def hands_of_grant(first: UUID, second: UUID, others: OtherOfficers) -> list[UUID]:
    """Whose hands are noted at the account that the two gave a role: theirs, for good.

    But not a data officer's who agreed: that one is the other of the two who decide at the desk, and could never do so.
    """
    return [first] if second in others.accounts else [first, second]


def counts_for_good(role: str) -> bool:
    """Whether whoever let in an account of this role counts for good: two people later rely on its being another's.

    A coordinator of any body is one of two who reset and give roles; a provider's manager lets in whoever reads; and
    its case worker may be asked into a body one day.
    """
    return role in (*GIVEN_BY_TWO, *TWO_PEOPLE, PROVIDER_MANAGER, CASE_WORKER)


def let_in_until(now: datetime, *, has_signed_in: bool) -> datetime | None:
    """Until when whoever prints a slip may be who uses its account; None: as long as the account is there.

    The first slip is never forgotten, whatever the role: an officer may become prison health staff one day. One that
    replaces a lost password is told to the owner, who is locked out until it is used.
    """
    return now + LATELY if has_signed_in else None
