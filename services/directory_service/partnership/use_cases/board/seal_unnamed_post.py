"""Seal a post without an author: one row that only the worker can open, and that tells nothing in clear.

Promises: runs in a transaction that has no account, organisation or district; writes no audit entry, no event and no
idempotency row; the row's id is random, its length always the same. Who asks was judged before, in another transaction.
"""

from uuid import uuid4

from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from directory_service.partnership.domain.sealed_posts import SealedPost
from directory_service.partnership.store.tables_board import BoardKey, BoardWaiting
from service_kit import sealed_box
from service_kit.db.engine import Database

SEAL = b"setu board post"


class NoBoardKey(Exception):
    """The worker has not made a key yet."""


def seal_unnamed_post(db: Database, post: SealedPost) -> None:
    """Store it. Raises NoBoardKey before the worker, which makes the keys, has started."""
    try:
        _store(db, post)
    except IntegrityError:  # a batch has just taken the key away: seal it under the next
        _store(db, post)


def _store(db: Database, post: SealedPost) -> None:
    with db.transaction() as session:
        newest = session.scalar(select(BoardKey).order_by(BoardKey.day.desc(), BoardKey.id).limit(1))
        if newest is None:
            raise NoBoardKey
        sealed = sealed_box.seal(newest.public_key, post.to_bytes(), SEAL)
        session.execute(insert(BoardWaiting).values(id=uuid4(), key_id=newest.id, sealed=sealed))
