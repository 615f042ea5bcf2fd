"""Journal of what was played, kept apart from the product: what its counts are compared with."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date


@dataclass
class DistrictJournal:
    """A district: states of its meetings by month; actions by how they stand; trained less repeated, by rank."""

    meetings: dict[date, str] = field(default_factory=dict)
    actions: dict[str, tuple[date, str]] = field(default_factory=dict)
    trained: Counter[str] = field(default_factory=Counter)
    lines: int = 0
    agreements: int = 0
    figures: int = 0


@dataclass
class Journal:
    """All districts by code."""

    districts: dict[int, DistrictJournal] = field(default_factory=dict)

    def of(self, district: int) -> DistrictJournal:
        """The district's; begun where it is new."""
        return self.districts.setdefault(district, DistrictJournal())

    def summary(self) -> str:
        """One line of sums."""
        each = self.districts.values()
        held = sum(state == "held" for one in each for state in one.meetings.values())
        met = sum(len(one.meetings) for one in each)
        lines, actions = sum(one.lines for one in each), sum(len(one.actions) for one in each)
        trained, agreed = sum(one.trained.total() for one in each), sum(one.agreements for one in each)
        return (
            f"{held} of {met} meetings held, {lines} lines, {actions} actions, {trained} trained, {agreed} agreements"
        )
