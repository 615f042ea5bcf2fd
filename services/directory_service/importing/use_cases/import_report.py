"""Report of an import: counts, and every row that was kept out, by file and line. As text lines and as JSON.

Memory stays flat however many faults a file has: of the remarks the first `SHOWN` are in memory, the rest in a file on
disk that is gone with the report.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from itertools import islice
from tempfile import TemporaryFile
from typing import IO

from directory_service.listings.use_cases.save_listing import SaveOutcome

REMOVED = "removed"
TYPES = ("organization", "location", "service")
BAD_VALUE, ORPHAN, DUPLICATE, LEFT_OUT = "bad value", "orphan", "duplicate", "left out"
SHOWN = 1_000
"""Remarks that are held in memory, and told line by line."""


_WORDS = (SaveOutcome.ADDED, SaveOutcome.CHANGED, REMOVED, SaveOutcome.UNCHANGED)


@dataclass(frozen=True)
class ImportRemark:
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


class RemarkLog:
    """An append-only log of remarks: all are counted and can be read again; few are held in memory."""

    def __init__(self) -> None:
        self._first: list[ImportRemark] = []
        self._number = 0
        self._rest: IO[str] | None = None

    def append(self, remark: ImportRemark) -> None:
        """One more."""
        self._number += 1
        if self._number <= SHOWN:
            self._first.append(remark)
            return
        if self._rest is None:
            self._rest = TemporaryFile("w+", encoding="utf-8", prefix="setu-import-")  # noqa: SIM115 # open until close()
        self._rest.write(json.dumps(asdict(remark)) + "\n")

    def extend(self, remarks: Iterable[ImportRemark]) -> None:
        """Several more."""
        for remark in remarks:
            self.append(remark)

    def __len__(self) -> int:
        return self._number

    def __iter__(self) -> Iterator[ImportRemark]:
        yield from self._first
        if self._rest is not None:
            self._rest.seek(0)
            for line in self._rest:
                said = json.loads(line)
                yield ImportRemark(**{**said, "reasons": tuple(said["reasons"])})

    def close(self) -> None:
        """Forget what lies on disk."""
        if self._rest is not None:
            self._rest.close()
            self._rest = None


@dataclass
class Report:
    """Organisations, places and services are counted alike, and each for itself by (type, word).

    `notes` are remarks about rows that went in.
    """

    counts: Counter[str] = field(default_factory=Counter)
    by_type: Counter[tuple[str, str]] = field(default_factory=Counter)
    rejected: RemarkLog = field(default_factory=RemarkLog)
    notes: RemarkLog = field(default_factory=RemarkLog)
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
        """The first of what was kept out, then the first remarks; how many more there are of each."""
        for log, word in ((self.rejected, "rejected"), (self.notes, "note")):
            yield from (row.line(word) for row in islice(log, SHOWN))
            if len(log) > SHOWN:
                yield f"{word} {len(log) - SHOWN} more: --report FILE names every one"

    def write_json(self, file: IO[str]) -> None:
        """The whole report, a remark at a time."""
        counts = {word: self.counts[word] for word in (*SaveOutcome, REMOVED)} | {"rejected": len(self.rejected)}
        by_type = {kind: {word: self.by_type[kind, word] for word in _WORDS} for kind in TYPES}
        head = {"source": self.source, "counts": counts, "by_type": by_type}
        file.write(json.dumps(head, ensure_ascii=False, indent=1).removesuffix("\n}"))
        for name, log in (("rejected", self.rejected), ("notes", self.notes)):
            file.write(f',\n "{name}": [')
            for number, row in enumerate(log):
                file.write(("," if number else "") + "\n  " + json.dumps(row.as_json(), ensure_ascii=False))
            file.write("\n ]" if log else "]")
        file.write("\n}\n")

    def close(self) -> None:
        """Forget the remarks that lie on disk."""
        self.rejected.close()
        self.notes.close()
