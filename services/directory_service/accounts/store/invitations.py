"""Questions about invitations. Row-level security answers beside them; nothing is decided here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory_service.accounts.store.tables_invitations import Invitation
from directory_service.organizations.store.tables import Organization


@dataclass(frozen=True)
class Offer:
    """An invitation as the invited person sees it."""

    id: UUID
    organization_name: str
    role: str
    ends_at: datetime


def offers_to(session: Session, account: UUID, now: datetime) -> Sequence[Offer]:
    """What an account can accept or refuse, the newest first."""
    rows = session.execute(
        select(Invitation.id, Organization.name, Invitation.role, Invitation.ends_at)
        .join(Organization, Organization.id == Invitation.organization_id)
        .where(
            Invitation.account_id == account,
            Invitation.withdrawn_at.is_(None),
            Invitation.answered_at.is_(None),
            Invitation.ends_at > now,
            Organization.deleted_at.is_(None),
        )
        .order_by(Invitation.sent_at.desc(), Invitation.id)
    )
    return [Offer(*row) for row in rows]


def sent_by(session: Session, organization: UUID, now: datetime) -> Sequence[Invitation]:
    """What an organisation has sent and has not become a membership, refused or not, the newest first."""
    return session.scalars(
        select(Invitation)
        .where(
            Invitation.organization_id == organization,
            Invitation.withdrawn_at.is_(None),
            Invitation.answer.is_distinct_from("accepted"),
            Invitation.ends_at > now,
        )
        .order_by(Invitation.sent_at.desc(), Invitation.id)
    ).all()


def open_invitations(session: Session, organization: UUID) -> Sequence[Invitation]:
    """What is neither withdrawn nor a membership, overdue ones among it, locked."""
    wanted = select(Invitation).where(
        Invitation.organization_id == organization,
        Invitation.withdrawn_at.is_(None),
        Invitation.answer.is_distinct_from("accepted"),
    )
    return session.scalars(wanted.order_by(Invitation.id).with_for_update()).all()
