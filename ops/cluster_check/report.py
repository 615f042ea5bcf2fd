"""Report: a table of what was done to the cluster, each with the seconds that clients waited, and its limit."""

from collections.abc import Sequence
from dataclasses import dataclass

from cluster_check.faults import Seen


@dataclass(frozen=True)
class Blow:
    """One event: what it was, whom it struck, how long (seconds) whom it may keep waiting; `time.monotonic` moments."""

    what: str
    parts: Sequence[str]
    limit_s: float | None
    seen: Seen
    began: float
    whole: float  # everything that was struck is in its place again


@dataclass(frozen=True)
class Observed:
    """A blow as clients saw it, in seconds. `sender`: the longest act; `receiver`: the latest notice."""

    blow: Blow
    sender: float
    receiver: float

    @property
    def is_within_its_limit(self) -> bool:
        """Whether a client that repeats waited no longer than the limit, if there is one."""
        waited = self.sender if self.blow.seen is Seen.BY_SENDER else self.receiver
        return self.blow.limit_s is None or waited <= self.blow.limit_s

    @property
    def whole_after(self) -> float:
        """Seconds from the blow until nothing was missing."""
        return self.blow.whole - self.blow.began


def table_of(seen: Sequence[Observed]) -> str:
    """One line each, in the order in which they came."""
    widths = "{:<38}{:<32}{:>8}{:>10}{:>8}{:>7}  {}"
    lines = [widths.format("what", "whom", "sender", "receiver", "limit", "whole", "")]
    for each in seen:
        blow = each.blow
        limit = "–" if blow.limit_s is None else f"{blow.limit_s:.0f} {blow.seen.value[0]}"
        parts = ", ".join(blow.parts) if len(blow.parts) <= 2 else f"{blow.parts[0]} and {len(blow.parts) - 1} more"
        figures = (f"{each.sender:.1f}", f"{each.receiver:.1f}", limit, f"{each.whole_after:.0f}")
        lines.append(widths.format(blow.what, parts or "–", *figures, "" if each.is_within_its_limit else "too long"))
    legend = "Seconds. sender: the longest until an act succeeded; receiver: until somebody was told of it."
    return "\n".join([*lines, legend])
