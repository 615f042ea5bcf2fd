"""Record of a request at the data officer's desk: its kind, its clock, two decisions, and what was given.

Why: withdrawals by phone, erasures, legal demands, emergencies, access and breaches stand on one list and one screen,
so that none is forgotten. Promises: pure; the second decision is another person's, and follows the first within a
stated time; what nobody decides ends by itself; nothing here leads to a referral.
When not to use it: for what a demand names or a report says, which is sealed (`details.py`).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from referral_service.domain.identity_access import DESK_IDENTITY_ACCESS_LASTS


class Kind(StrEnum):
    """What is asked of the desk."""

    WITHDRAWAL = "withdrawal"
    ERASURE = "erasure"
    LEGAL_DEMAND = "legal_demand"
    BREAK_GLASS = "break_glass"
    ACCESS = "access"
    CORRECTION = "correction"
    BREACH = "breach"


class Stage(StrEnum):
    """What a request waits for."""

    QUEUED = "queued"
    FIRST = "first"
    SECOND = "second"
    OPEN = "open"
    REPORT = "report"
    ANSWER = "answer"
    BOARD = "board"
    PEOPLE = "people"
    LAPSED = "lapsed"
    CLOSED = "closed"


YES, NO = "yes", "no"
BY_CODE = (Kind.WITHDRAWAL, Kind.ERASURE)
"""Queued with the code on a card, exactly as the person's own withdrawal is."""
IN_PERSON = (Kind.ACCESS, Kind.CORRECTION)
"""Done by a case worker; the desk has the line and nothing of the person."""
WITHIN: Mapping[Kind, timedelta] = {
    Kind.WITHDRAWAL: timedelta(hours=1),
    Kind.ERASURE: timedelta(hours=1),
    Kind.BREAK_GLASS: timedelta(minutes=15),
    Kind.BREACH: timedelta(hours=72),
}
"""From its beginning until it has to be done or, of an emergency, confirmed; a legal demand names a day of its own."""
REPORT_WITHIN = timedelta(hours=24)
"""From the second decision of an emergency."""
SECOND_FACTOR_NOW = timedelta(minutes=5)
"""How old a second factor may be when somebody asks for an emergency or confirms it."""
DECISION_COUNTS = timedelta(days=7)
"""From the first decision: a second one after that opens nothing, and is a first one again."""
ENDS_BY_ITSELF: Mapping[Kind, timedelta] = {Kind.LEGAL_DEMAND: timedelta(days=30), Kind.BREAK_GLASS: timedelta(days=30)}
"""From its beginning: a demand that was not answered, an emergency without its report.

A breach stays until all is told, and names nobody.
"""
DONE, NOTHING, LOST, ENDED = "done", "nothing", "lost", "ended"
TOLD_BOARD, TOLD_BOARD_ALL, TOLD_PEOPLE = "told_board", "told_board_all", "told_people"
TELLINGS = (TOLD_BOARD, TOLD_BOARD_ALL, TOLD_PEOPLE)
"""What has to be told of a breach: the Board at once, the Board within 72 hours, the people concerned."""


@dataclass(frozen=True)
class DeskDecision:
    """One person's answer; `reason` is a code, said to nobody outside."""

    by: UUID
    at: datetime
    answer: str
    reason: str | None


