"""Rate limit of posts without an author: a count by account in the memory of a web process, gone with it.

Why not a table: a row that counts would be written in the minute of the post. Promises: bounded memory; a few a day of
one account in one process, so N processes let N times as many through, and a restart forgets.
"""

import threading
from datetime import date
from uuid import UUID

from cachetools import LRUCache

from directory_service.partnership.domain.board import UNNAMED_A_DAY

_ACCOUNTS = 10_000


class UnnamedPostLimit:
    """Counts the posts of one process."""

    def __init__(self) -> None:
        self._counts: LRUCache[UUID, tuple[date, int]] = LRUCache(_ACCOUNTS)
        self._counting = threading.Lock()

    def admits(self, account: UUID, today: date) -> bool:
        """Count a post; False where the day's are used up."""
        with self._counting:
            day, count = self._counts.get(account, (today, 0))
            count = count + 1 if day == today else 1
            self._counts[account] = (today, count)
        return count <= UNNAMED_A_DAY
