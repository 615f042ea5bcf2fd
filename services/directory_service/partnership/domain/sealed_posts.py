"""Sealed post: what an item without an author is while it waits, as bytes that all have one length.

A post tells of no account, unit, role, language or time. `waits`: the daily batches that it still sits out. `once` lets
a form that was sent twice be published once. A cover is a post that says nothing; among covers a row that
appears tells of nobody's writing. It gets its random id and its day when it is published
(`use_cases/board/publish_board_batch.py`). Promises: pure, but for the generator that is handed in.
"""

import json
from dataclasses import asdict, dataclass, replace
from random import Random
from typing import Any, Self

SIZE = 4096  # bytes; the longest text of 400 characters, each escaped, leaves room
LONGEST_WAIT = 3  # batches
COVER, ITEM, BREACH = "cover", "item", "breach"


@dataclass(frozen=True)
class SealedPost:
    """`kind` is a cover, an item or a breach; `content` the fields of its row."""

    kind: str
    waits: int
    once: str
    content: dict[str, Any]

    def to_bytes(self) -> bytes:
        """JSON, filled up to `SIZE`. Raises ValueError for one that is longer."""
        plain = json.dumps(asdict(self), ensure_ascii=False).encode()
        if len(plain) > SIZE:
            raise ValueError(len(plain))
        return plain.ljust(SIZE)

    @classmethod
    def from_bytes(cls, plain: bytes) -> Self:
        """What `to_bytes` made."""
        return cls(**json.loads(plain))

    @property
    def is_due(self) -> bool:
        """Whether this batch publishes it."""
        return self.waits <= 1

    def waited(self) -> Self:
        """The same, one batch later."""
        return replace(self, waits=self.waits - 1)


def new_post(kind: str, content: dict[str, Any], once: str, random: Random) -> SealedPost:
    """A post that waits one to three batches, each as likely. `random`: the operating system's, but in tests."""
    return SealedPost(kind, random.randint(1, LONGEST_WAIT), once, content)
