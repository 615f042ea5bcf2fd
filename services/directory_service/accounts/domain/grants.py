"""Rule of grants: which roles take two people, in which body data officers are, and whose hand may let one in.

Why: a withdrawal by phone, a legal demand and a danger to life are decided by two data officers, so no person may come
to be both. Promises: a data officer belongs to the body of a whole state; one proposes, another confirms, neither is
the person, and neither let the other in; whoever set up one data officer of a body sets up no second one and confirms
none. Pure: facts in, answer out. When not to use it: for operators' commands, which only ask for the right body.
"""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from directory_service.accounts.domain.resets import LATELY
from directory_service.accounts.domain.roles import RoleRefused
from setu.roles import DATA_OFFICER, GIVEN_BY_TWO, roles_of_kind

GRANT_LENGTH = timedelta(days=7)
"""How long a proposal waits for its second person, and then for its slip."""


@dataclass(frozen=True)
class Hand:
    """An account, and whoever may still be who uses it: those whose slips let it in, itself among them."""

    account: UUID
    behind: AbstractSet[UUID]


@dataclass(frozen=True)
class OtherOfficers:
    """A body's other data officers, and whoever may be behind them by the slips that let them in."""

    accounts: AbstractSet[UUID]
    printers: AbstractSet[UUID]


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


def check_first(role: str, first: Hand, account: UUID | None, others: OtherOfficers) -> None:
    """Whether `first` may propose, and print the slip. `account`: whose role it is to be, where there is one already.

    Raises `RoleRefused`.
    """
    if account == first.account:
        raise RoleRefused("own-account", "Nobody gives a role to the own account.")
    if role == DATA_OFFICER and not first.behind.isdisjoint(others.accounts | others.printers):
        raise RoleRefused("set-up-another", "This hand has set up another data officer of the body.")


def check_second(role: str, second: Hand, first: Hand, account: UUID | None, others: OtherOfficers) -> None:
    """Whether `second` may confirm what `first` proposed. Raises `RoleRefused`."""
    if second.account == first.account:
        raise RoleRefused("same-person", "The second person must be another one.")
    if account == second.account:
        raise RoleRefused("own-account", "Nobody gives a role to the own account.")
    if not second.behind.isdisjoint(first.behind):
        raise RoleRefused("one-hand", "One of the two was let in lately by a slip that leads back to the other.")
    if role == DATA_OFFICER and second.account in others.printers:
        raise RoleRefused("set-up-another", "This hand has set up another data officer of the body.")


def let_in_until(now: datetime, *, as_data_officer: bool, has_signed_in: bool) -> datetime | None:
    """Until when whoever prints a slip may be who uses its account; None: as long as the account is there.

    A data officer's account is what two people later rely on, so its first slip is never forgotten; one that replaces a
    lost password is told to the owner, who is locked out until it is used.
    """
    return None if as_data_officer and not has_signed_in else now + LATELY
