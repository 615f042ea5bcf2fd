"""Figures of a played state: tallies made by chance, frozen by the referral service's rules, told as its events are.

Why: in this play nobody refers anybody, but what the directory is told has to look as it does in truth: every need of a
district has a row, a quiet district is told by the quarter, a quieter one within its state alone.
"""

import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from referral_service.domain.figures.cells import EVERYBODY, Figures
from referral_service.domain.figures.freeze_month import FigureCounts, freeze_month

SHARES = {
    "opened": (0.75, 0.9),
    "accepted": (0.5, 0.7),
    "not_taken": (0.05, 0.15),
    "not_answered": (0.03, 0.1),
    "women": (0.08, 0.2),
    "children": (0.02, 0.06),
    "urgent": (0.2, 0.5),
    "answered_24_hours": (0.5, 0.75),
}
"""What is counted → the least and the most of what was sent."""
NEEDS = ("WOMEN", "OST", "SHELTER", "DETOX", "CHILD")
LONGEST_ANSWER = 30 * 60  # minutes


@dataclass
class InventedFigures:
    """What is frozen, month by month in order. `sizes`: district → about how many people are asked in a month."""

    sizes: Mapping[int, int]
    told: list[Figures] = field(default_factory=list)
    _answers: dict[tuple[date, int], Mapping[str, int]] = field(default_factory=dict)
    _minutes: dict[tuple[date, int], Sequence[int]] = field(default_factory=dict)
    _unmet: dict[tuple[date, int], Mapping[str, int]] = field(default_factory=dict)

    def freeze(self, month: date) -> Sequence[Figures]:
        """What everybody may see with this month (its first day); the same sizes give the same figures."""
        for district, size in self.sizes.items():
            self._tally((month, district), size)
        counts = FigureCounts(self._answers, self._minutes, self._unmet)
        frozen = freeze_month(month, self.sizes, counts, self.told)
        self.told += frozen
        return [each for each in frozen if each.audience == EVERYBODY]

    def _tally(self, place: tuple[date, int], size: int) -> None:
        chance = random.Random(f"{place}")  # noqa: S311  # the same again
        sent = round(size * chance.uniform(0.4, 0.7))
        counted = {word: round(sent * chance.uniform(*share)) for word, share in SHARES.items()}
        counted["urgent_4_hours"] = round(counted["urgent"] * chance.uniform(0.4, 0.9))
        self._answers[place] = {"sent": sent, "only_card": size // 4, "declined": size // 8, **counted}
        self._minutes[place] = [chance.randint(30, LONGEST_ANSWER) for _ in range(counted["opened"])]
        self._unmet[place] = Counter(chance.choices(NEEDS, weights=(2, 4, 3, 2, 1), k=sent // 3))


def event_data(figures: Figures, frozen_at: datetime) -> dict[str, Any]:
    """The data of an event `referral.figures.frozen.v1`."""
    return {
        "month": f"{figures.month:%Y-%m}",
        "state": figures.state,
        "district": figures.district,
        "frozen_at": frozen_at.isoformat(),
        "cells": [cell._asdict() for cell in figures.cells],
        "version": 1,
    }
