"""Suppression list: addresses that nothing is sent to any more, by keyed digest, so that the list holds no address."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from notification_service.domain.notices import Channel
from notification_service.domain.reports import Source
from notification_service.store.tables import SuppressionRow


def add(session: Session, channel: Channel, digest: str, source: Source, now: datetime) -> bool:
    """Put an address on the list; False when it was there, and then its source and time stay as they are."""
    wanted = insert(SuppressionRow).values(digest=digest, channel=channel.value, source=source.value, at=now)
    added = session.execute(wanted.on_conflict_do_nothing().returning(SuppressionRow.digest))
    return added.first() is not None


def remove(session: Session, channel: Channel, digest: str) -> bool:
    """Take an address off the list; False when it was not there, on this channel."""
    of_channel = (SuppressionRow.digest == digest, SuppressionRow.channel == channel.value)
    gone = delete(SuppressionRow).where(*of_channel).returning(SuppressionRow.digest)
    return session.execute(gone).first() is not None


def held_among(session: Session, digests: Collection[str]) -> set[str]:
    """Return those of the digests whose addresses nothing may be sent to."""
    held = select(SuppressionRow.digest).where(SuppressionRow.digest.in_(digests))
    return set(session.scalars(held)) if digests else set()


def page(session: Session, *, after: str, limit: int) -> Sequence[SuppressionRow]:
    """Return up to `limit` entries, by digest."""
    rows = select(SuppressionRow).where(SuppressionRow.digest > after).order_by(SuppressionRow.digest)
    return session.scalars(rows.limit(limit)).all()
