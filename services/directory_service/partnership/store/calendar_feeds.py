"""Queries about calendar feeds."""

from uuid import UUID

from sqlalchemy import func, select, true
from sqlalchemy.orm import Session

from directory_service.accounts.store.tables import Membership
from directory_service.organizations.store.tables import Organization
from directory_service.partnership.store.tables_feeds import CalendarFeed


def presented_feed(session: Session, digest: bytes) -> CalendarFeed | None:
    """The feed of this digest, if it was not revoked. The transaction sees its row from here on, and no other."""
    session.execute(select(func.set_config("setu.calendar_feed", digest.hex(), true())))
    return session.scalar(select(CalendarFeed).where(CalendarFeed.digest == digest, CalendarFeed.ended_at.is_(None)))


def feed_of(session: Session, membership: UUID) -> CalendarFeed | None:
    """The membership's feed, if it has one."""
    return session.scalar(
        select(CalendarFeed).where(CalendarFeed.membership_id == membership, CalendarFeed.ended_at.is_(None))
    )


def is_still_member(session: Session, feed: CalendarFeed) -> bool:
    """Whether the membership goes on and its organisation takes part; asked in that membership's scope."""
    wanted = (
        select(Membership.id)
        .join(Organization, Organization.id == Membership.organization_id)
        .where(Membership.id == feed.membership_id, Membership.ended_at.is_(None))
        .where(Organization.status == "active", Organization.deleted_at.is_(None))
    )
    return session.scalar(wanted) is not None