@dataclass(frozen=True)
class DeskRequest:
    """A request. `state` is the second half of ISO 3166-2; `given` are codes of what was given, or told, so far."""

    id: UUID
    number: str
    kind: Kind
    state: str
    opened_at: datetime
    opened_by: UUID
    due_at: datetime | None
    first: DeskDecision | None = None
    second: DeskDecision | None = None
    given: Sequence[str] = ()
    closed_at: datetime | None = None
    version: int = 1

    @property
    def agreed(self) -> bool:
        """Whether two people said yes."""
        return all(one is not None and one.answer == YES for one in (self.first, self.second))

    def stage(self, now: datetime) -> Stage:
        """What it waits for."""
        if self.closed_at is not None:
            unconfirmed = self.kind is Kind.BREAK_GLASS and self.second is None
            return Stage.LAPSED if unconfirmed or ENDED in self.given else Stage.CLOSED
        return _STAGES[self.kind](self, now)

    def first_in_force(self, now: datetime) -> DeskDecision | None:
        """The first decision, unless it has waited too long for a second one."""
        waits_too_long = self.second is None and self.first is not None and now >= self.first.at + DECISION_COUNTS
        return None if waits_too_long else self.first

    @property
    def noticed_at(self) -> datetime | None:
        """When a breach was noticed: its clock runs from then. None for every other kind."""
        return self.due_at - WITHIN[Kind.BREACH] if self.kind is Kind.BREACH and self.due_at is not None else None

    def ends_by_itself_at(self, now: datetime) -> datetime | None:
        """When it ends if nobody does what it waits for: an emergency that nobody confirms, with its 15 minutes."""
        within, stage = ENDS_BY_ITSELF.get(self.kind), self.stage(now)
        if within is None or stage in {Stage.LAPSED, Stage.CLOSED}:
            return None
        is_unconfirmed = self.kind is Kind.BREAK_GLASS and stage is Stage.SECOND
        return self.due_at if is_unconfirmed else self.opened_at + within

    def due(self, now: datetime) -> datetime | None:
        """When that has to be done, if there is a time for it."""
        stage = self.stage(now)
        if stage in {Stage.LAPSED, Stage.CLOSED}:
            return None
        if self.kind is Kind.BREAK_GLASS and self.second is not None:
            return self.second.at + (DESK_IDENTITY_ACCESS_LASTS if stage is Stage.OPEN else REPORT_WITHIN)
        return self.due_at

    def may_decide(self, account: UUID, now: datetime) -> bool:
        """Whether this person may give the decision that it waits for: never the same person twice."""
        stage, first = self.stage(now), self.first_in_force(now)
        return stage is Stage.FIRST or (stage is Stage.SECOND and (first is None or first.by != account))

    def is_identity_open(self, now: datetime) -> bool:
        """Whether two people opened it, and an emergency was confirmed, a demand answered, at most an hour ago."""
        if self.second is None or not self.agreed:
            return False
        since = self.closed_at if self.kind is Kind.LEGAL_DEMAND else self.second.at
        return since is not None and now < since + DESK_IDENTITY_ACCESS_LASTS

    def is_one_of_two(self, account: UUID) -> bool:
        """Whether this person gave one of the decisions."""
        return any(one is not None and one.by == account for one in (self.first, self.second))


def _undecided(request: DeskRequest, now: datetime) -> Stage | None:
    if request.first_in_force(now) is None:
        return Stage.FIRST
    return Stage.SECOND if request.second is None else None


def _stage_of_emergency(request: DeskRequest, now: datetime) -> Stage:
    if request.second is None:
        return Stage.SECOND if request.due_at is None or now < request.due_at else Stage.LAPSED
    return Stage.OPEN if request.is_identity_open(now) else Stage.REPORT


def _stage_of_breach(request: DeskRequest, now: datetime) -> Stage:
    if not {TOLD_BOARD, TOLD_BOARD_ALL} <= set(request.given):
        return Stage.BOARD
    return Stage.PEOPLE if TOLD_PEOPLE not in request.given else _undecided(request, now) or Stage.CLOSED


_STAGES: Mapping[Kind, Callable[[DeskRequest, datetime], Stage]] = {
    Kind.WITHDRAWAL: lambda _request, _now: Stage.QUEUED,
    Kind.ERASURE: lambda _request, _now: Stage.QUEUED,
    Kind.LEGAL_DEMAND: lambda request, now: _undecided(request, now) or Stage.ANSWER,
    Kind.BREAK_GLASS: _stage_of_emergency,
    Kind.ACCESS: lambda _request, _now: Stage.CLOSED,
    Kind.CORRECTION: lambda _request, _now: Stage.CLOSED,
    Kind.BREACH: _stage_of_breach,
}
