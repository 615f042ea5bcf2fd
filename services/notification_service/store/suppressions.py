"""Suppression list: addresses that nothing is sent to any more, by keyed digest, so that the list holds no address."""

from collections.abc import Sequence
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


def holds(session: Session, digest: str) -> bool:
    """Whether nothing may be sent to this address."""
    return session.get(SuppressionRow, digest) is not None


def page(session: Session, *, after: str, limit: int) -> Sequence[SuppressionRow]:
    """Return up to `limit` entries, by digest."""
    rows = select(SuppressionRow).where(SuppressionRow.digest > after).order_by(SuppressionRow.digest)
    return session.scalars(rows.limit(limit)).all()
