"""A person into an organisation by an operator's command: a new account, or an invitation to the one that is there.

For commands only: they tell an operator what a form never tells, that an account exists and on which side.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from directory_service.accounts.domain.conflicting_roles import BothSides
from directory_service.accounts.store import accounts
from directory_service.accounts.use_cases.add_member import (
    NewMember,
    add_member,
)
from directory_service.accounts.use_cases.dependencies import Dependencies
from directory_service.accounts.use_cases.invite_member import (
    NewInvitation,
    invite_member,
)
from directory_service.accounts.use_cases.print_slip import PrintedSlip
from setu.roles import ROLES


def add_or_invite(
    session: Session,
    dependencies: Dependencies,
    organization: UUID,
    member: NewMember,
    *,
    by: UUID | None,
    now: datetime,
) -> PrintedSlip | None:
    """The slip of a new account, None where the person was invited. `member` must be `spelled`.

    Raises `RoleDoesNotFit`, `BothSides`, `AlreadyMember`, `UserNameTaken`; LookupError for an unknown organisation.
    """
    found = accounts.look_up(session, "user_name", member.user_name)
    if not found:
        return add_member(session, dependencies, organization, member, by=by, now=now)[1]
    if member.role in ROLES and any(one.side != ROLES[member.role].side for one in found):
        raise BothSides
    wanted = NewInvitation(member.user_name, member.role, member.districts)
    invite_member(session, dependencies, organization, wanted, by=by, now=now)
    return None
