"""Token bucket of each channel, in the database, so that all workers together keep a provider's rate.

It holds one second's worth; tokens are taken in the transaction that claims messages, so that a claim which is undone
gives them back, and are put back for messages that were claimed and not sent. A bucket that was filled in the future,
by a clock that leapt and was put right, is filled from now on. Not for a channel without a limit: the
row would be a lock for nothing.
"""

from datetime import datetime, timedelta

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from notification_service.domain.notices import Channel
from notification_service.store.tables import RateRow

_APART = timedelta(seconds=5)
"""So far the clocks of two hosts may differ; what lies further ahead is a leap's."""


def take_tokens(session: Session, channel: Channel, rate: float, now: datetime, most: int) -> int:
    """Take up to `most` tokens; return how many there were. `rate` is in messages a second."""
    room = max(rate, 1.0)
    full = insert(RateRow).values(channel=channel.value, tokens=room, filled_at=now)
    session.execute(full.on_conflict_do_nothing())
    bucket = session.get_one(RateRow, channel.value, with_for_update=True, populate_existing=True)
    filled_at = bucket.filled_at if bucket.filled_at <= now + _APART else now
    passed = max((now - filled_at).total_seconds(), 0.0)
    filled = min(room, bucket.tokens + passed * rate)
    taken = min(most, int(filled))
    bucket.tokens, bucket.filled_at = filled - taken, max(filled_at, now)
    return taken


def put_back_tokens(session: Session, channel: Channel, rate: float, unused: int) -> None:
    """Put tokens back, up to one second's worth; `rate` is in messages a second."""
    bucket = session.get_one(RateRow, channel.value, with_for_update=True, populate_existing=True)
    bucket.tokens = min(max(rate, 1.0), bucket.tokens + unused)
