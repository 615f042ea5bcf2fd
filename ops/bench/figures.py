"""What a benchmark gives back, and how it is printed.

Rounds are interleaved and medians quoted, because machines wobble.
"""

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """One line of the report. With a `baseline` (same unit) the ratio counts; `aim` is in words, `met` says whether."""

    name: str
    value: float
    unit: str
    baseline: float | None = None
    aim: str = ""
    met: bool | None = None

    def __str__(self) -> str:
        """Say it in one line: value, baseline, ratio, aim."""
        ratio = f"  bare {self.baseline:>10,.1f}  ratio {self.value / self.baseline:5.2f}" if self.baseline else ""
        mark = {True: "  ✓", False: "  ✗ missed", None: ""}[self.met]
        aim = f"  aim {self.aim}" if self.aim else ""
        return f"  {self.name:<44} {self.value:>10,.1f} {self.unit:<8}{ratio}{aim}{mark}"


def at_least(name: str, value: float, unit: str, *, baseline: float, ratio: float) -> Figure:
    """Give the figure of something that shall reach `ratio` of the baseline's rate."""
    return Figure(name, value, unit, baseline, f"≥ {ratio} ×", value >= ratio * baseline)


def at_most(name: str, value: float, unit: str, *, limit: float) -> Figure:
    """Give the figure of something that shall stay under a limit in its own unit."""
    return Figure(name, value, unit, None, f"≤ {limit:g} {unit}", value <= limit)


def interleaved(rounds: int, *measures: Callable[[], float]) -> list[float]:
    """Run the measures in turn, `rounds` times, and give each one's median."""
    seen: list[list[float]] = [[] for _ in measures]
    for _ in range(rounds):
        for taken, measure in zip(seen, measures, strict=True):
            taken.append(measure())
    return [statistics.median(taken) for taken in seen]


def percentile(values: Sequence[float], percent: float) -> float:
    """Give the value that `percent` of the values do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))]
