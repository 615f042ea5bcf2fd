"""Accepting or refusing an invitation, by the invited person alone.

Promises: the membership begins here and nowhere before, with the wall checked anew (`grant_membership`); a refusal is
told to nobody.
"""

from contextlib import suppress
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from directory_service.accounts.store.tables import Account
from directory_service.accounts.store.tables_invitations import Invitation
from directory_service.accounts.use_cases.check_takes_people import check_takes_people
from directory_service.accounts.use_cases.dependencies import Dependencies
from directory_service.accounts.use_cases.grant_membership import (
    AlreadyMember,
    grant_membership,
)
from directory_service.organizations.domain.standing import GONE
from directory_service.organizations.store.tables import Organization
from service_kit.db import audit
from service_kit.identity import Scope


def accept_invitation(
    session: Session, dependencies: Dependencies, account_id: UUID, wanted: UUID, now: datetime
) -> bool:
    """Make the membership; False where there is no such open invitation. Raises `RoleRefused`, `TakesNobody`."""
    row = _open_invitation(session, account_id, wanted, now)
    place = session.get(Organization, row.organization_id) if row else None
    if row is None or place is None or place.deleted_at is not None or place.status in GONE:
        return False
    check_takes_people(session, place.id)  # it may have been suspended since
    account, by, hands = session.get_one(Account, account_id), account_id, row.hands
    with suppress(AlreadyMember):
        grant_membership(
            session, dependencies, account, place, row.role, row.districts, by=by, now=now, hands=hands, invited=True
        )
    _answer(session, row, account_id, "accepted", now)
    return True


def refuse_invitation(session: Session, account_id: UUID, wanted: UUID, now: datetime) -> bool:
    """Hide it from the person for good; False where there is no such open invitation."""
    row = _open_invitation(session, account_id, wanted, now)
    if row is None:
        return False
    _answer(session, row, account_id, "refused", now)
    return True


def _open_invitation(session: Session, account: UUID, wanted: UUID, now: datetime) -> Invitation | None:
    row = session.get(Invitation, wanted, with_for_update=True)
    if row is None or row.account_id != account or row.ends_at <= now:
        return None
    return row if row.withdrawn_at is None and row.answered_at is None else None


def _answer(session: Session, row: Invitation, account: UUID, answer: str, now: datetime) -> None:
    row.answer, row.answered_at = answer, now
    detail = {"role": row.role}
    audit.record(session, f"invitation.{answer}", ("invitation", row.id), Scope(account=account), now, detail=detail)
