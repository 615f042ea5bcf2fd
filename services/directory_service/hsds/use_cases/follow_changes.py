"""What changed for the public since a reader looked last: the feed behind `/api/changes`.

A reader keeps an opaque cursor: the feed's name and the last number seen. It never grows old, since every object stays
in the feed (what is gone as a tombstone). Only a directory that was put back to an earlier state has another feed: then
the reader is told to begin again.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy.orm import Session

from directory_service.hsds.store.public_changes import (
    FeedEntry,
    FeedFilter,
    read_public_changes,
)
from service_kit.cursor import BadCursor, decode_bytes, encode_bytes

BEGINNING = "0"
_LARGEST = 2**63


class AnotherFeed(LookupError):
    """The cursor belongs to a feed that no longer exists; whoever holds it begins again."""


@dataclass(frozen=True)
class FeedCursor:
    """Everything up to this number has been seen."""

    feed: UUID
    number: int


@dataclass(frozen=True)
class FeedPage:
    """Entries in the feed's order. `next` is where to go on, whether or not there is `more` at the moment."""

    entries: Sequence[FeedEntry]
    next: str
    more: bool


def write_feed_cursor(feed: UUID, number: int) -> str:
    """As text, opaque to readers."""
    return encode_bytes(feed.bytes + number.to_bytes(8))


def read_feed_cursor(text: str) -> FeedCursor:
    """Raises BadCursor."""
    raw = decode_bytes(text)
    number = int.from_bytes(raw[16:])
    if len(raw) != 24 or number >= _LARGEST or encode_bytes(raw) != text:
        raise BadCursor
    return FeedCursor(UUID(bytes=raw[:16]), number)


def follow_changes(session: Session, since: str, wanted: FeedFilter, limit: int) -> FeedPage:
    """At most `limit` changes after the cursor `since`, which may be BEGINNING. Raises BadCursor, AnotherFeed."""
    cursor = None if since == BEGINNING else read_feed_cursor(since)
    read = read_public_changes(session, replace(wanted, after=cursor.number if cursor else 0), limit)
    if cursor and (cursor.feed != read.feed or cursor.number > read.last):
        raise AnotherFeed(since)
    last = read.entries[-1].number if read.more else read.last
    return FeedPage(read.entries, write_feed_cursor(read.feed, last), read.more)
