"""Bar plots: what the template `kit/plots.html` draws as SVG, without a script or a style of its own.

Why: a figure that must not be told is drawn as nothing and said in words, and a plot follows the page's colours, its
dark mode and its print sheet, which a plotting library's own styles do not under this content security policy.
Promises: a hidden value enters neither a width nor a scale. When not to use it: for more than bars and their trend.
"""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 100, 24  # of a trend, in its own units


@dataclass(frozen=True)
class Bar:
    """A row. `width`: per cent of the longest bar, None where the value is hidden; `trend`: SVG paths."""

    label: str
    text: str
    width: float | None
    trend: Sequence[str] = ()


@dataclass(frozen=True)
class Plot:
    """A table as bars; `key` is its name in code."""

    key: str
    title: str
    bars: Sequence[Bar]


@dataclass(frozen=True)
class BarValue:
    """What a bar is drawn of: `value` None where it is hidden; `history` with it, the oldest first."""

    label: str
    text: str
    value: float | None
    history: Sequence[float | None] = ()


def plot_of(key: str, title: str, values: Sequence[BarValue], whole: float | None = None) -> Plot:
    """The table's plot; `whole`: the value of a bar as long as the plot, else the largest one."""
    most = whole or max((each.value or 0 for each in values), default=0)
    bars = [Bar(each.label, each.text, bar_width(each.value, most), trend_paths(each.history)) for each in values]
    return Plot(key, title, bars)


def bar_width(value: float | None, most: float) -> float | None:
    """Per cent of the longest; None for a hidden value."""
    if value is None:
        return None
    return round(100 * value / most, 1) if most else 0.0


def trend_paths(values: Sequence[float | None]) -> list[str]:
    """Paths through the known values, the oldest first, broken where one is hidden; none for a single value."""
    known = [value for value in values if value is not None]
    if len(known) < 2:
        return []
    step, most = WIDTH / (len(values) - 1), max(known) or 1
    paths: list[str] = [""]
    for at, value in enumerate(values):
        if value is None:
            paths.append("")
            continue
        point = f"{at * step:.1f} {HEIGHT - 2 - (HEIGHT - 4) * value / most:.1f}"
        paths[-1] += f"L{point}" if paths[-1] else f"M{point}"
    return [path if "L" in path else f"{path}h0.1" for path in paths if path]
