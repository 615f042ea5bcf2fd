"""Sending every membership's snapshot again, ended ones too, so that a consumer can be rebuilt from nothing."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory_service.store.tables_accounts import Account, Membership
from directory_service.use_cases.publish_member import send_member
from directory_service.use_cases.tools import AccountTools


def republish_members(session: Session, tools: AccountTools, now: datetime) -> int:
    """Put all snapshots into the outbox at their present version; how many. Needs the worker's role to see all."""
    sent = 0
    rows = session.execute(
        select(Membership, Account).join(Account, Account.id == Membership.account_id).order_by(Membership.id),
        execution_options={"yield_per": 500},
    )
    for membership, account in rows:
        send_member(session, tools, membership, account, now)
        sent += 1
    return sent
