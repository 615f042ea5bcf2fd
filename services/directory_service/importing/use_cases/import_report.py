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
from typing import IO, Any

from directory_service.listings.domain.save_outcome import SaveOutcome

REMOVED = "removed"
TYPES = ("organization", "location", "service")
BAD_VALUE, ORPHAN, DUPLICATE, LEFT_OUT, CONFLICT = "bad value", "orphan", "duplicate", "left out", "conflict"
Json = dict[str, Any]
SHOWN = 1_000
"""Remarks that are held in memory, and told line by line."""


_WORDS = (SaveOutcome.ADDED, SaveOutcome.CHANGED, REMOVED, SaveOutcome.UNCHANGED)


@dataclass(frozen=True)
class ImportRemark:
    """A row that was kept out: where it stands, what it is called, what is wrong with it, kind of fault, its own id."""

    where: str
    name: str
    reasons: tuple[str, ...]
    kind: str = BAD_VALUE
    id: str = ""

    def line(self, word: str = "rejected") -> str:
        """As a person reads it."""
        own = "" if self.id in self.name.split() else self.id
        called = ", ".join(filter(None, (own, self.name)))
        named = f" ({called})" if called else ""
        return f"{word} {self.where}{named}: {'; '.join(self.reasons)}"

    def as_json(self) -> Json:
        """File and line apart where the row has them."""
        file, _, number = self.where.rpartition(":")
        place: Json = {"file": file, "line": int(number)} if number.isdecimal() and file else {}
        said = {"kind": self.kind, "id": self.id, "name": self.name, "reasons": list(self.reasons)}
        return {"where": self.where, **place, **said}


class SpooledLog:
    """An append-only log of JSON objects: all are counted and can be read again; few are held in memory."""

    def __init__(self) -> None:
        self._first: list[Json] = []
        self._number = 0
        self._rest: IO[str] | None = None

    def append(self, said: Json) -> None:
        """One more."""
        self._number += 1
        if self._number <= SHOWN:
            self._first.append(said)
            return
        if self._rest is None:
            self._rest = TemporaryFile("w+", encoding="utf-8", prefix="setu-import-")  # noqa: SIM115 # open until close()
        self._rest.write(json.dumps(said) + "\n")

    def __len__(self) -> int:
        return self._number

    def __iter__(self) -> Iterator[Json]:
        yield from self._first
        if self._rest is not None:
            self._rest.seek(0)
            yield from map(json.loads, self._rest)

    def close(self) -> None:
        """Forget what lies on disk."""
        if self._rest is not None:
            self._rest.close()
            self._rest = None


class RemarkLog:
    """The same of remarks."""

    def __init__(self) -> None:
        self._log = SpooledLog()

    def append(self, remark: ImportRemark) -> None:
        """One more."""
        self._log.append(asdict(remark))

    def extend(self, remarks: Iterable[ImportRemark]) -> None:
        """Several more."""
        for remark in remarks:
            self.append(remark)

    def __len__(self) -> int:
        return len(self._log)

    def __iter__(self) -> Iterator[ImportRemark]:
        for said in self._log:
            yield ImportRemark(**{**said, "reasons": tuple(said["reasons"])})

    def close(self) -> None:
        """Forget what lies on disk."""
        self._log.close()


@dataclass
class Report:
    """Organisations, places and services are counted alike, and each for itself by (type, word).

    `notes` are remarks about rows that went in. `rows`: rows of the file that were `read` and `rejected`; `of_table`:
    of a table with a mapping, where a row is a service with its place, also what became of them.
    `changes`: what became of each record, with every field's difference; `conflicts`: where the file says something
    else than somebody who edited it here.
    """

    counts: Counter[str] = field(default_factory=Counter)
    by_type: Counter[tuple[str, str]] = field(default_factory=Counter)
    rows: Counter[str] = field(default_factory=Counter)
    rejected: RemarkLog = field(default_factory=RemarkLog)
    notes: RemarkLog = field(default_factory=RemarkLog)
    changes: SpooledLog = field(default_factory=SpooledLog)
    conflicts: SpooledLog = field(default_factory=SpooledLog)
    source: str = ""
    of_table: bool = False

    def count(self, kind: str, word: str, number: int = 1) -> None:
        """Count records of one of TYPES, for it and for all."""
        self.counts[word] += number
        self.by_type[kind, word] += number

    def summary(self) -> str:
        """The counts of records."""
        return " ".join(f"{word} {self.counts[word]}" for word in _WORDS) + f" rejected {len(self.rejected)}"

    def last_line(self) -> str:
        """The last line that scripts rely on: records, then rows of the file."""
        read, rejected = self.rows["read"], self.rows["rejected"]
        words = [f"{word} {self.rows[word]}" for word in _WORDS] if self.of_table else [f"taken {read - rejected}"]
        return f"{self.summary()}; rows read {read} {' '.join(words)} rejected {rejected}"

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
        rows = {"read": self.rows["read"], "rejected": self.rows["rejected"]}
        rows |= {word: self.rows[word] for word in _WORDS} if self.of_table else {}
        head = {"source": self.source, "counts": counts, "by_type": by_type, "rows": rows}
        file.write(json.dumps(head, ensure_ascii=False, indent=1).removesuffix("\n}"))
        logs: dict[str, Iterable[Json]] = {
            "rejected": (row.as_json() for row in self.rejected),
            "notes": (row.as_json() for row in self.notes),
            "conflicts": self.conflicts,
            "changes": self.changes,
        }
        for name, log in logs.items():
            file.write(f',\n "{name}": [')
            number = -1
            for number, row in enumerate(log):
                file.write(("," if number else "") + "\n  " + json.dumps(row, ensure_ascii=False))
            file.write("\n ]" if number >= 0 else "]")
        file.write("\n}\n")

    def close(self) -> None:
        """Forget what lies on disk."""
        for log in (self.rejected, self.notes, self.changes, self.conflicts):
            log.close()
