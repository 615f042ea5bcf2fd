"""Figures of the benchmarks: interleaved rounds, their medians, and the table that says which aims are met."""

import os
import statistics
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

TINY = os.environ.get("SETU_BENCH_TINY") == "1"
"""Everything runs, at sizes that say nothing about speed (`python -m bench --tiny`)."""


@dataclass(frozen=True)
class Figure:
    """One measured value. With a `baseline` (same unit) the ratio counts; `aim` is in words, `met` says whether."""

    name: str
    value: float
    unit: str
    baseline: float | None = None
    aim: str = ""
    met: bool | None = None

    def __str__(self) -> str:
        """Give one line: value, baseline, ratio, aim, verdict."""
        bare = f"{self.baseline:>10,.1f}" if self.baseline else " " * 10
        ratio = f"{self.value / self.baseline:>7.2f} ×" if self.baseline else " " * 9
        verdict = {True: "met", False: "MISSED", None: ""}[self.met]
        return f"  {self.name:<48}{self.value:>10,.1f} {self.unit:<9}{bare}{ratio}  {self.aim:<14} {verdict}".rstrip()


HEAD = f"  {'':<48}{'median':>10} {'':<9}{'bare':>10}{'ratio':>9}  aim"


def table(figures: Iterable[tuple[str, Sequence[Figure]]]) -> str:
    """Give a row for each figure that has an aim, under the benchmark that measured it."""
    lines = ["Measure of speed" + (" (tiny sizes: the figures mean nothing)" if TINY else ""), HEAD]
    for benchmark, measured in figures:
        aimed = [figure for figure in measured if figure.met is not None]
        lines += [benchmark, *map(str, aimed)] if aimed else [f"{benchmark}  not measured"]
    return "\n".join(lines)


def at_least(name: str, value: float, unit: str, *, baseline: float, ratio: float) -> Figure:
    """Give the figure of something that shall reach `ratio` of the baseline's rate."""
    return Figure(name, value, unit, baseline, f"≥ {ratio} ×", value >= ratio * baseline)


def no_less_than(name: str, value: float, unit: str, *, limit: float) -> Figure:
    """Give the figure of something that shall reach a rate in its own unit."""
    return Figure(name, value, unit, None, f"≥ {limit:g} {unit}", value >= limit)


def at_most(name: str, value: float, unit: str, *, limit: float) -> Figure:
    """Give the figure of something that shall stay under a limit in its own unit."""
    return Figure(name, value, unit, None, f"≤ {limit:g} {unit}", value <= limit)


def at_most_times(name: str, value: float, unit: str, *, baseline: float, ratio: float) -> Figure:
    """Give the figure of something that shall cost at most `ratio` of the baseline."""
    return Figure(name, value, unit, baseline, f"≤ {ratio} ×", value <= ratio * baseline)


def sized(full: int, tiny: int) -> int:
    """Give the size of a run: `tiny` where it only has to show that it runs."""
    return tiny if TINY else full


def interleaved(rounds: int, *measures: Callable[[], float]) -> list[float]:
    """Run the measures in turn, `rounds` times, and give each one's median."""
    seen: list[list[float]] = [[] for _ in measures]
    for _ in range(sized(rounds, 1)):
        for taken, measure in zip(seen, measures, strict=True):
            taken.append(measure())
    return [statistics.median(taken) for taken in seen]


def percentile(values: Sequence[float], percent: float) -> float:
    """Give the value that `percent` of the values do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))]
