"""Carry out a role that two people agreed on: the proposer prints the slip of the new account, or sends the invitation.

Promises: the rule of the proposer is asked again, since days may have passed; done once; the hands of both are noted at
the account (`grants.hands_of_grant`), an invited person's once that person accepts.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from directory_service.accounts.domain import grants
from directory_service.accounts.store.grants import find_grant
from directory_service.accounts.store.let_in import hand_of, hands_of_data_officers
from directory_service.accounts.store.tables_grants import GrantRequest
from directory_service.accounts.use_cases.add_member import NewMember, add_member, with_free_digits
from directory_service.accounts.use_cases.check_takes_people import check_takes_people
from directory_service.accounts.use_cases.dependencies import Dependencies
from directory_service.accounts.use_cases.grants.propose_grant import check_not_own_supervisor, hand_of_invited
from directory_service.accounts.use_cases.invite_member import NewInvitation, invite_member
from directory_service.accounts.use_cases.print_slip import PrintedSlip
from service_kit.errors import NotFound
from service_kit.identity import Principal


def finish_grant(
    session: Session, dependencies: Dependencies, who: Principal, wanted: UUID, now: datetime
) -> PrintedSlip | None:
    """The slip; None where the person was invited. Raises NotFound, `RoleRefused`, `TakesNobody`, `AlreadyMember`."""
    row = find_grant(session, wanted, now)
    if row is None or row.decided_by is None or row.decision != "approved" or row.asked_by != who.account:
        raise NotFound
    check_takes_people(session, row.organization_id)
    if row.invites:
        check_not_own_supervisor(session, who, row.user_name)
    whose = hand_of_invited(session, row.user_name, now) if row.invites else None
    others = hands_of_data_officers(session, row.organization_id, whose, now)
    grants.check_first(row.role, hand_of(session, who.account, now), whose, others)
    row.done_at, hands = now, grants.hands_of_grant(row.asked_by, row.decided_by, others)
    if row.invites:
        invitation = NewInvitation(row.user_name, row.role, hands=hands)
        invite_member(session, dependencies, row.organization_id, invitation, by=who.account, now=now)
        return None
    member = with_free_digits(session, dependencies, _member_of(row))
    row.account_id, slip = add_member(
        session, dependencies, row.organization_id, member, by=who.account, now=now, hands=hands
    )
    return slip


def _member_of(row: GrantRequest) -> NewMember:
    return NewMember(row.name, row.user_name, row.role, row.phone, row.mail, row.language)
