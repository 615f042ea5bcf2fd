"""Builds of the index in their folder: the link `current` names the one in use, and swapping it swaps the index.

A build is a folder beside the link, named by its format, so that a process of another version leaves it alone. Readers
that hold an old build go on reading it (its files are mapped) until they look at the link again. The time of the file
`followed` says until when the build in use holds everything.
"""

import os
import secrets
import shutil
import time
from contextlib import suppress
from pathlib import Path

from directory_service.finding.store.search.fields import FORMAT
from service_kit.clock import Clock

_LINK = "current"
_FOLLOWED = "followed"
_STALE = 3.0  # seconds; the worker says it once a second
_A_DAY = 86_400.0  # seconds


class NoIndex(LookupError):
    """There is no index that this process can read: it is being built, or of another version, or damaged.

    Its text is for everybody; `reason` is for the log.
    """

    def __init__(self, reason: str) -> None:
        super().__init__("The directory's index is being built. Try again in a few seconds.")
        self.reason = reason


def current_build(folder: Path | str) -> str:
    """The name of the build in use. Raises NoIndex."""
    try:
        name = str(Path(folder, _LINK).readlink())
    except OSError:
        raise NoIndex(f"{folder}: nothing is in use") from None
    if not name.startswith(f"{FORMAT}-"):
        raise NoIndex(f"{folder}: of another format")
    return name


def new_build(folder: Path) -> Path:
    """An empty folder for another build."""
    made = folder / f"{FORMAT}-{secrets.token_hex(6)}"
    made.mkdir(parents=True)
    return made


def put_in_use(build: Path) -> None:
    """From now on this build is the current one."""
    link = build.with_name(f"{build.name}.link")
    link.symlink_to(build.name)
    link.replace(build.with_name(_LINK))


def note_followed(folder: Path, at: float) -> None:
    """Say that the build in use holds all that was committed until `at` (seconds since 1970)."""
    note = folder / _FOLLOWED
    if not note.exists():
        note.touch()
    os.utime(note, (at, at))


def is_followed(folder: Path | str, clock: Clock) -> bool:
    """Whether that was said a moment ago: else there may be commits that the build in use does not know.

    A time that is still to come says nothing: the clock was set back, and who said it may be gone. So the clock is read
    after the file.
    """
    try:
        said = Path(folder, _FOLLOWED).stat().st_mtime
    except OSError:
        return False
    return 0 <= clock.now().timestamp() - said < _STALE


def sweep(folder: Path, left: Path | None) -> None:
    """Remove the build that one has just left, and what was begun a day ago and never put in use."""
    with suppress(NoIndex):
        used = current_build(folder)
        for path in folder.iterdir():
            if path.name not in {used, _LINK, _FOLLOWED} and (path == left or _is_old(path)):
                _remove(path)


def _is_old(path: Path) -> bool:
    with suppress(FileNotFoundError):
        return time.time() - path.lstat().st_mtime > _A_DAY
    return False


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
