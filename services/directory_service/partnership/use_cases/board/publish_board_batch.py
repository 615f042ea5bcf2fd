"""Batch of the board, once a day: publishes what has waited long enough, and seals everything else anew.

Whoever holds every dump, log and archive of the database's log must not find out who wrote an item. So a batch takes
all waiting rows away at once and writes those that stay as new rows under new ids and a new key, shuffled among covers;
what is published gets a new random id and this day, shuffled, in one transaction; then the day's private key is
destroyed, which was in no backup. Covers are written at random minutes of the day, too, so that a new row between two
dumps tells of nothing. Promises: a post is published once, after one to three batches. Needs the worker's role.
"""

import logging
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from uuid import UUID

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from directory_service.partnership.domain.sealed_posts import BREACH, COVER, ITEM, SealedPost, new_post
from directory_service.partnership.outside.board_keys import BoardKeys
from directory_service.partnership.store.tables_board import BoardItem, BoardKey, BoardWaiting, Breach
from directory_service.partnership.use_cases.board.seal_unnamed_post import SEAL
from service_kit import sealed_box
from service_kit.keyring import CannotOpen
from setu.india import INDIA

HOUR = 4  # in India, of each day's batch
COVERS_A_BATCH = 8
MINUTES_A_COVER = 120  # on average, between two covers of a day
LOST_AFTER = timedelta(days=7)
_LOCK = 0x626F617264  # of whichever worker runs it
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class BoardSealing:
    """The worker's keys and the operating system's generator, which a test replaces."""

    keys: BoardKeys
    random: Random

    def uuid4(self) -> UUID:
        """A random id, which tells no time."""
        return UUID(int=self.random.getrandbits(128), version=4)


def publish_board_batch(session: Session, tools: BoardSealing, now: datetime) -> None:
    """Run the day's batch where it is due. A private half is destroyed once its row is gone for good: the next time."""
    local = now.astimezone(INDIA)
    session.execute(select(func.pg_advisory_xact_lock(_LOCK)))
    rows = session.scalars(select(BoardKey).with_for_update()).all()
    tools.keys.destroy_all_but([row.id for row in rows])
    own = {row.id: private for row in rows if (private := tools.keys.private(row.id)) is not None}
    days = [row.day for row in rows if row.id in own]
    if days and (max(days) >= local.date() or local.hour < HOUR):
        return
    made = _new_key(session, tools, local.date())
    posts = _open_all(session, own)
    due = [post for post in posts if post.is_due]
    _publish(session, [post for post in due if post.kind != COVER], local.date(), tools)
    covers = [_cover(tools) for _ in range(COVERS_A_BATCH)]
    _seal_all(session, made, [*(post.waited() for post in posts if not post.is_due), *covers], tools)
    lost = [row.id for row in rows if row.id not in own and local.date() - row.day > LOST_AFTER]
    if lost:
        _log.warning("what waited for the board under a lost key is gone")
    gone = [*own, *lost]
    session.execute(delete(BoardWaiting).where(BoardWaiting.key_id.in_(gone)))
    session.execute(delete(BoardKey).where(BoardKey.id.in_(gone)))


def write_cover(session: Session, tools: BoardSealing) -> None:
    """Now and then, called once a minute: a waiting row that says nothing."""
    if tools.random.randrange(MINUTES_A_COVER):
        return
    newest = session.scalar(select(BoardKey).order_by(BoardKey.day.desc(), BoardKey.id).limit(1))
    if newest is not None:
        _seal_all(session, newest, [_cover(tools)], tools)


def _new_key(session: Session, tools: BoardSealing, day: date) -> BoardKey:
    made = BoardKey(id=tools.uuid4(), day=day, public_key="")
    made.public_key = tools.keys.make(made.id)
    session.add(made)
    session.flush()
    return made


def _open_all(session: Session, own: dict[UUID, str]) -> list[SealedPost]:
    """What waits under the own keys, a form that was sent twice once."""
    waiting = session.scalars(select(BoardWaiting).where(BoardWaiting.key_id.in_(own))).all()
    opened = (_open(own[row.key_id], row.sealed) for row in waiting)
    return list({post.once: post for post in opened if post is not None}.values())


def _open(private: str, sealed: bytes) -> SealedPost | None:
    """None for what is no post: whatever waits was written by a web process, and one row must not hold up the rest."""
    try:
        post = SealedPost.from_bytes(sealed_box.open(private, sealed, SEAL))
        _typed(post)
    except (CannotOpen, ValueError, TypeError, KeyError):
        _log.warning("what waited for the board cannot be read and is gone")
        return None
    return post


def _publish(session: Session, posts: list[SealedPost], day: date, tools: BoardSealing) -> None:
    tools.random.shuffle(posts)
    for kind, table, column in ((ITEM, BoardItem, "posted_on"), (BREACH, Breach, "reported_on")):
        rows = [{**_typed(post), "id": tools.uuid4(), column: day} for post in posts if post.kind == kind]
        if rows:
            session.execute(insert(table), rows)


def _typed(post: SealedPost) -> dict[str, object]:
    content = dict(post.content)
    if post.kind == BREACH:
        content["day"] = date.fromisoformat(content["day"])
        content["service_id"] = UUID(content["service_id"]) if content["service_id"] else None
    return content


def _seal_all(session: Session, key: BoardKey, posts: list[SealedPost], tools: BoardSealing) -> None:
    tools.random.shuffle(posts)
    rows = [
        {"id": tools.uuid4(), "key_id": key.id, "sealed": sealed_box.seal(key.public_key, post.to_bytes(), SEAL)}
        for post in posts
    ]
    if rows:
        session.execute(insert(BoardWaiting), rows)


def _cover(tools: BoardSealing) -> SealedPost:
    return new_post(COVER, {}, str(tools.uuid4()), tools.random)
