"""Token bucket of each channel, in the database, so that all workers together keep a provider's rate.

It holds one second's worth; a token is taken in the transaction that claims a message, so that a claim which is undone
gives its token back. Not for a channel without a limit: the row would be a lock for nothing.
"""

from datetime import datetime

from sqlalchemy import func, literal
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from notification_service.domain.notices import Channel
from notification_service.store.tables import RateRow


def take_token(session: Session, channel: Channel, rate: float, now: datetime) -> bool:
    """Take one token; False when there is none yet. `rate` is in messages a second."""
    room = max(rate, 1.0)
    passed = func.greatest(func.extract("epoch", literal(now) - RateRow.filled_at), 0.0)
    filled = func.least(room, RateRow.tokens + passed * rate)
    first = insert(RateRow).values(channel=channel.value, tokens=room - 1, filled_at=now)
    taken = first.on_conflict_do_update(
        index_elements=["channel"],
        set_={"tokens": filled - 1, "filled_at": func.greatest(RateRow.filled_at, literal(now))},
        where=filled >= 1,
    )
    return session.execute(taken.returning(RateRow.channel)).first() is not None
