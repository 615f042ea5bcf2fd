"""The wall as a machine: two services play the same history, one with hidden acts put in, and every answer is compared.

Why: rules 1 and 2 are about bytes. `World` is one service with one referral; `play` does a step
by HTTP, with the ids of that step seeded, so that hidden steps shift nothing; `answers` asks every address that a
referrer can ask, in every way that could tell. Pages join by being in `ADDRESSES`. Not a test module: `test_wall.py`
holds the properties.
"""

import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from psycopg import sql
from sqlalchemy import insert, text, update
from werkzeug.test import TestResponse

from referral_service.store.tables_figures import figure_tally
from referral_service.use_cases.enforce_retention import enforce_retention
from referral_service.use_cases.figures.freeze_figures import freeze_figures
from referral_service.use_cases.run_clocks import run_clocks
from service_kit.db.tables import outbox
from service_kit.identity import Principal
from support.referral import KOLKATA, MONDAY_NOON, OST, OST_OF_JIBAN, OST_OF_SHISHU, Referral, ReferralService, a_body
from support.wall.acts import OthersActs, Step

MASKED = frozenset({"Date", "X-Request-Id"})
ADDRESSES = (
    "/api/referrals",
    "/api/referrals/{id}",
    "/api/referrals/{id}/actions",
    "/",
    "/sent",
    "/sent/{id}",
)
"""What a referrer can read, JSON and pages, after every act."""
MORE_ADDRESSES = ("/api/referrals?limit=1", "/healthz", "/readyz")
"""The same in another way, and what anybody can read: after the last act and years later, with every state filter."""
CUSTODY_ADDRESSES = (
    "/api/referrals",
    "/api/referrals/{id}",
    "/api/referrals/{id}/actions",
    "/",
    "/sent",
    "/sent/{id}",
    "/leaving",
)
"""What prison health staff read of it."""
FIGURES = (
    f"/figures?place=district-{KOLKATA}&month=2026-03",
    f"/figures/figures.csv?place=district-{KOLKATA}",
    "/api/figures",
)
"""What everybody is told of the figures; nobody else of the police's side is told more."""
POLICE_VISIBLE = (
    *("sent", "only_card", "declined", "opened", "accepted", "not_taken", "not_answered", "withdrawn", "women"),
    *("children", "urgent", "prison_dated", "prison_14_days", "answered_24_hours", "urgent_4_hours"),
)
"""The words under which they are counted."""
STATES = ("sent", "opened", "accepted", "not_taken", "not_answered", "withdrawn")


