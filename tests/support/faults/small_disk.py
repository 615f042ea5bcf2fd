"""A file system of a few megabytes, which a test fills to the brim."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from local_stack.system_accounts import Account
from support.faults.need_root import need_root


@contextmanager
def small_disk(place: Path, megabytes: int, account: Account | None = None) -> Iterator[Path]:
    """Mount one at a place, for one account of the system or for root; it is gone afterwards with all that it held."""
    need_root("mounting a small file system")
    place.mkdir(parents=True, exist_ok=True)
    owner = f",uid={account.uid},gid={account.gid}" if account else ""
    options = f"size={megabytes}m,mode=700{owner}"
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", options, "tmpfs", place], check=False, capture_output=True, text=True
    )
    if mounted.returncode:
        pytest.fail(f"this machine lets nobody mount: {mounted.stderr.strip()}")
    try:
        yield place
    finally:
        subprocess.run(["umount", "-l", place], check=True)


def fill(disk: Path) -> Path:
    """Leave no byte free; give the file that has to go to make room."""
    filling = disk / "filling"
    with filling.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(4096))
        except OSError:
            return filling
