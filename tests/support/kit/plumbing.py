"""Two services' databases, the broker between them, and processes that can be killed."""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from multiprocessing.process import BaseProcess
from pathlib import Path

from service_kit.db.engine import Database
from service_kit.envelope import Event
from support.events import (
    an_event,
    effects,
    emit,
    eventually,
    scalar,
)
from support.fresh_databases import Urls
from support.kit.forked import end_of, start_forked

PROGRAM = "support.kit.plumbing_process"
UNPUBLISHED = "SELECT count(*) FROM outbox WHERE published_at IS NULL"


@dataclass
class Plumbing:
    """A publishing and a receiving service. `journal` is what a client was told is stored."""

    source_urls: Urls
    sink_urls: Urls
    url_for: Callable[[str], str]
    log: Path
    journal: list[Event] = field(default_factory=list)

    @cached_property
    def web(self) -> Database:
        return Database(self.source_urls.web, pool_size=2)

    @cached_property
    def source(self) -> Database:
        return Database(self.source_urls.worker, pool_size=2)

    @cached_property
    def sink(self) -> Database:
        return Database(self.sink_urls.worker, pool_size=2)

    def commit(self, *events: Event) -> None:
        """Store events at the publishing service; each one that was committed is journalled."""
        emit(self.web, *events)
        self.journal += events

    def commit_versions(self, *, subjects: int, versions: int, after: int = 0) -> None:
        """One transaction a version and subject, as separate requests would; `after` versions that there were."""
        for version in range(after + 1, after + versions + 1):
            for subject in range(subjects):
                self.commit(an_event(f"s{subject}", version))

    def start(self, part: str, *, failpoint: str = "") -> BaseProcess:
        urls = self.source_urls if part == "relay" else self.sink_urls
        service = "directory" if part == "relay" else "referral"
        own = {"DATABASE": urls.worker, "AMQP": self.url_for(service), "SETU_FAILPOINT": failpoint}
        return start_forked(f"{PROGRAM}:main", part, environment=os.environ | own, output=self.log)

    @contextmanager
    def running(self, *parts: str) -> Iterator[None]:
        """Run parts until the end of the block; they must end well when asked to."""
        processes = [self.start(part) for part in parts]
        try:
            yield
        finally:
            for process in processes:
                process.terminate()
            codes = [end_of(process, 120) for process in processes]
        assert codes == [0] * len(parts), self.log.read_text()

    def dies(self, part: str, *, failpoint: str) -> None:
        """Run one part until it dies at the failpoint."""
        process = self.start(part, failpoint=failpoint)
        assert end_of(process, 120) == -signal.SIGKILL, self.log.read_text()

    def drain(self) -> None:
        """Let both parts run until the outbox is published and nothing waits in queue and inbox."""
        with self.running("relay", "consumer"):
            self.wait_until_drained()

    def wait_until_drained(self) -> None:
        eventually(lambda: scalar(self.source, UNPUBLISHED) == 0, seconds=60)
        last = an_event("the last one", len(self.journal))
        self.commit(last)  # whatever went out before it has arrived when it has
        eventually(lambda: (last.subject, last.data["version"]) in effects(self.sink), seconds=60)
        eventually(lambda: scalar(self.sink, "SELECT count(*) FROM inbox WHERE state = 'waiting'") == 0, seconds=60)

    def settled(self, *, without: tuple[Event, ...] = ()) -> None:
        """The oracle: nothing lost, nothing doubled, no version goes back."""
        found = effects(self.sink)
        kept = [event for event in self.journal if event not in without]
        told = [(event.subject, event.data["version"]) for event in kept]
        assert sorted(found) == sorted(told)
        for subject in {subject for subject, _ in found}:
            versions = [version for name, version in found if name == subject]
            assert versions == sorted(versions), subject
