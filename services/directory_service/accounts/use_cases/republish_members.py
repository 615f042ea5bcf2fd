"""Sending every membership's snapshot again, ended ones too, so that a consumer can be rebuilt from nothing."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory_service.accounts.store.tables import (
    Account,
    Membership,
)
from directory_service.accounts.use_cases.dependencies import Dependencies
from directory_service.accounts.use_cases.publish_member import send_member


def republish_members(session: Session, dependencies: Dependencies, now: datetime) -> int:
    """Put all snapshots into the outbox at their present version; how many. Needs the worker's role to see all."""
    sent = 0
    rows = session.execute(
        select(Membership, Account).join(Account, Account.id == Membership.account_id).order_by(Membership.id),
        execution_options={"yield_per": 500},
    )
    for membership, account in rows:
        send_member(session, dependencies, membership, account, now)
        sent += 1
    return sent
