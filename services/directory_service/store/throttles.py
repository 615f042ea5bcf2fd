"""Giving back a try: the kit counts first, so that racing tries cannot slip past; a right one is given back."""

from sqlalchemy import func, update
from sqlalchemy.orm import Session

from service_kit.db.tables import throttle


def give_back(session: Session, bucket: str, key_digest: bytes) -> None:
    """Take one try off the count."""
    session.execute(
        update(throttle)
        .where(throttle.c.bucket == bucket, throttle.c.key_digest == key_digest)
        .values(count=func.greatest(throttle.c.count - 1, 0))
    )
