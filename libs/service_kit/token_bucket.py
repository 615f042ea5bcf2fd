"""Token bucket: so many uses at once, and so many a span from then on. Pure; times are seconds of a steady clock."""

from dataclasses import dataclass


@dataclass(frozen=True)
class TokenBucket:
    """How many uses were left at a time."""

    left: float
    at: float

    def take(self, most: int, span: float, now: float) -> tuple["TokenBucket", float]:
        """The bucket after one of `most` uses in `span` seconds and 0.0; or as it is, and seconds until one is free."""
        left = min(float(most), self.left + (now - self.at) * most / span)
        if left >= 1:
            return TokenBucket(left - 1, now), 0.0
        return TokenBucket(left, now), (1 - left) * span / most
