"""Listener: notes when a case worker was first told of each referral, until she was told of all that were sent."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urljoin

from local_stack.journal_clients import Clients

PAUSE = 0.2  # seconds between two looks, as a page that refreshes would, but oftener
LAST_S = 60.0  # for what was sent last, once the clients have ended


@dataclass
class Listener:
    """`told` maps the reference to the moment (`time.monotonic`) at which a notice about it was first seen."""

    clients: Clients
    told: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Look until the end of the block, and on until all is told that the journal has by then."""
        enough = threading.Event()
        thread = threading.Thread(target=self._look_until, args=(enough,), daemon=True)
        thread.start()
        try:
            yield
            end = time.monotonic() + LAST_S
            while not self._was_told_of_all() and time.monotonic() < end:
                enough.wait(PAUSE)
        finally:
            enough.set()
            thread.join(30)

    def heard_of_one_sent_after(self, moment: float) -> bool:
        """Whether a referral that was sent after this moment has led to a notice."""
        return any(each.sent_at > moment and each.reference in self.told for each in list(self.clients.journal))

    def _was_told_of_all(self) -> bool:
        return all(each.reference in self.told for each in self.clients.journal)

    def _look_until(self, enough: threading.Event) -> None:
        while not enough.wait(PAUSE):
            url: str | None = f"{self.clients.system.ready['notification']}/api/notices?limit=100"
            while url:
                url = self._look_at(url)

    def _look_at(self, url: str) -> str | None:
        """Note what is new on one page; the next page's address where all of it is."""
        answer = self.clients.people["case_worker"].ask("GET", url)
        if answer is None or answer.status_code != 200:
            return None
        now, page = time.monotonic(), answer.json()
        new = [each["reference"] for each in page["items"] if each["reference"] not in self.told]
        self.told.update(dict.fromkeys(new, now))
        return urljoin(url, page["next"]) if page["next"] and len(new) == len(page["items"]) else None
