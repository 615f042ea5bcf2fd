"""Listener: notes when a case worker was first told of each referral, for as long as the clients are at work."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from local_stack.journal_clients import Clients

PAUSE = 0.2  # seconds between two looks, as a page that refreshes would, but oftener


@dataclass
class Listener:
    """`told` maps the reference to the moment (`time.monotonic`) at which a notice about it was first seen."""

    clients: Clients
    told: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Look until the end of the block."""
        enough = threading.Event()
        thread = threading.Thread(target=self._look_until, args=(enough,), daemon=True)
        thread.start()
        try:
            yield
        finally:
            enough.set()
            thread.join(30)

    def longest_delay(self, since: float, until: float) -> float:
        """Seconds from an answered submission between the two moments to its first notice, at most."""
        sent = [each for each in self.clients.journal if since <= each.sent_at <= until]
        return max(
            (self.told[each.reference] - each.sent_at for each in sent if each.reference in self.told), default=0
        )

    def heard_of_one_sent_after(self, moment: float) -> bool:
        """Whether a referral that was sent after this moment has led to a notice."""
        return any(each.sent_at > moment and each.reference in self.told for each in self.clients.journal)

    def _look_until(self, enough: threading.Event) -> None:
        url = f"{self.clients.system.ready['notification']}/api/notices?limit=100"
        while not enough.wait(PAUSE):
            answer = self.clients.people["case_worker"].ask("GET", url)
            if answer is not None and answer.status_code == 200:
                now = time.monotonic()
                for notice in answer.json()["items"]:
                    self.told.setdefault(notice["reference"], now)
