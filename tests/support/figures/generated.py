"""Generated districts and what is told of them: people who were asked, and the figures, month by month.

    history = generate_history(7, TWELVE, months_from(date(2026, 1, 1), 24))
    told = publish(history, TWELVE)

Why: the solver and the recomputation need many small numbers that hang together as real ones do. Each person is asked
and answered singly, then counted; nothing here knows how a count is suppressed. Not a test module.
"""

import random
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date

from referral_service.domain.figures.cells import Figures
from referral_service.domain.figures.freeze_month import FigureCounts, freeze_month
from referral_service.domain.figures.frozen_periods import months_of_quarter, quarter_before

BENGAL = (303, 304, 315, 316, 317)
TWELVE = (*BENGAL, 254, 255, 256, 257, 261, 262, 272)  # and Manipur, Mizoram, Tripura
Freeze = Callable[[date, Collection[int], FigureCounts, Sequence[Figures]], Sequence[Figures]]


@dataclass(frozen=True)
class Asked:
    """One person who was asked, and what came of it. `minutes` to the first answer, None where there was none."""

    month: date
    district: int
    answer: str
    unmet: Sequence[str] = ()
    facts: frozenset[str] = frozenset()
    ends: str = ""
    minutes: int | None = None
    work: Sequence[str] = ()
    settled: Sequence[str] = ()

    @property
    def counted(self) -> Sequence[str]:
        """The words under which it is tallied."""
        words = [self.answer, *self.facts, *self.work, *([self.ends] if self.ends else [])]
        if self.minutes is not None:
            words.append("opened")
            words += ["answered_24_hours"] if self.minutes <= 1440 else []
            words += ["urgent_4_hours"] if "urgent" in self.facts and self.minutes <= 240 else []
        return words


@dataclass(frozen=True)
class History:
    """Who was asked in these months."""

    months: Sequence[date]
    asked: Sequence[Asked]

    def counts(self, months: Collection[date]) -> FigureCounts:
        """What is tallied of these months."""
        answers, unmet, settled = (defaultdict[tuple[date, int], Counter[str]](Counter) for _ in range(3))
        minutes = defaultdict[tuple[date, int], list[int]](list)
        for one in self.asked:
            if one.month in months:
                here = one.month, one.district
                answers[here].update(one.counted)
                unmet[here].update(one.unmet)
                settled[here].update(one.settled)
                minutes[here] += [] if one.minutes is None else [one.minutes]
        return FigureCounts(answers, minutes, unmet, settled)


def months_from(first: date, number: int) -> Sequence[date]:
    """Consecutive months by their first days."""
    return [date(first.year + (first.month - 1 + at) // 12, (first.month - 1 + at) % 12 + 1, 1) for at in range(number)]


def generate_history(seed: int, districts: Sequence[int], months: Sequence[date]) -> History:
    """Each district has a size of its own, from nobody to some eighty a month; most are small, as districts are."""
    chance = random.Random(seed)  # noqa: S311 # no secret
    asked: list[Asked] = []
    for district in districts:
        size, temper = chance.choice([1, 3, 6, 9, 12, 20, 40, 80]), chance.random()
        for month in months:
            asked += [_ask(chance, month, district, temper) for _person in range(chance.randint(0, 2 * size))]
    return History(months, asked)


def _ask(chance: random.Random, month: date, district: int, temper: float) -> Asked:
    needs = chance.sample(["OST", "OD", "TESTING", "CHILD", "LEGAL", "WOMEN"], chance.randint(1, 2))
    answer = chance.choices(["sent", "only_card", "declined"], [8, 2, 1])[0]
    one = Asked(month, district, answer, [need for need in needs if chance.random() < 0.4 * temper])
    return _send(chance, one, temper) if answer == "sent" else one


def _send(chance: random.Random, one: Asked, temper: float) -> Asked:
    child, dated = chance.random() < 0.15, chance.random() < 0.3
    facts = {
        "women": chance.random() < 0.1 + 0.7 * temper,
        "children": child,
        "urgent": child or chance.random() < 0.3,
        "prison_dated": dated,
        "prison_14_days": dated and chance.random() < 0.6,
    }
    ends = chance.choices(["accepted", "not_taken", "not_answered", "withdrawn", ""], [10 * temper + 2, 3, 2, 1, 1])[0]
    one = replace(one, facts=frozenset(name for name, holds in facts.items() if holds), ends=ends)
    if ends == "withdrawn" or (ends in {"not_answered", ""} and chance.random() < 0.5):
        return one
    return _work(chance, replace(one, minutes=int(chance.lognormvariate(5.5 + 2 * temper, 1.2))))


def _work(chance: random.Random, one: Asked) -> Asked:
    if one.ends == "accepted":
        return replace(one, work=chance.choices(["reached", "failed"], [9, 3]))
    if one.ends != "not_taken":
        return one
    work = chance.sample(["no_capacity", "forwarded", "settled"], chance.randint(0, 3))
    needs = chance.sample(["OST", "LEGAL"], chance.randint(0, 2)) if "settled" in work else []
    return replace(one, work=work, settled=needs)


def publish(history: History, districts: Collection[int], freeze: Freeze = freeze_month) -> Sequence[Figures]:
    """All that is told of it, month by month, each knowing only what was told before."""
    told: list[Figures] = []
    for month in history.months:
        since = quarter_before(month)[0]
        earlier = [figures for figures in told if figures.month >= since]
        told += freeze(month, districts, history.counts(months_of_quarter(month)), earlier)
    return told
