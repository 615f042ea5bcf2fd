"""A calendar feed: made, revoked, read. Its address is the secret; the database keeps a keyed digest of it.

A membership has one feed at a time: making another revokes the first. A feed ends with its membership, and with a reset
of its account. What it shows
is decided by row-level security in the scope of that membership, as if its person looked; so it follows the districts
that the membership has by then, and not those of the day on which it was made.
"""

import base64
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import update
from sqlalchemy.orm import Session

from directory_service.accounts.store.accounts import lock_account
from directory_service.accounts.use_cases.dependencies import Dependencies
from directory_service.partnership.store.calendar_feeds import districts_of_feed, meetings_of_feed, presented_feed
from directory_service.partnership.store.tables import Meeting
from directory_service.partnership.store.tables_feeds import CalendarFeed
from service_kit.db import audit
from service_kit.db.engine import Database
from service_kit.errors import NotFound
from service_kit.identity import Principal, Scope
from service_kit.keyring import MacKey

SECRET_BYTES = 24
_LONGEST = 64
LOOKS_BACK = timedelta(days=400)


def make_feed(session: Session, dependencies: Dependencies, who: Principal, now: datetime) -> str:
    """Make the membership's feed and return its secret, this once. Of two at once the second revokes the first."""
    lock_account(session, who.account)
    revoke_feed(session, who, now)
    secret = base64.urlsafe_b64encode(dependencies.ids.random(SECRET_BYTES)).decode()
    feed = CalendarFeed(
        id=dependencies.ids.uuid(),
        membership_id=who.membership,
        account_id=who.account,
        organization_id=who.organization,
        role=who.role,
        digest=_digest(dependencies.mac, secret),
        made_at=now,
    )
    session.add(feed)
    session.flush()
    audit.record(session, "feed.make", ("feed", feed.id), who, now)
    return secret


def revoke_feed(session: Session, who: Principal, now: datetime) -> None:
    """End the membership's feed: its address answers 404 from then on."""
    own = (CalendarFeed.membership_id == who.membership, CalendarFeed.ended_at.is_(None))
    ended = session.execute(update(CalendarFeed).where(*own).values(ended_at=now).returning(CalendarFeed.id)).first()
    if ended is not None:
        audit.record(session, "feed.end", ("feed", ended.id), who, now)


def read_feed(db: Database, mac: MacKey, secret: str, now: datetime) -> Sequence[Meeting]:
    """The meetings that a calendar is told of. Raises NotFound for what is no feed, was revoked, or has nobody left."""
    if not secret.isascii() or not 1 <= len(secret) <= _LONGEST:
        raise NotFound
    with db.transaction() as session:
        feed = presented_feed(session, _digest(mac, secret))
    if feed is None:
        raise NotFound
    scope = Scope(feed.organization_id, feed.account_id, feed.role)
    with db.transaction(scope) as session:
        districts = districts_of_feed(session, feed)
    if districts is None:
        raise NotFound
    scope = replace(scope, districts=districts)
    with db.transaction(scope) as session:
        return meetings_of_feed(session, scope, now - LOOKS_BACK, now)


def _digest(mac: MacKey, secret: str) -> bytes:
    return mac.digest("calendar feed", secret.encode())
