"""Exponential backoff with jitter: each wait is twice as long as the one before, up to a limit."""

import random
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Backoff:
    """`first` and `most` are seconds. Jitter (half to all of it) keeps many that failed together from returning so."""

    first: float = 1.0
    most: float = 300.0
    chance: Callable[[], float] = random.random

    def seconds(self, attempts: int) -> float:
        """The pause after this many failures in a row (1, 2, …)."""
        whole = min(self.most, self.first * 2.0 ** min(attempts - 1, 60))
        return whole * (0.5 + self.chance() / 2)


def should_log(failures: int) -> bool:
    """Whether to log this failure in a row: the 1st, 2nd, 4th, 8th, … so that an outage does not fill the log."""
    return failures & (failures - 1) == 0
