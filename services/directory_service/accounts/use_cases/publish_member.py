"""Telling the other services who belongs where: `directory.member.changed.v1`, of case workers `…team.changed.v1`, too.

Promises: the version grows with each event of a membership; contacts travel sealed to the notification service's key
(HPKE, bound to this membership), on a route that only its queue has; the referral service gets the names of case
workers alone, for their own team, and of data officers who let them in (`publish_data_officer`). The one place that
makes these events.
"""

import json
from base64 import b64encode
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory_service.accounts.store.tables import (
    Account,
    Membership,
)
from directory_service.accounts.use_cases.dependencies import Dependencies
from directory_service.accounts.use_cases.publish_data_officer import send_data_officer
from service_kit import sealed_box
from service_kit.db import outbox
from service_kit.envelope import Event
from setu.roles import CASE_WORKERS, DATA_OFFICER

TYPE = "directory.member.changed.v1"
TEAM_TYPE = "directory.team.changed.v1"


def publish_member(
    session: Session, dependencies: Dependencies, membership: Membership, account: Account, now: datetime
) -> None:
    """Raise the membership's version and put its snapshot into the outbox.

    Locks the membership and reads it anew: of two that tell at once the second tells what the first made of it, under
    a version of its own. The account is the caller's to lock, before, where its contacts are what has changed.
    """
    session.flush()  # a new one
    session.refresh(membership, with_for_update={"key_share": True})
    membership.version += 1
    send_member(session, dependencies, membership, account, now)


def send_member(
    session: Session, dependencies: Dependencies, membership: Membership, account: Account, now: datetime
) -> None:
    """Put the snapshot into the outbox as it is."""
    contacts = {"mail": account.mail, "phone": account.phone, "language": account.language}
    info = f"{TYPE}|{membership.id}".encode()
    sealed = sealed_box.seal(dependencies.member_box_public_key, json.dumps(contacts).encode(), info)
    outbox.add(
        session,
        Event(
            type=TYPE,
            subject=str(membership.id),
            data={
                "membership_id": str(membership.id),
                "account_id": str(account.id),
                "organization_id": str(membership.organization_id),
                "organization_kind": membership.organization_kind,
                "role": membership.role,
                "districts": list(membership.districts) or [membership.organization_district],
                "active": membership.ended_at is None,
                "version": membership.version,
                "sealed": b64encode(sealed).decode(),
            },
            id=dependencies.ids.uuid(),
            time=now,
        ),
    )
    if membership.role in CASE_WORKERS:
        _send_team_member(session, dependencies, membership, account, now)
    if membership.role == DATA_OFFICER:
        send_data_officer(session, dependencies, membership, now)


def _send_team_member(
    session: Session, dependencies: Dependencies, membership: Membership, account: Account, now: datetime
) -> None:
    data = {
        "membership_id": str(membership.id),
        "account_id": str(account.id),
        "organization_id": str(membership.organization_id),
        "active": membership.ended_at is None,
        "version": membership.version,
        "name": account.name,
    }
    outbox.add(session, Event(TEAM_TYPE, str(membership.id), data, dependencies.ids.uuid(), now))


def publish_account(session: Session, dependencies: Dependencies, account: Account, now: datetime) -> None:
    """Publish all active memberships of an account, after its contacts or language changed."""
    rows = session.scalars(select(Membership).where(Membership.account_id == account.id, Membership.ended_at.is_(None)))
    for membership in rows.all():
        publish_member(session, dependencies, membership, account, now)
