"""What an import did: counts, and every row that was kept out, by file and line. As text lines and as JSON."""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from directory_service.use_cases.save_listing import Outcome

REMOVED = "removed"
TYPES = ("organization", "location", "service")
BAD_VALUE, ORPHAN, DUPLICATE, LEFT_OUT = "bad value", "orphan", "duplicate", "left out"


_WORDS = (Outcome.ADDED, Outcome.CHANGED, REMOVED, Outcome.UNCHANGED)


@dataclass(frozen=True)
class Rejected:
    """A row that was kept out: where it stands, which one it is, what is wrong with it, and the kind of fault."""

    where: str
    name: str
    reasons: tuple[str, ...]
    kind: str = BAD_VALUE

    def line(self, word: str = "rejected") -> str:
        """As a person reads it."""
        named = f" ({self.name})" if self.name else ""
        return f"{word} {self.where}{named}: {'; '.join(self.reasons)}"

    def as_json(self) -> dict[str, object]:
        """File and line apart where the row has them."""
        file, _, number = self.where.rpartition(":")
        place: dict[str, object] = {"file": file, "line": int(number)} if number.isdecimal() and file else {}
        return {"where": self.where, **place, "kind": self.kind, "name": self.name, "reasons": list(self.reasons)}


@dataclass
class Report:
    """Organisations, places and services are counted alike, and each for itself by (type, word).

    `notes` are remarks about rows that went in.
    """

    counts: Counter[str] = field(default_factory=Counter)
    by_type: Counter[tuple[str, str]] = field(default_factory=Counter)
    rejected: list[Rejected] = field(default_factory=list)
    notes: list[Rejected] = field(default_factory=list)
    source: str = ""

    def count(self, kind: str, word: str, number: int = 1) -> None:
        """Count records of one of TYPES, for it and for all."""
        self.counts[word] += number
        self.by_type[kind, word] += number

    def summary(self) -> str:
        """The last line that scripts rely on."""
        return " ".join(f"{word} {self.counts[word]}" for word in _WORDS) + f" rejected {len(self.rejected)}"

    def by_types(self) -> Iterator[str]:
        """A line for each of TYPES."""
        for kind in TYPES:
            yield f"{kind}: " + " ".join(f"{word} {self.by_type[kind, word]}" for word in _WORDS)

    @property
    def useless(self) -> bool:
        """Whether nothing at all could be taken."""
        return bool(self.rejected) and not any(self.counts.values())

    def lines(self) -> Iterator[str]:
        """Everything kept out, then the remarks."""
        yield from (row.line() for row in self.rejected)
        yield from (row.line("note") for row in self.notes)

    def as_json(self) -> str:
        """The whole report."""
        counts = {word: self.counts[word] for word in (*Outcome, REMOVED)} | {"rejected": len(self.rejected)}
        content = {
            "source": self.source,
            "counts": counts,
            "by_type": {kind: {word: self.by_type[kind, word] for word in _WORDS} for kind in TYPES},
            "rejected": [row.as_json() for row in self.rejected],
            "notes": [row.as_json() for row in self.notes],
        }
        return json.dumps(content, ensure_ascii=False, indent=1) + "\n"
