"""A month of a district, played through the API with a moving clock: who sends, answers, forwards, speaks, is silent.

    month = DistrictMonth(setu, referrals=400, seed=1)
    month.play()
    month.played["forwarded"]      # how often each thing was done

People act by what the API lists for them and by nothing else; `twice` are referrals that two services turn away.
"""

import random
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from referral_service.store.directory import put_organization, put_service
from referral_service.store.tables import task
from referral_service.use_cases.cards.apply_card_requests import apply_card_requests
from referral_service.use_cases.enforce_retention import enforce_retention
from referral_service.use_cases.fold_inbox_changes import fold_inbox_changes
from referral_service.use_cases.run_clocks import run_clocks
from service_kit.identity import Principal
from support.referral import (
    COORDINATOR,
    FOR_CHILDREN,
    JIBAN,
    MONDAY_NOON,
    NURSE,
    OFFICER,
    OFFICER_ELSEWHERE,
    OST,
    OST_OF_JIBAN,
    SHISHU,
    WORKER,
    WORKER_OF_JIBAN,
    WORKER_OF_SHISHU,
    Referral,
    ReferralService,
    a_consent,
    a_named_person,
    a_person,
)
from support.referrals.directory import a_listing, an_organization

DAYS = 31
ASHA, MUTE, DEAF = (UUID(int=0xB10 + number) for number in range(3))
OST_OF_ASHA, OST_OF_MUTE, OST_OF_DEAF = (UUID(int=0xC10 + number) for number in range(3))
WORKER_OF_ASHA = replace(a_person(31, JIBAN, "case_worker"), organization=ASHA)
OTHERS = {ASHA: ("Asha Kendra", OST_OF_ASHA), MUTE: ("Mute House", OST_OF_MUTE), DEAF: ("Deaf House", OST_OF_DEAF)}
TEAMS = (WORKER, WORKER_OF_JIBAN, WORKER_OF_SHISHU, WORKER_OF_ASHA)
"""Of the six providers those that answer; two never do."""
FOR_ADULTS = (OST, OST_OF_JIBAN, OST_OF_ASHA, OST_OF_MUTE, OST_OF_DEAF)
DECLINE = ("decline", {"reason": "no_capacity"})
TAKE_UP = "open"
"""Of one that others may take, too, it is `claim`."""
ASK = ("ask", {"question": "visit_possible"})
ACTS: Mapping[str, tuple[tuple[int, str, dict[str, Any]], ...]] = {
    "requested": ((5, TAKE_UP, {}), (2, "accept", {}), (1, *DECLINE), (2, "", {})),
    "received": ((5, "accept", {}), (2, *DECLINE), (2, "", {})),
    "accepted": (
        (4, "contact", {"attempt": "reached"}),
        (4, "start", {"first_contact": "today"}),
        (1, "fail", {"reason": "not_reachable"}),
        (1, "", {}),
    ),
    "in-progress": (
        (3, "complete", {"outcome": "engaged"}),
        (1, "hold", {"reason": "travelling", "review_on": "in a week"}),
        (1, "fail", {"reason": "moved"}),
        (5, "", {}),
    ),
    "on-hold": ((3, "resume", {}), (3, "", {})),
}
"""Status → what a team does with one of its list in half a day, with weights."""
CHILD = {
    "needs": ["CHILD"],
    "person": a_named_person(age_band="under-18"),
    "consent": a_consent(authority="guardian"),
}


