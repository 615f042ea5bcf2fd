"""Clients of a load: what each of them asks, how long it waited, and a journal of every 201.

By aiohttp, whose parser is compiled: httpx, as everywhere else, takes five times as long over a request, and so a sixth
of the machine that it measures.
"""

import asyncio
import itertools
import time
import uuid
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import aiohttp

POLL = 10.0  # seconds between two looks of an open inbox


@dataclass
class Load:
    """What was asked, what came back. `waits`: kind → (seconds from the start when it was due, until the answer).

    `browsers`: one for each inbox, which the other requests use in turn.
    """

    browsers: Sequence[aiohttp.ClientSession]
    ready: Mapping[str, Any]
    body: Mapping[str, Any]
    officers: Sequence[str]  # their tokens, used in turn
    case_worker: str
    waits: dict[str, list[tuple[float, float]]] = field(default_factory=lambda: {"sending": [], "reading": []})
    errors: dict[str, int] = field(default_factory=dict)
    turns: Iterator[int] = field(default_factory=itertools.count)
    journal: list[str] = field(default_factory=list)
    senders: dict[str, str] = field(default_factory=dict)  # id of a referral → the token it was sent with
    began: float = field(default_factory=time.monotonic)

    def __post_init__(self) -> None:
        self._in_turn = itertools.cycle(self.browsers)
        self._on_duty = itertools.cycle(self.officers)

    async def send(self) -> None:
        """One referral with consent."""
        officer = next(self._on_duty)
        headers = {"Idempotency-Key": str(uuid.uuid4()), **_as(officer)}
        url, http = f"{self.ready['referral']}/api/referrals", next(self._in_turn)
        async with http.post(url, json=self.body, headers=headers) as answer:
            if self._fine(answer, 201):
                self.journal.append((await answer.json())["id"])
                self.senders[self.journal[-1]] = officer

    async def read(self) -> None:
        """One of what people look at, in turn."""
        directory, referrals = self.ready["directory"], f"{self.ready['referral']}/api/referrals"
        turn = next(self.turns)
        urls = [
            (f"{directory}/api/services?per_page=25&page={1 + turn % 3}", {}),
            (f"{directory}/api/services/{self.ready['service_id']}", {}),
            (f"{referrals}?limit=25", _as(self.officers[turn % len(self.officers)])),
        ]
        if self.journal:
            sent = self.journal[turn % len(self.journal)]
            urls.append((f"{referrals}/{sent}", _as(self.senders[sent])))
        url, headers = urls[turn % len(urls)]
        async with next(self._in_turn).get(url, headers=headers) as answer:
            await answer.read()
            self._fine(answer, 200)

    async def keep_inbox_open(self, browser: aiohttp.ClientSession, first: float, until: float) -> None:
        """A case worker's inbox that asks again and holds its last tag; `first`: seconds until it asks at all."""
        url, tag = f"{self.ready['referral']}/api/referrals?limit=25", ""

        async def look() -> None:
            nonlocal tag
            headers = {"X-Setu-Poll": "1", **_as(self.case_worker), **({"If-None-Match": tag} if tag else {})}
            async with browser.get(url, headers=headers) as answer:
                await answer.read()
                self._fine(answer, 200, 304)
                tag = answer.headers.get("ETag", "")

        await asyncio.sleep(first)
        while time.monotonic() < until:
            await self.timed("reading", time.monotonic(), look)
            await asyncio.sleep(POLL)

    async def timed(self, kind: str, due: float, work: Callable[[], Awaitable[None]]) -> None:
        """Do the work and note how long it took from when it was due."""
        try:
            await work()
        except (aiohttp.ClientError, TimeoutError) as error:
            self._note_error(type(error).__name__)
        self.waits[kind].append((due - self.began, time.monotonic() - due))

    def _fine(self, answer: aiohttp.ClientResponse, *expected: int) -> bool:
        if answer.status not in expected:
            self._note_error(f"{answer.method} {answer.url.path.split('/')[2]}: {answer.status}")
        return answer.status in expected

    def _note_error(self, words: str) -> None:
        self.errors[words] = self.errors.get(words, 0) + 1


def _as(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}
