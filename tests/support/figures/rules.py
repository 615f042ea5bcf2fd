"""What an attacker knows of a published figure by itself: the counts that may stand behind it. Not a test module."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from referral_service.domain.figures.suppression import shown_share

Interval = tuple[int, int]


@dataclass(frozen=True)
class Rules:
    """How it was published, which the attacker knows; other ones than the usual are planted faults.

    `fewest` is told; `totals`: a state's line counts the whole state; `true_shares`: shares are of the true counts;
    `any_part`: a share is told however little is left of the whole.
    """

    fewest: int = 10
    totals: bool = False
    true_shares: bool = False
    any_part: bool = False

    def behind(self, shown: int | None) -> Interval:
        """The counts that may stand behind a shown one."""
        return (0, self.fewest - 1) if shown is None else (max(self.fewest, shown - 2), shown + 2)

    def shares(self, percent: int | None, whole: int | None, most: int) -> Iterator[tuple[Interval, Interval]]:
        """The (part, whole) that leave this share of a shown whole, as intervals."""
        if self.true_shares and percent is not None:
            low, high = self.behind(whole)
            pairs = ((part, each) for each in range(max(low, 30), high + 1) for part in range(each + 1))
            yield from (((part, part), (each, each)) for part, each in pairs if round(100 * part / each) == percent)
            return
        parts: Sequence[int | None] = [None, *range(10, most + 3, 5)]
        fits = [part for part in parts if self._share(part, whole) == percent]
        for low, high in _joined([self.behind(part) for part in fits]):
            yield (low, high), self.behind(whole)

    def _share(self, part: int | None, whole: int | None) -> int | None:
        if self.any_part and part is not None and whole is not None:
            return (200 * part + whole) // (2 * whole)
        return shown_share(part, whole)


USUAL = Rules()


def _joined(intervals: Sequence[Interval]) -> Iterator[Interval]:
    """Neighbours as one interval."""
    at: Interval | None = None
    for low, high in sorted(intervals):
        if at is not None and low <= at[1] + 1:
            at = at[0], max(high, at[1])
        else:
            if at is not None:
                yield at
            at = low, high
    if at is not None:
        yield at
