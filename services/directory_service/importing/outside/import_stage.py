"""Staging database of an import: a file's contents wait in it, sorted; it is a SQLite file of its own, temporary.

Files come in any order (phones before the services they belong to), and may be larger than memory. Here an organisation
finds its places and services, and a row what refers to it, by an index on disk. Gone when closed.
"""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

from directory_service.importing.outside.stage_statements import (
    HANGING,
    ORPHANS,
    OWNERS,
    PLACES,
    SCHEMA,
    SHARED,
)

Json = dict[str, Any]
_PAGE = 1_000
TOP, INSIDE = 2, 1  # a document of its own; one that stood inside another


@dataclass(frozen=True)
class Staged:
    """A document that waits: where it stood and what it says."""

    kind: str
    id: str
    owner: str
    at: str
    body: Json


class Stage:
    """Documents (organisations, places, services) and parts of them."""

    def __init__(self, path: Path) -> None:
        self._db = sqlite3.connect(path, isolation_level=None)
        self._db.executescript(SCHEMA)

    def close(self) -> None:
        """The file can be deleted after this."""
        self._db.close()

    def add_document(self, kind: str, key: str, owner: str, rank: int, at: str, body: Json) -> str | None:
        """Keep it; where there is one already, the first of its own wins before those that stood inside another.

        Of the latter the fuller one wins. Returns where the one stands that this is a second of, if both are their own.
        """
        text = json.dumps(body, ensure_ascii=False)
        there = self._db.execute(
            "SELECT rank, length(body), at, owner FROM doc WHERE kind = ? AND id = ?", (kind, key)
        ).fetchone()
        if there is None:
            self._db.execute(
                "INSERT INTO doc (kind, id, owner, rank, at, body) VALUES (?, ?, ?, ?, ?, ?)",
                (kind, key, owner, rank, at, text),
            )
            return None
        if rank == TOP == there[0]:
            return str(there[2])
        if (rank, len(text)) > (there[0], there[1]):
            self._db.execute(
                "UPDATE doc SET rank = ?, at = ?, body = ?, owner = ? WHERE kind = ? AND id = ?",
                (rank, at, text, owner or there[3], kind, key),
            )
        return None

    def replace_document(self, kind: str, key: str, owner: str, at: str, body: Json) -> str | None:
        """Keep it in the place of one that is there; returns where that one stood."""
        there = self._db.execute("SELECT at FROM doc WHERE kind = ? AND id = ?", (kind, key)).fetchone()
        self._db.execute("DELETE FROM doc WHERE kind = ? AND id = ?", (kind, key))
        self.add_document(kind, key, owner, TOP, at, body)
        return str(there[0]) if there else None

    def drop_document(self, kind: str, key: str) -> None:
        """Forget a document and what refers to it."""
        self.drop_parts_of(key)
        self._db.execute("DELETE FROM doc WHERE kind = ? AND id = ?", (kind, key))
        self._db.execute("DELETE FROM given_at WHERE ? IN (service, location)", (key,))

    def owns_anything(self, organization: str) -> bool:
        """Whether a service or place of the organisation is there."""
        wanted = "SELECT 1 FROM doc WHERE owner = ? AND kind <> 'organization' LIMIT 1"
        return self._db.execute(wanted, (organization,)).fetchone() is not None

    def add_part(
        self, kind: str, key: str, at: str, body: Json, links: Sequence[tuple[str, str]], *, own_row: bool = False
    ) -> str | None:
        """Keep a part and what it refers to, as (column, id); returns where the first one of this id stood, if any.

        `own_row`: it is what its row is about.
        """
        there = self._db.execute("SELECT at FROM part WHERE kind = ? AND id = ?", (kind, key)).fetchone()
        if there is not None:
            return str(there[0])
        text = json.dumps(body, ensure_ascii=False)
        self._db.execute("INSERT INTO part VALUES (?, ?, ?, ?, ?)", (kind, key, at, text, own_row))
        self._db.executemany("INSERT INTO link VALUES (?, ?, ?, ?)", [(up, column, kind, key) for column, up in links])
        return None

    def update_part(self, kind: str, key: str, body: Json) -> None:
        """Say more about a part."""
        text = json.dumps(body, ensure_ascii=False)
        self._db.execute("UPDATE part SET body = ? WHERE kind = ? AND id = ?", (text, kind, key))

    def drop_parts_of(self, parent: str) -> None:
        """Forget the parts that refer to it: it is being replaced."""
        for kind, key in self._db.execute("SELECT kind, id FROM link WHERE parent = ?", (parent,)).fetchall():
            self.drop_part(kind, key)

    def drop_part(self, kind: str, key: str) -> None:
        """Forget a part."""
        self._db.execute("DELETE FROM part WHERE kind = ? AND id = ?", (kind, key))
        self._db.execute("DELETE FROM link WHERE kind = ? AND id = ?", (kind, key))

    def add_place_of_service(self, service: str, location: str) -> None:
        """A service is given at a place."""
        self._db.execute("INSERT OR IGNORE INTO given_at VALUES (?, ?)", (service, location))

    def mark_seen(self, key: str) -> None:
        """The file has this id, though it was kept out: what is stored of it is not gone."""
        self._db.execute("INSERT OR IGNORE INTO known VALUES (?)", (key,))

    def note_own_id(self, key: str, own: str) -> None:
        """What the file has for a computed id."""
        self._db.execute("INSERT OR IGNORE INTO own_id VALUES (?, ?)", (key, own))

    def own_id(self, key: str) -> str:
        """An id as the file has it."""
        row = self._db.execute("SELECT own FROM own_id WHERE id = ?", (key,)).fetchone()
        return str(row[0]) if row else key

    def lose_row(self, at: str) -> bool:
        """Note that the row there did not go in; whether that is new."""
        return self._db.execute("INSERT OR IGNORE INTO lost_row VALUES (?)", (at,)).rowcount > 0

    def lose_id(self, key: str) -> None:
        """Note that what has this id did not go in: nothing hangs on it any more."""
        self._db.execute("INSERT OR IGNORE INTO lost_id VALUES (?)", (key,))

    def is_lost_row(self, at: str) -> bool:
        """Whether the row there did not go in."""
        return self._db.execute("SELECT 1 FROM lost_row WHERE at = ?", (at,)).fetchone() is not None

    def row_of(self, key: str) -> str:
        """Where the row stands that is about a document or part of this id; "" for what stood inside another."""
        found = self._db.execute(
            "SELECT at FROM doc WHERE id = ? AND rank = ?"
            " UNION ALL SELECT at FROM part WHERE id = ? AND own_row LIMIT 1",
            (key, TOP, key),
        ).fetchone()
        return str(found[0]) if found else ""

    def hanging_on(self, key: str) -> list[tuple[str, str, str, str]]:
        """Rows that hang on an id and on nothing else that is there: kind, id, where, column."""
        return self._db.execute(HANGING, (key, key)).fetchall()

    def kept(self, ids: Sequence[UUID]) -> set[UUID]:
        """Those of the ids that the file has, good or not."""
        marks = ",".join("?" * len(ids))
        texts = [str(each) for each in ids]
        found = self._db.execute(
            f"SELECT id FROM doc WHERE id IN ({marks}) UNION"  # noqa: S608 # question marks only
            f" SELECT id FROM known WHERE id IN ({marks})",
            texts + texts,
        )
        return {UUID(row[0]) for row in found}

    def owners(self, ids: Sequence[UUID]) -> dict[UUID, UUID]:
        """To which organisation the file gives places and services."""
        marks = ",".join("?" * len(ids))
        found = self._db.execute(
            f"SELECT id, owner FROM doc WHERE kind <> 'organization' AND owner <> '' AND id IN ({marks})",  # noqa: S608 # question marks only
            [str(each) for each in ids],
        )
        return {UUID(row[0]): UUID(row[1]) for row in found}

    def shared_places(self) -> Iterator[tuple[str, str]]:
        """Places where an organisation gives a service that is not the place's own, with that organisation."""
        yield from self._in_pages(SHARED)

    def add_copy(self, place: str, owner: str, copy: str) -> None:
        """A place of somebody else is taken as a place of the organisation's own, under this id."""
        self._db.execute("INSERT OR IGNORE INTO copy VALUES (?, ?, ?)", (place, owner, copy))

    def copy_of(self, place: str, owner: str) -> str:
        """The id of the organisation's own copy of a place; "" where it has none."""
        row = self._db.execute("SELECT id FROM copy WHERE place = ? AND owner = ?", (place, owner)).fetchone()
        return str(row[0]) if row else ""

    def is_new(self, key: str, reason: str) -> bool:
        """Whether this is told of an object for the first time."""
        return self._db.execute("INSERT OR IGNORE INTO told VALUES (?, ?)", (key, reason)).rowcount > 0

    def resolve_owners(self) -> Iterator[tuple[str, str, str, str]]:
        """Give services their place's organisation where they name none; then tell whose places nobody knows.

        Those are (id, organisation it names, where it stood, organisation of a service given there or "").
        """
        self._db.executescript(OWNERS)
        for row in self._in_pages(PLACES):
            yield row[0], row[1] or "", row[2], row[3] or ""

    def set_owner(self, kind: str, key: str, owner: str) -> None:
        """Say whose a document is."""
        self._db.execute("UPDATE doc SET owner = ? WHERE kind = ? AND id = ?", (owner, kind, key))

    def references(self) -> Iterator[tuple[str, str, str, str, str, bool]]:
        """Every reference of the parts that have one that leads nowhere.

        As (kind, id, where, column, the id it refers to, whether that is in the file).
        """
        for row in self._in_pages(ORPHANS):
            yield row[0], row[1], row[2], row[3], row[4], bool(row[5])

    def _in_pages(self, query: str) -> Iterator[Any]:
        """The rows as they are now, though the reader changes the tables meanwhile; they wait on disk."""
        self._db.execute(f"CREATE TABLE answer AS {query}")
        try:
            after = 0
            while rows := self._db.execute(
                "SELECT *, rowid FROM answer WHERE rowid > ? ORDER BY rowid LIMIT ?", (after, _PAGE)
            ).fetchall():
                yield from (row[:-1] for row in rows)
                after = rows[-1][-1]
        finally:
            self._db.execute("DROP TABLE answer")

    def organizations(self) -> Iterator[str]:
        """Organisations in the order of the file, then those that the file only refers to."""
        mine = "SELECT id FROM doc WHERE kind = 'organization' ORDER BY number"
        others = """SELECT DISTINCT owner FROM doc WHERE kind <> 'organization' AND NOT EXISTS
            (SELECT 1 FROM doc up WHERE up.kind = 'organization' AND up.id = doc.owner)"""
        for query in (mine, others):
            yield from (row[0] for row in self._db.cursor().execute(query))

    def is_empty(self) -> bool:
        """Whether nothing waits."""
        return self._db.execute("SELECT 1 FROM doc UNION SELECT 1 FROM part LIMIT 1").fetchone() is None

    def count(self) -> int:
        """How many organisations."""
        return int(self._db.execute("SELECT count(*) FROM doc WHERE kind = 'organization'").fetchone()[0])

    def documents(self, kind: str, owner: str) -> list[Staged]:
        """The documents of a kind that belong to an organisation (of kind organization: itself)."""
        column = "id" if kind == "organization" else "owner"
        found = self._db.execute(
            f"SELECT kind, id, owner, at, body FROM doc WHERE {column} = ? AND kind = ? ORDER BY number",  # noqa: S608 # one of two words
            (owner, kind),
        )
        return [Staged(row[0], row[1], row[2], row[3], json.loads(row[4])) for row in found]

    def document(self, kind: str, key: str) -> Staged | None:
        """One document."""
        row = self._db.execute(
            "SELECT kind, id, owner, at, body FROM doc WHERE kind = ? AND id = ?", (kind, key)
        ).fetchone()
        return Staged(row[0], row[1], row[2], row[3], json.loads(row[4])) if row else None

    def below(self, parent: str) -> list[tuple[str, str, Json]]:
        """What refers to an id: column, kind, row."""
        found = self._db.execute(
            "SELECT link.col, link.kind, part.body FROM link JOIN part ON part.kind = link.kind AND part.id = link.id"
            " WHERE link.parent = ? ORDER BY part.kind, link.rowid",
            (parent,),
        )
        return [(row[0], row[1], json.loads(row[2])) for row in found]

    def part(self, kind: str, key: str) -> Json | None:
        """One part."""
        row = self._db.execute("SELECT body FROM part WHERE kind = ? AND id = ?", (kind, key)).fetchone()
        return json.loads(row[0]) if row else None

    def parts(self, kind: str) -> Iterator[tuple[str, Json]]:
        """All parts of a kind, with where they stood."""
        for row in self._db.cursor().execute("SELECT at, body FROM part WHERE kind = ? ORDER BY id", (kind,)):
            yield row[0], json.loads(row[1])


@contextmanager
def new_stage() -> Iterator[Stage]:
    """An empty stage in a temporary folder."""
    with TemporaryDirectory(prefix="setu-import-") as folder:
        stage = Stage(Path(folder) / "stage.db")
        try:
            yield stage
        finally:
            stage.close()
