"""Clients of a whole system that write a journal of every success, for as long as its processes die around them.

Why: what was answered with 2xx is what must be there afterwards, once each; nobody else can say what that is. Tests of
faults and `make cluster-check` use them. Each repeats a request until somebody answers, a new referral with the same
Idempotency-Key.
"""

import random
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol

import httpx

from local_stack.journey import Broken, a_referral, current_version

PATIENCE = 90.0  # seconds for one request to be answered, through whatever happens
AGAIN = 0.1  # seconds between two tries of one request
# plan → the acts after the submission, by whom
PLANS: dict[str, tuple[tuple[str, str], ...]] = {
    "sent": (),
    "opened": (("worker", "open"),),
    "accepted": (("worker", "open"), ("worker", "accept")),
    "accepted at once": (("worker", "accept"),),
    "declined": (("worker", "open"), ("worker", "decline")),
    "withdrawn": (("officer", "withdraw"),),
    "consent ended": (("worker", "open"), ("person", "code")),
}
BODIES = {"decline": {"reason": "no_capacity"}, "withdraw": {"reason": "mistake"}}
VIEWS = {"open": "opened", "accept": "accepted", "decline": "not_taken", "withdraw": "withdrawn"}
STATUSES = {"open": "received", "accept": "accepted", "decline": "rejected"}


class System(Protocol):
    """A running system: addresses and accounts as ready.json has them, and a session of each role."""

    @property
    def ready(self) -> Mapping[str, Any]:
        """What ready.json holds."""

    def token(self, role: str) -> str:
        """Sign in once; the same session at each call."""


@dataclass(frozen=True)
class Wait:
    """How long a client waited until one act had succeeded, all tries together; seconds of `time.monotonic`."""

    began: float
    answered: float


