"""Atomic write: a file that is there whole, or is as it was before.

Why: a reader, or whoever comes after a crash, must never see half of a file. Promises: what is written goes to a file
beside it, which only its owner can read from its first byte on, is synced and takes the place of the old one; then the
folder is synced. Where writing fails the old file stays and nothing lies beside it. When not to use it: for a log, and
for a file that several processes write at once.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO


@contextmanager
def write_whole(path: Path) -> Iterator[IO[bytes]]:
    """What is written here is at `path` once the block ends well. Raises OSError. The folder must be there."""
    fresh = path.with_name(path.name + ".new")
    fresh.unlink(missing_ok=True)  # of a process that died: its mode would stay
    try:
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
        _sync_folder(path.parent)
    except BaseException:
        with suppress(OSError):  # the folder itself may be what is wrong
            fresh.unlink(missing_ok=True)
        raise


def _sync_folder(folder: Path) -> None:
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
