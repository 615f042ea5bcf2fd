"""Report: a table of what was done to the cluster, each with the seconds that clients waited, and its limit."""

from collections.abc import Sequence
from dataclasses import dataclass

from cluster_check.faults import Seen


@dataclass(frozen=True)
class Observed:
    """One event: what it was, whom it struck, and seconds. `sender`: the longest act; `receiver`: a notice."""

    what: str
    parts: Sequence[str]
    limit_s: float | None
    seen: Seen
    sender: float
    receiver: float
    whole_after: float  # from the blow until everything that was struck is in its place again

    @property
    def is_within_its_limit(self) -> bool:
        """Whether a client that repeats waited no longer than the limit, if there is one."""
        waited = self.sender if self.seen is Seen.BY_SENDER else self.receiver
        return self.limit_s is None or waited <= self.limit_s


def table_of(seen: Sequence[Observed]) -> str:
    """One line each, in the order in which they came."""
    widths = "{:<38}{:<32}{:>8}{:>10}{:>8}{:>7}  {}"
    lines = [widths.format("what", "whom", "sender", "receiver", "limit", "whole", "")]
    for each in seen:
        limit = "–" if each.limit_s is None else f"{each.limit_s:.0f} {each.seen.value[0]}"
        parts = ", ".join(each.parts) if len(each.parts) <= 2 else f"{each.parts[0]} and {len(each.parts) - 1} more"
        figures = (f"{each.sender:.1f}", f"{each.receiver:.1f}", limit, f"{each.whole_after:.0f}")
        lines.append(widths.format(each.what, parts or "–", *figures, "" if each.is_within_its_limit else "too long"))
    legend = "Seconds. sender: the longest until an act succeeded; receiver: until somebody was told of it."
    return "\n".join([*lines, legend])