@dataclass
class World(OthersActs):
    """One service, one referral sent at Monday noon by `sender`, and the addresses that are watched.

    A referrer's own act is the sender's, or with `team` 1, 2 … a colleague's.
    """

    setu: ReferralService
    sender: Principal
    addresses: Sequence[str] = ADDRESSES
    colleagues: Sequence[Principal] = ()  # of the prison's health staff, who see what the sender sees
    outsiders: Sequence[Principal] = ()  # who may see nothing of it, whatever happens
    broker_runs: bool = False  # as a rule events only gather in the outbox, as while it is stopped
    referral: Referral = field(init=False)
    sent_as: dict[str, Any] = field(init=False)
    replies: list[tuple[Any, ...]] = field(default_factory=list)

    def send(self, **more: Any) -> None:
        """Submit, with seeded ids, and forget everything of an earlier history of this service."""
        self.setu.clock.set(MONDAY_NOON)
        forget_everything(self.setu)
        self.replies = []
        self._count_others()
        self.setu.ids.reseed("submission")
        self.sent_as = a_body(**more)
        response = self._submit()
        assert response.status_code == 201, response.text
        shown = response.get_json()
        self.referral = Referral(shown["id"], shown["reference"], shown["card_code"])

    def _count_others(self) -> None:
        """Other people of that month, so many that one more shows: of each kind twelve (10), or of what is sent 40."""
        words = [*POLICE_VISIBLE * 12, *["sent"] * 28]
        same = {"month": MONDAY_NOON.date().replace(day=1), "district": KOLKATA}
        rows = [{**same, "counted": word, "minutes": 60 if word == "opened" else None} for word in words]
        with self.setu.worker_db.transaction() as session:
            session.execute(insert(figure_tally), rows)

    def _submit(self) -> TestResponse:
        return self.setu.post(self.sender, "/api/referrals", self.sent_as, Idempotency_Key="the-one-key")

    def play(self, step: Step, *, name: str) -> int:
        """Do the step as far as its actor's own view allows; returns the HTTP status (0 for the clock and the code)."""
        self.setu.ids.reseed(name)
        status: int = getattr(self, f"_{step.event.replace('-', '_')}", self._act)(step)
        if self.broker_runs:
            with self.setu.worker_db.transaction() as session:
                session.execute(update(outbox).values(published_at=self.setu.clock.now()))
        return status

    def _withdraw(self, step: Step) -> int:
        return self._own_act("withdraw", step)

    def _answer(self, step: Step) -> int:
        return self._own_act("answer", step)

    def _release(self, step: Step) -> int:
        return self._own_act("release", step)

    def _own_act(self, event: str, step: Step) -> int:
        readers = (self.sender, *self.colleagues)
        response = self.setu.act(readers[step.team % len(readers)], self.referral, event, step.fields)
        self.replies.append(masked(response))
        return response.status_code

    def _wait(self, step: Step) -> int:
        self.setu.clock.advance(timedelta(minutes=step.fields["minutes"]))
        run_clocks(self.setu.worker_db, dependencies=self.setu.dependencies, now=self.setu.clock.now())
        return 0

    def glance(self) -> list[tuple[Any, ...]]:
        """The addresses alone, masked only where the rule allows it; a colleague's first look is at what may differ."""
        return [
            *self._seen_by((self.sender,), self.addresses),
            *self._seen_by(self.colleagues, ("/sent/{id}", "/leaving")),
        ]

    def _seen_by(self, readers: Sequence[Principal], addresses: Sequence[str]) -> list[tuple[Any, ...]]:
        paths = [address.format(id=self.referral.id) for address in addresses]
        return [masked(self.setu.get(reader, path)) for reader in readers for path in paths]

    def answers(self) -> list[tuple[Any, ...]]:
        """Everything that the referrer can be told now: the addresses, filters, refusals, repeated requests."""
        of_custody = ("/counts", "/sent/{id}/release")
        team = self._seen_by((self.sender, *self.colleagues), of_custody) if self.colleagues else []
        others = [
            *self._seen_by(self.colleagues, self.addresses),
            *self._seen_by(self.outsiders, ("/api/referrals", "/sent/{id}")),
        ]
        more = self._seen_by((self.sender,), MORE_ADDRESSES)
        filters = self._seen_by((self.sender,), [f"/api/referrals?state={state}" for state in STATES])
        return [*self.glance(), *more, *team, *others, *filters, *self.refusals()]

    def refusals(self) -> list[tuple[Any, ...]]:
        """What the referrer is told who repeats a request, is late, or does what is not a referrer's."""
        return [masked(response) for response in self._asked()]

    def _asked(self) -> Iterator[TestResponse]:
        self.setu.ids.reseed(f"answers at {self.setu.clock.now()}")  # after 90 days the repeated request is a new one
        path = f"/api/referrals/{self.referral.id}"
        yield self.setu.get(self.sender, path, **{"If-None-Match": '"1"'})
        yield self._submit()
        for tag in ('"999"', "*", 'W/"1"'):
            yield self.setu.post(self.sender, f"{path}/withdraw", {"reason": "mistake"}, If_Match=tag)
        yield self.setu.post(self.sender, f"{path}/withdraw", {"reason": "mistake"})
        yield self.setu.get(self.sender, f"{path}/identity")
        yield self.setu.post(self.sender, f"{path}/accept", {}, If_Match='"1"')
        for event, body in (("answer", {"answer": "yes"}), ("release", {"expected_release": "today"})):
            for reader in (self.sender, *self.colleagues, *self.outsiders):
                yield self.setu.post(reader, f"{path}/{event}", body, If_Match='"999"')

    def figures(self) -> list[tuple[Any, ...]]:
        """What the sender and strangers are told of the figures, which were frozen since."""
        asked = [(self.sender, path) for path in FIGURES] + [(None, FIGURES[0])]
        return [masked(self.setu.get(reader, path)) for reader, path in asked]

    def notices(self) -> list[str]:
        """The events that become this referrer's notices, in order, as bytes."""
        query = text(
            "SELECT body FROM outbox WHERE type IN ('referral.view.changed.v1', 'referral.question.asked.v1',"
            " 'referral.appointment.made.v1') ORDER BY position"
        )
        with self.setu.worker_db.transaction() as session:
            return [_without_correlation(body) for body in session.scalars(query)]


