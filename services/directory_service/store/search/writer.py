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

from directory_service.store.search.fields import created, opened

_HEAP = 32_000_000  # bytes


class Locked(RuntimeError):
    """Another process writes this build."""


class BuildWriter:
    """Writes one build; use it as a context, so that its threads end and its lock is given back."""

    def __init__(self, build: Path, *, new: bool = False, heap: int = _HEAP) -> None:
        """Raises ValueError for a damaged build, Locked where another process writes it."""
        self.build = build
        index = created(str(build)) if new else opened(str(build))
        try:
            self._writer = index.writer(heap, 1)
        except ValueError as error:
            raise (Locked if "Lock" in str(error) else ValueError)(str(error)) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        """Forget what was not committed; wait for merges that run."""
        self._writer.rollback()
        self._writer.wait_merging_threads()

    def add(self, entries: Iterable[tantivy.Document]) -> None:
        """Put entries in that are known not to be there."""
        for entry in entries:
            self._writer.add_document(entry)

    def replace(self, ids: Iterable[UUID], entries: Iterable[tantivy.Document]) -> None:
        """Take the services with these ids out, and put entries in."""
        for each in ids:
            self._writer.delete_documents_by_term("id", str(each))
        self.add(entries)

    def commit(self, *, feed: UUID | str, cursor: int) -> None:
        """Make it so, together with the feed's cursor. Searchers see all of it or nothing."""
        self._writer.delete_documents_by_term("kind", "cursor")
        state = tantivy.Document()
        state.add_text("kind", "cursor")
        state.add_bytes("state_of_index", json.dumps({"feed": str(feed), "cursor": cursor}).encode())
        self._writer.add_document(state)
        self._writer.commit()