@dataclass
class DistrictMonth:
    """One played month: of `referrals` 3 in 100 are children's, 3 in 100 are turned away twice; `voices` are said."""

    setu: ReferralService
    referrals: int
    seed: int
    voices: tuple[str, ...]
    steps_a_day: int = 2  # of the clock; people look at their lists at each second one
    played: Counter[str] = field(default_factory=Counter)
    sent: list[Referral] = field(default_factory=list)
    from_prison: list[Referral] = field(default_factory=list)
    twice: set[UUID] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)  # noqa: S311  # a seed that can be played again
        with self.setu.worker_db.transaction() as session:
            for organization, (name, service) in OTHERS.items():
                known = an_organization(JIBAN, organization_id=str(organization), name=name)
                put_organization(session, known)
                put_service(session, a_listing(service, organization))
            put_service(session, a_listing(UUID(int=0xC20), SHISHU, accepting="closed"))

    def play(self) -> None:
        """From Monday noon, for a month."""
        steps = DAYS * self.steps_a_day
        moments = sorted(self.chance.randrange(steps) for _ in range(self.referrals))
        for step in range(steps):
            self.setu.clock.set(MONDAY_NOON + step * timedelta(days=1) / self.steps_a_day)
            for _ in range(moments.count(step)):
                self._send(len(self.sent))
            self._worker()
            if step % 2 == 0:
                self._people()
            if step % self.steps_a_day == 0:
                enforce_retention(self.setu.worker_db, dependencies=self.setu.dependencies, now=self._now())

    def listed(self, who: Principal) -> Iterator[dict[str, Any]]:
        """Everything on somebody's list, page by page."""
        address = "/api/referrals?limit=100"
        while address:
            page = self.setu.get(who, address).get_json()
            yield from page["items"]
            address = page["next"]

    def _now(self) -> datetime:
        return self.setu.clock.now()

    def _send(self, number: int) -> None:
        service: dict[str, Any] = {"service_id": str(self.chance.choice(FOR_ADULTS))}
        who, more = self.chance.choice((OFFICER, OFFICER, OFFICER_ELSEWHERE)), {}
        if number % 33 == 2:
            service, more = {"service_id": str(FOR_CHILDREN)}, dict(CHILD)
        elif number % 4 == 0:
            who, more = NURSE, {"setting": "prison", "expected_release": self._day(self.chance.randrange(1, 60))}
        elif number % 7 == 0:
            service = {"candidates": [str(each) for each in self.chance.sample(FOR_ADULTS, 3)]}
        elif number % 9 == 0:
            more = {"urgent": ["PREGNANT"]}
        referral = self.setu.sent(who, **service, **more)
        self.sent.append(referral)
        if who is NURSE:
            self.from_prison.append(referral)
        elif number % 10 == 5 and len(self.twice) < self._wanted_twice:
            self.twice.add(UUID(referral.id))

    @property
    def _wanted_twice(self) -> int:
        return max(2, 3 * self.referrals // 100)

    @property
    def _most_withdrawals(self) -> int:
        """So few that a small month, too, is of more than what was withdrawn."""
        return max(2, self.referrals // 4)

    def _day(self, ahead: int) -> str:
        return (self._now() + timedelta(days=ahead)).date().isoformat()

    def _worker(self) -> None:
        apply_card_requests(self.setu.worker_db, dependencies=self.setu.dependencies, now=self._now())
        run_clocks(self.setu.worker_db, dependencies=self.setu.dependencies, now=self._now())
        fold_inbox_changes(self.setu.worker_db)

    def _people(self) -> None:
        for worker in TEAMS:
            for item in list(self.listed(worker)):
                if item["status"] in ACTS:
                    self._answer(worker, item)
        for item in list(self.listed(COORDINATOR)):
            self._hand(item)
        for item in self.listed(NURSE):
            if item["open_question"] and self.chance.random() < 0.7:
                self._act(NURSE, item, "answer", {"answer": "yes"})
        if self.from_prison and self.chance.random() < 0.5:
            moved = self.setu.shown(NURSE, self.chance.choice(self.from_prison))
            self._act(NURSE, moved, "release", {"expected_release": self._day(self.chance.randrange(1, 30))})
        self._speak()

    def _answer(self, worker: Principal, item: dict[str, Any]) -> None:
        if self._turned_away(item):
            event, body = DECLINE
        elif item["status"] == "received" and item["setting"] == "prison" and self.chance.random() < 0.4:
            event, body = ASK  # refused where a question waits, or the person has left
        else:
            weights, events, bodies = zip(*ACTS[item["status"]], strict=True)
            event, body = self.chance.choices(list(zip(events, bodies, strict=True)), weights)[0]
        if event == TAKE_UP and item["unclaimed"]:
            event = "claim"
        dates = {"today": self._day(0), "in a week": self._day(7)}
        if event:
            self._act(worker, item, event, {name: dates.get(value, value) for name, value in body.items()})

    def _turned_away(self, item: dict[str, Any]) -> bool:
        if item["status"] not in {"requested", "received"} or not self.twice:
            return False
        with self.setu.worker_db.transaction() as session:
            root = session.scalar(select(task.c.root_id).where(task.c.id == UUID(item["id"])))
            records = session.scalars(select(task.c.id).where(task.c.root_id == root)).all()
        return root in self.twice and len(records) < 3

    def _hand(self, item: dict[str, Any]) -> None:
        answer = self._act(COORDINATOR, item, "forward", {})
        if answer >= 400 and self.chance.random() < 0.5:
            self._act(COORDINATOR, item, "settle", {"reason": "called_the_service"})

    def _speak(self) -> None:
        """A voice or a withdrawal by code now and then, until all that are wanted are said."""
        said = self.played["voice"]
        if said < len(self.voices) and self.sent and self.chance.random() < 0.6:
            code = self.sent[said * 7 % len(self.sent)].card_code
            self.setu.post(None, "/api/voices", {"code": code, "said": self.voices[said]})
            self.played["voice"] += 1
        if self.sent and self.chance.random() < 0.2 and self.played["withdrawal"] < self._most_withdrawals:
            self.setu.post(None, "/api/withdrawals", {"code": self.chance.choice(self.sent).card_code})
            self.played["withdrawal"] += 1

    def _act(self, who: Principal, item: dict[str, Any], event: str, body: dict[str, Any]) -> int:
        """The status of the answer; an act that is not allowed any more is refused, and nothing else may happen."""
        path = f"/api/referrals/{item['id']}/{event}"
        answer = self.setu.post(who, path, body, If_Match=f'"{item["version"]}"')
        assert answer.status_code in {200, 404, 409, 412, 422}, (event, answer.status_code, answer.text)
        if answer.status_code == 200:
            self.played[event] += 1
        return answer.status_code