def masked(response: TestResponse) -> tuple[Any, ...]:
    """Status, headers but Date and X-Request-Id, body."""
    headers = sorted((name, value) for name, value in response.headers if name not in MASKED)
    return response.request.method, response.request.path, response.status_code, headers, response.data


def _without_correlation(body: str) -> str:
    """The correlation id is the request id of who acted: random, and never shown to anybody."""
    event = json.loads(body)
    for name in ("correlationid", "traceparent", "id"):
        event.pop(name, None)
    return json.dumps(event, sort_keys=True)


def forget_everything(setu: ReferralService) -> None:
    """An empty service with the same listings, much quicker than a new database.

    Rows are deleted, for TRUNCATE makes every session look its tables up anew.
    """
    tables = (
        "referral_sent", "referrer_view", "custody_view", "task", "task_event", "attempt", "question", "referral_key",
        "identity", "case_note", "card_holder", "futile_withdrawal", "heard_voice", "team_voice", "voice_count",
        "voice_sender", "card_request", "arrival", "tally", "figure_tally", "frozen_figures", "outbox",
        "idempotency_key", "desk_code", "desk_detail", "desk_step", "desk_request",
    )  # fmt: skip
    deletes = [sql.SQL("DELETE FROM {}").format(sql.Identifier(table)) for table in tables]
    with setu.superuser.transaction():
        setu.superuser.execute("SET LOCAL session_replication_role = replica")  # no foreign keys: order does not matter
        setu.superuser.execute(sql.SQL("; ").join(deletes))  # in one go, since each history begins so


AGES = (89, 91, 2000)
"""Days after which it is asked again: before and after a referrer's row goes, and when all has gone."""


def years_later(world: World, ages: Collection[int] = AGES) -> list[list[tuple[Any, ...]]]:
    """What is told at the given ages of `AGES`, with the worker's sweeps at each on the way there, and of the figures.

    They have been frozen by then.
    """
    found = []
    for days in AGES[: AGES.index(max(ages)) + 1]:
        world.setu.clock.set(MONDAY_NOON + timedelta(days=days))
        world.setu.ids.reseed(f"{days} days later")
        run_clocks(world.setu.worker_db, dependencies=world.setu.dependencies, now=world.setu.clock.now())
        enforce_retention(world.setu.worker_db, dependencies=world.setu.dependencies, now=world.setu.clock.now())
        if days < 2000:
            freeze_figures(world.setu.worker_db, dependencies=world.setu.dependencies, now=world.setu.clock.now())
        if days in ages:
            found.append(world.glance() if days < 2000 else [*world.glance(), *world.refusals()])
    return [*found, world.figures()]


DIRECT = {"service_id": str(OST)}
CANDIDATES = {"candidates": [str(OST), str(OST_OF_JIBAN), str(OST_OF_SHISHU)]}
