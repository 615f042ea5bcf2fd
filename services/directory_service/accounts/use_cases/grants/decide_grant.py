"""Confirm or refuse a role that somebody proposed: the second of two people.

Promises: neither the proposer nor the person whose role it is confirms, nor the person's own supervisor or manager, nor
whoever is let in by the proposer's slip or let the person in; the database keeps two accounts apart, too. Confirming
makes nothing: the proposer prints the slip.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from directory_service.accounts.domain import grants
from directory_service.accounts.store.grants import find_grant
from directory_service.accounts.store.let_in import hand_of, hands_of_data_officers
from directory_service.accounts.use_cases.grants.propose_grant import check_not_own_supervisor, hand_of_invited
from service_kit.db import audit
from service_kit.identity import Principal


def confirm_grant(session: Session, who: Principal, wanted: UUID, now: datetime) -> bool:
    """Whether it waited for a decision. Raises `RoleRefused` where this person may not be the second."""
    row = find_grant(session, wanted, now)
    if row is None or row.decided_at is not None:
        return False
    if row.invites:
        check_not_own_supervisor(session, who, row.user_name)
    whose = hand_of_invited(session, row.user_name, now) if row.invites else None
    others = hands_of_data_officers(session, row.organization_id, whose, now)
    first, second = hand_of(session, row.asked_by, now), hand_of(session, who.account, now)
    grants.check_second(row.role, second, first, whose, others)
    row.decided_by, row.decided_at, row.decision = who.account, now, "approved"
    audit.record(session, "grant.confirm", ("grant", row.id), who, now, detail={"role": row.role})
    return True


def refuse_grant(session: Session, who: Principal, wanted: UUID, now: datetime) -> bool:
    """Close it with nothing given; whoever proposed it may take it back, also once it was confirmed."""
    row = find_grant(session, wanted, now)
    if row is None or (row.decided_at is not None and row.asked_by != who.account):
        return False
    row.decided_by, row.decided_at, row.decision = who.account, now, "refused"
    audit.record(session, "grant.refuse", ("grant", row.id), who, now, detail={"role": row.role})
    return True