class Person:
    """One signed-in client, who asks again until somebody answers."""

    def __init__(self, token: str = "") -> None:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        self._http = httpx.Client(headers=headers, timeout=20)

    def ask(self, method: str, url: str, body: object = None, **headers: str) -> httpx.Response | None:
        """One try; None when nobody answered or the answer was 503 in the form of a problem. Raises Broken."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        try:
            answer = self._http.request(method, url, json=body, headers=named)
        except httpx.TransportError:
            return None
        if answer.status_code == 503:
            _require(answer.headers["Content-Type"] == "application/problem+json", f"503 without words: {answer.text}")
            return None
        return answer

    def insist(self, method: str, url: str, body: object = None, **headers: str) -> tuple[httpx.Response, bool]:
        """The answer, and whether a try before it may have taken effect without telling. Raises Broken."""
        end, tries, pause = time.monotonic() + PATIENCE, 0, threading.Event()
        while (answer := self.ask(method, url, body, **headers)) is None:
            tries += 1
            _require(time.monotonic() < end, f"nobody answered {method} {url}")
            pause.wait(AGAIN)
        return answer, tries > 0


@dataclass
class Sent:
    """What the journal knows of one referral: only what a 2xx said."""

    id: str
    reference: str
    sent_at: float  # seconds of `time.monotonic`, when it was answered
    acts: list[str] = field(default_factory=list)

    @property
    def view(self) -> str:
        """What the officer must be shown."""
        seen = [VIEWS[act] for act in self.acts if act in VIEWS]
        return seen[-1] if seen else "sent"


@dataclass
class Clients:
    """Officers, case workers and persons at work in threads until `enough` is set. `journal` is what they were told."""

    system: System
    seed: str
    pause: float = 0.05  # seconds between referrals of one client; both lists are looked at in half of it, or in 0.2
    person: Callable[[str], Person] = Person  # makes a client of a session's token; "" for who has none
    journal: list[Sent] = field(default_factory=list)
    waits: list[Wait] = field(default_factory=list)
    failures: list[BaseException] = field(default_factory=list)
    enough: threading.Event = field(default_factory=threading.Event)
    _versions: dict[tuple[str, str], int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.people = {role: self.person(self.system.token(role)) for role in ("officer", "case_worker")}
        self.url = f"{self.system.ready['referral']}/api/referrals"
        texts = self.people["officer"].insist("GET", f"{self.system.ready['referral']}/api/consent-texts")[0].json()
        self.body = a_referral(self.system.ready, consent_version=current_version(texts))

    @contextmanager
    def at_work(self, clients: int) -> Iterator[None]:
        """So many of them, and one that looks, until the end of the block. Raises what went wrong first for any."""
        works = [*(self._client_of(number) for number in range(clients)), self._watch]
        with ThreadPoolExecutor(len(works)) as pool:
            for work in works:
                pool.submit(work).add_done_callback(self._note_failure)
            try:
                yield
            finally:
                self.enough.set()
        if self.failures:
            raise self.failures[0]

    def carry_out(self, plan: str) -> Sent:
        """One referral from the submission on."""
        sent, code = self.submit()
        for who, event in PLANS[plan]:
            if who != "person":
                self._act(self.people["case_worker" if who == "worker" else who], sent, event)
            elif code:  # an answer that was lost took the code with it
                answer, _ = self.person("").insist(
                    "POST", f"{self.system.ready['referral']}/api/withdrawals", {"code": code}
                )
                _require(answer.status_code == 202, answer.text)
                sent.acts.append(event)
        return sent

    def submit(self) -> tuple[Sent, str | None]:
        """Send one with consent, until it is answered 201; also the card's code, unless a lost answer took it."""
        key, officer, began = str(uuid.uuid4()), self.people["officer"], time.monotonic()
        answer, _ = officer.insist("POST", self.url, self.body, Idempotency_Key=key)
        while answer.status_code == 409:  # the try before is still at it
            answer, _ = officer.insist("POST", self.url, self.body, Idempotency_Key=key)
        _require(answer.status_code == 201, answer.text)
        sent = Sent(answer.json()["id"], answer.json()["reference"], time.monotonic())
        self.waits.append(Wait(began, sent.sent_at))
        self.journal.append(sent)
        return sent, answer.json()["card_code"]

    def _act(self, who: Person, sent: Sent, event: str) -> None:
        url, unsure, began = f"{self.url}/{sent.id}", False, time.monotonic()
        while True:
            shown, _ = who.insist("GET", url)
            if unsure and self._has_happened(event, shown.json()):
                break
            tag = shown.headers["ETag"]
            answer, lost = who.insist("POST", f"{url}/{event}", BODIES.get(event, {}), If_Match=tag)
            unsure = unsure or lost
            if answer.status_code == 200:
                break
            _require(unsure and answer.status_code in {409, 412}, f"{event}: {answer.text}")
        self.waits.append(Wait(began, time.monotonic()))
        sent.acts.append(event)

    @staticmethod
    def _has_happened(event: str, shown: dict[str, Any]) -> bool:
        state = shown["state"] if event == "withdraw" else shown["status"]
        return str(state) == (VIEWS | STATUSES)[event]

    def _client_of(self, number: int) -> Callable[[], None]:
        chance = random.Random(f"{self.seed} client {number}")  # noqa: S311 (a seed that can be given again)

        def work() -> None:
            while not self.enough.is_set():
                self.carry_out(chance.choice(list(PLANS)))
                self.enough.wait(self.pause)

        return work

    def _watch(self) -> None:
        """Look at both lists all the time: no version that was shown goes back."""
        while not self.enough.is_set():
            for role in self.people:
                answer = self.people[role].ask("GET", f"{self.url}?limit=100")
                for item in answer.json()["items"] if answer is not None and answer.status_code == 200 else []:
                    self.note_version(role, item)
            self.enough.wait(max(0.2, self.pause / 2))

    def note_version(self, role: str, shown: dict[str, Any]) -> None:
        """What was shown to this role; it must not go back."""
        seen = self._versions.get((role, shown["id"]), 0)
        _require(shown["version"] >= seen, f"{role} was shown version {shown['version']} after {seen}")
        self._versions[role, shown["id"]] = shown["version"]

    def _note_failure(self, done: Future[None]) -> None:
        if (error := done.exception()) is not None:
            self.failures.append(error)
            self.enough.set()


def _require(held: bool, words: str) -> None:
    if not held:
        raise Broken(words)
