"""Datapackage file in its folder, named by its digest; the note `current.json` names the one in use.

One process writes (`write_lock`), many read. Promises: the note is replaced whole and names a file that was written to
the disk before, so a reader never gets half of one, whenever the writer dies. A reader that has opened a file reads it
to its end, also when it is removed meanwhile. All of it is derived: whoever deletes the folder loses nothing.
"""

import fcntl
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import file_digest
from pathlib import Path

from directory_service.hsds.store.package_state import PackageState
from service_kit import failpoints

_NOTE, _LOCK = "current.json", "lock"


@dataclass(frozen=True)
class PackageNote:
    """The file in use: its digest, the state that it was begun at, and when it was made (aware)."""

    digest: str
    state: PackageState
    made_at: datetime

    def may_be_shown(self, now: PackageState) -> bool:
        """Whether it is of this database, and no place has turned confidential since it was begun."""
        return (self.state.feed, self.state.hidden) == (now.feed, now.hidden) and self.state.last <= now.last


@dataclass(frozen=True)
class PackageFolder:
    """Where the file lies."""

    path: Path

    def file_of(self, note: PackageNote) -> Path:
        """The path of the file that the note names."""
        return self.path / f"{note.digest}.zip"

    def read_note(self) -> PackageNote | None:
        """The note of the file in use; None where there is none that this version can read, or no such file."""
        try:
            read = json.loads((self.path / _NOTE).read_bytes())
            note = PackageNote(read["digest"], PackageState(**read["state"]), datetime.fromisoformat(read["made_at"]))
        except (OSError, ValueError, LookupError, TypeError):
            return None
        return note if self.file_of(note).is_file() else None

    @contextmanager
    def write_lock(self) -> Iterator[bool]:
        """Whether this process is the one that writes now; the system gives the lock back when the process ends."""
        self.path.mkdir(parents=True, exist_ok=True)
        with (self.path / _LOCK).open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield False
            else:
                yield True

    def put_in_use(self, written: Path, state: PackageState, now: datetime) -> None:
        """Make the file that was written the one in use, and remove all others. Under the lock only."""
        with written.open("rb") as file:
            os.fsync(file.fileno())
            note = PackageNote(file_digest(file, "sha256").hexdigest()[:32], state, now)
        failpoints.reach(failpoints.FILE_WRITTEN)
        written.replace(self.file_of(note))
        failpoints.reach(failpoints.FILE_NAMED)
        unfinished = self.path / f"{_NOTE}.part"
        with unfinished.open("w") as text:
            json.dump({**asdict(note), "made_at": now.isoformat()}, text)
            text.flush()
            os.fsync(text.fileno())
        unfinished.replace(self.path / _NOTE)
        self._keep_only({self.file_of(note).name})

    def take_out_of_use(self) -> None:
        """Remove the file in use from the disk, and the note with it."""
        (self.path / _NOTE).unlink(missing_ok=True)
        for path in self.path.glob("*.zip"):
            path.unlink(missing_ok=True)

    def sweep(self) -> None:
        """Remove everything but the file in use: what a writer that died left. Under the lock only."""
        note = self.read_note()
        self._keep_only({self.file_of(note).name} if note else set())

    def _keep_only(self, names: set[str]) -> None:
        for path in self.path.iterdir():
            if path.name not in names | {_NOTE, _LOCK}:
                _remove(path)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        with suppress(FileNotFoundError):
            path.unlink()
