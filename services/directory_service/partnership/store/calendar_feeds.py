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


def districts_of_feed(session: Session, feed: CalendarFeed) -> tuple[int, ...] | None:
    """The districts of its membership as they are today; asked in that membership's scope.

    None where the membership has ended, or its organisation takes no part.
    """
    wanted = (
        select(Membership.districts, Membership.organization_district)
        .join(Organization, Organization.id == Membership.organization_id)
        .where(Membership.id == feed.membership_id, Membership.ended_at.is_(None))
        .where(Organization.status == "active", Organization.deleted_at.is_(None))
    )
    row = session.execute(wanted).first()
    return None if row is None else tuple(row.districts) or (row.organization_district,)
