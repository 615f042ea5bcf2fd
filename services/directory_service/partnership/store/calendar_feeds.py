"""Queries about calendar feeds, and of the meetings that they show."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import case, exists, func, or_, select, true, update
from sqlalchemy.orm import Session

from directory_service.accounts.store.tables import Account, Membership
from directory_service.organizations.store.tables import Organization
from directory_service.partnership.store.guest_meetings import is_readable, meeting_is_told
from directory_service.partnership.store.tables import Meeting
from directory_service.partnership.store.tables_feeds import CalendarFeed
from service_kit.identity import Scope

MOST_OF_A_DISTRICT = 30
"""Meetings of one district in a feed: more than two years of them, or as many dates called off."""


def presented_feed(session: Session, digest: bytes) -> CalendarFeed | None:
    """The feed of this digest, if it was not revoked. The transaction sees its row from here on, and no other."""
    session.execute(select(func.set_config("setu.calendar_feed", digest.hex(), true())))
    return session.scalar(select(CalendarFeed).where(CalendarFeed.digest == digest, CalendarFeed.ended_at.is_(None)))


def feed_of(session: Session, membership: UUID) -> CalendarFeed | None:
    """The membership's feed, if it has one."""
    return session.scalar(
        select(CalendarFeed).where(CalendarFeed.membership_id == membership, CalendarFeed.ended_at.is_(None))
    )


def end_orphaned_feeds(session: Session, now: datetime) -> None:
    """End the feeds whose membership ended, or whose account was reset since. Needs the worker's role."""
    gone = exists().where(Membership.id == CalendarFeed.membership_id, Membership.ended_at.is_not(None))
    reset = exists().where(Account.id == CalendarFeed.account_id, Account.reset_at > CalendarFeed.made_at)
    session.execute(update(CalendarFeed).where(CalendarFeed.ended_at.is_(None), or_(gone, reset)).values(ended_at=now))


def districts_of_feed(session: Session, feed: CalendarFeed) -> tuple[int, ...] | None:
    """The districts of its membership as they are today; asked in that membership's scope.

    None where the membership has ended, its account was reset since, or its organisation takes no part.
    """
    wanted = (
        select(Membership.districts, Membership.organization_district)
        .join(Organization, Organization.id == Membership.organization_id)
        .join(Account, Account.id == Membership.account_id)
        .where(Membership.id == feed.membership_id, Membership.ended_at.is_(None))
        .where(or_(Account.reset_at.is_(None), Account.reset_at <= feed.made_at))
        .where(Organization.status == "active", Organization.deleted_at.is_(None))
    )
    row = session.execute(wanted).first()
    return None if row is None else tuple(row.districts) or (row.organization_district,)


def meetings_of_feed(session: Session, scope: Scope, since: datetime, now: datetime) -> Sequence[Meeting]:
    """What calendars are told of that begins after a moment, the first first; no district crowds another one out.

    Of each district at most `MOST_OF_A_DISTRICT`: what lies ahead by its day, then what was, the latest first.
    """
    is_over = Meeting.starts_at < now
    nearest = (is_over, case((~is_over, Meeting.starts_at)), Meeting.starts_at.desc())
    place = func.row_number().over(partition_by=Meeting.district_code, order_by=nearest)
    told = (is_readable(scope), meeting_is_told(), Meeting.starts_at > since)
    placed = select(Meeting.id, place.label("place")).where(*told).subquery()
    wanted = select(Meeting).join(placed, placed.c.id == Meeting.id).where(placed.c.place <= MOST_OF_A_DISTRICT)
    return session.scalars(wanted.order_by(Meeting.starts_at, Meeting.id)).all()
