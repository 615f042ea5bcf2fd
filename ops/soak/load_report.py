"""Report of a load as one HTML page, drawn here: aims, histograms of waits, waits over time, queues, memory."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

from bench.figures import percentile
from soak.load_samples import Sample

P99 = {"sending": 0.5, "reading": 0.1}  # seconds
WIDTH, HEIGHT, EDGE = 640, 160, 40
BINS_A_DECADE, FIRST, DECADES = 8, 0.001, 5
COLOURS = ("#1f5f8b", "#b5651d", "#3a7d44", "#7b3f8c", "#a03030", "#4a4a4a", "#00787a", "#8a6d00", "#c2185b")
_STYLE = (
    "body{font:16px system-ui,sans-serif;max-width:45rem;margin:2rem auto;padding:0 1rem;color:#222}"
    "svg{max-width:100%;height:auto}td,th{padding:.2rem .8rem .2rem 0;text-align:left}text{font:11px system-ui}"
    ".missed{color:#a03030;font-weight:bold}"
)


@dataclass(frozen=True)
class Aim:
    """One promise in words, with what was measured."""

    words: str
    met: bool


@dataclass(frozen=True)
class Measured:
    """All of one run. `waits`: kind → (seconds from the start when it was due, seconds until the answer)."""

    seconds: float
    waits: Mapping[str, Sequence[tuple[float, float]]]
    errors: Mapping[str, int]
    samples: Sequence[Sample]
    lost: int
    doubled: int
    growth: float  # memory at the end, of what it was after a fifth of the time, at most

    def aims(self) -> list[Aim]:
        """Each aim with its figure."""
        found = []
        for kind, most in P99.items():
            waits = [wait for _, wait in self.waits[kind]]
            p99 = percentile(waits, 99) if waits else math.inf
            found.append(
                Aim(f"{kind}: p99 {1000 * p99:.0f} ms of {len(waits)} (at most {1000 * most:.0f})", p99 <= most)
            )
        found.append(Aim(f"{sum(self.errors.values())} errors {dict(self.errors) or ''}".strip(), not self.errors))
        found.append(Aim(f"{self.lost} lost, {self.doubled} doubled", not self.lost and not self.doubled))
        first, last = self._memory()
        words = f"memory {first:.0f} → {last:.0f} MB (at most {self.growth} times)"
        return [*found, Aim(words, 0 < last <= self.growth * first)]

    def _memory(self) -> tuple[float, float]:
        settled = [sample for sample in self.samples if sample.at >= self.seconds / 5] or list(self.samples)
        totals = [sum(sample.memory.values()) for sample in settled]
        return (totals[0], totals[-1]) if totals else (0.0, math.inf)


def write_report(measured: Measured, path: Path) -> Path:
    """Write the page, whole, and give its path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(_page(measured)), encoding="utf-8")
    return path


def _page(measured: Measured) -> Iterator[str]:
    yield f'<!doctype html><html lang="en"><meta charset="utf-8"><title>Load</title><style>{_STYLE}</style>'
    yield "<h1>Load</h1>"
    yield "<table><caption>Aims</caption><tr><th>measured</th><th>met</th></tr>"
    for aim in measured.aims():
        met = "<td>yes" if aim.met else "<td class=missed>no"
        yield f"<tr><td>{escape(aim.words)}</td>{met}</td></tr>"
    yield "</table>"
    for kind, waits in measured.waits.items():
        yield f"<h2>{escape(kind.capitalize())}</h2><p>How many took how long (ms).</p>"
        yield _histogram([wait for _, wait in waits])
        yield f"<p>p99 of each ten seconds (ms).</p>{_lines({kind: _p99_over_time(waits)}, measured.seconds)}"
    for title, of in (("Waiting", "waiting"), ("Memory (MB)", "memory")):
        names = sorted({name for sample in measured.samples for name in getattr(sample, of)})
        series = {n: [(s.at, float(getattr(s, of).get(n, 0))) for s in measured.samples] for n in names}
        yield f"<h2>{title}</h2>{_lines(series, measured.seconds)}"
    yield "</html>"


def _p99_over_time(waits: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    slots: dict[int, list[float]] = {}
    for due, wait in waits:
        slots.setdefault(int(due // 10), []).append(wait)
    return [(10.0 * slot, 1000 * percentile(slots[slot], 99)) for slot in sorted(slots)]


def _histogram(waits: Sequence[float]) -> str:
    """Bars over a logarithmic axis from one millisecond to a hundred seconds."""
    counts = [0] * (BINS_A_DECADE * DECADES)
    for wait in waits:
        place = int(math.log10(max(wait, FIRST) / FIRST) * BINS_A_DECADE)
        counts[min(place, len(counts) - 1)] += 1
    most, wide = max([*counts, 1]), (WIDTH - 2 * EDGE) / len(counts)
    bars = "".join(
        f'<rect x="{EDGE + n * wide:.1f}" y="{EDGE + (HEIGHT - EDGE) * (1 - c / most):.1f}" width="{wide - 1:.1f}"'
        f' height="{(HEIGHT - EDGE) * c / most:.1f}" fill="{COLOURS[0]}"><title>{c}</title></rect>'
        for n, c in enumerate(counts)
    )
    marks = "".join(
        f'<text x="{EDGE + decade * BINS_A_DECADE * wide:.0f}" y="{HEIGHT + 15}">{10**decade}</text>'
        for decade in range(DECADES)
    )
    return _svg(bars + marks + f'<text x="2" y="{EDGE}">{most}</text>', HEIGHT + EDGE // 2)


def _lines(series: Mapping[str, Sequence[tuple[float, float]]], seconds: float) -> str:
    most = max([value for points in series.values() for _, value in points] + [1.0])
    drawn = []
    for number, (name, points) in enumerate(series.items()):
        colour = COLOURS[number % len(COLOURS)]
        path = " ".join(
            f"{EDGE + (WIDTH - 2 * EDGE) * at / seconds:.1f},{HEIGHT - (HEIGHT - EDGE) * value / most:.1f}"
            for at, value in points
        )
        last = f"{points[-1][1]:.0f}" if points else "–"
        drawn.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="1.5"/>')
        drawn.append(
            f'<text x="{EDGE}" y="{HEIGHT + 18 + 14 * number}" fill="{colour}">{escape(name)}: {last} at the end</text>'
        )
    axis = f'<text x="2" y="{EDGE}">{most:.0f}</text><text x="2" y="{HEIGHT}">0</text>'
    return _svg("".join(drawn) + axis, HEIGHT + 25 + 14 * len(series))


def _svg(inside: str, height: int) -> str:
    return f'<svg viewBox="0 0 {WIDTH} {height}" role="img">{inside}</svg>'
