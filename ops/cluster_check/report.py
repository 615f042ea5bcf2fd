"""Report: a table of what was done to the cluster, each with the seconds that clients waited, and its limit."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cluster_check.faults import Seen
from local_stack.journal_clients import Sent, Wait

BEFORE_S = 10.0  # what was sent so shortly before a blow may be on its way when it falls


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


def observe(blow: Blow, waits: Sequence[Wait], journal: Sequence[Sent], told: Mapping[str, float]) -> Observed:
    """Give the longest act over the blow, and the latest notice (`told`, by reference) of what was sent over it.

    Infinite where somebody was never told.
    """
    acts = [each for each in waits if each.answered > blow.began and each.began < blow.whole]
    sent = [each for each in journal if blow.began - BEFORE_S <= each.sent_at <= blow.whole]
    return Observed(
        blow,
        sender=max((each.answered - each.began for each in acts), default=0.0),
        receiver=max((told.get(each.reference, math.inf) - each.sent_at for each in sent), default=0.0),
    )


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
