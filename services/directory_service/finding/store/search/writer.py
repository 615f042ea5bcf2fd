"""Write a build of the index: entries in and out, and in the same commit how far the change feed has been followed.

The cursor is an entry of its own (`kind` is `cursor`), replaced in each commit: after a kill the index holds either
both or neither, and following the feed from its cursor makes good what was lost. The library locks a build for one
writer; the system drops that lock when a process dies.
"""

import json
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Self
from uuid import UUID

import tantivy

from directory_service.finding.store.search.answers import (
    AnswersWriter,
    Reach,
)
from directory_service.finding.store.search.entry import IndexEntry
from directory_service.finding.store.search.fields import (
    created,
    opened,
)

_HEAP = 32_000_000  # bytes


class Locked(RuntimeError):
    """Another process writes this build."""


class BuildWriter:
    """Writes one build; use it as a context, so that its threads end and its lock is given back."""

    def __init__(self, build: Path, reach: Reach | None = None, *, heap: int = _HEAP) -> None:
        """A new build, or one that has a commit with this reach.

        Raises ValueError or OSError for a damaged build, Locked where another process writes it.
        """
        self.build = build
        index = created(str(build)) if reach is None else opened(str(build))
        try:
            self._writer = index.writer(heap, 1)
        except ValueError as error:
            raise (Locked if "Lock" in str(error) else ValueError)(str(error)) from error
        self._answers = AnswersWriter(build, reach or Reach())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        """Forget what was not committed; wait for merges that run."""
        self._writer.rollback()
        self._writer.wait_merging_threads()
        self._answers.close()

    def add(self, entries: Iterable[IndexEntry]) -> None:
        """Put entries in that are known not to be there."""
        for entry in entries:
            entry.document.add_unsigned("answers_at", self._answers.append(entry.answers))
            self._writer.add_document(entry.document)

    def replace(self, ids: Iterable[UUID], entries: Iterable[IndexEntry]) -> None:
        """Take the services with these ids out, and put entries in."""
        for each in ids:
            self._writer.delete_documents_by_term("id", str(each))
        self.add(entries)

    def commit(self, *, feed: UUID | str, cursor: int, edited_at: float | None = None) -> None:
        """Make it so, together with the feed's cursor. Searchers see all of it or nothing.

        `edited_at`: see `reader.State`.
        """
        self._answers.sync()
        self._writer.delete_documents_by_term("kind", "cursor")
        state = tantivy.Document()
        said = {"feed": str(feed), "cursor": cursor, "answers": self._answers.reach, "edited_at": edited_at}
        state.add_text("kind", "cursor")
        state.add_bytes("state_of_index", json.dumps(said).encode())
        self._writer.add_document(state)
        self._writer.commit()
