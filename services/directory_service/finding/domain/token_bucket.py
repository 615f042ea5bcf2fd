"""Token bucket: so many uses at once, and so many a minute from then on. Pure; times are seconds of a steady clock."""

from dataclasses import dataclass


@dataclass(frozen=True)
class TokenBucket:
    """How many uses were left at a time."""

    left: float
    at: float

    def take(self, a_minute: int, now: float) -> tuple["TokenBucket", float]:
        """The bucket after one use, and 0.0; or as it is, and the seconds until one is left."""
        left = min(float(a_minute), self.left + (now - self.at) * a_minute / 60)
        if left >= 1:
            return TokenBucket(left - 1, now), 0.0
        return TokenBucket(left, now), (1 - left) * 60 / a_minute
