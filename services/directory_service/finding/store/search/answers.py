"""Append-only file of a build's ready-made answers: one after another, mapped and read where they lie.

An entry of the index says at which byte its answers begin, so a commit of the index is a state of both: what is added
to the file later is beyond its reach. The file is mapped, and its bytes are copied once, into the page that is sent:
some twenty times quicker than out of the library's own store. It only grows: what an edited service said before stays
in it, out of reach, until the build is replaced, which the worker does in the night after an edit.
"""

import mmap
import os
import zlib
from collections.abc import Iterable, Sequence
from pathlib import Path
from resource import RUSAGE_SELF, getrusage
from struct import Struct
from typing import NamedTuple

NAME = "answers"
KINDS = ("minimal", "summary", "full")
_HEAD = Struct("<3I")  # the lengths of the three
_CHUNK = 1 << 22
_LARGE = 1 << 30  # bytes, beyond which a file may not be held in memory
_USUAL = 1 << 14  # bytes that are read ahead of an answer
_AHEAD = 1_000  # lists of answers that are told after one that had to be waited for
_PAGE = mmap.PAGESIZE


class Reach(NamedTuple):
    """How far a commit goes: bytes of the file, and their CRC-32."""

    end: int = 0
    crc: int = 0


class AnswersWriter:
    """Adds to the file; one at a time, for the writer of the index holds its lock."""

    def __init__(self, build: Path, reach: Reach) -> None:
        """Go on after what is there, be it within reach or left by a writer that died. Raises ValueError, OSError."""
        self._file = (build / NAME).open("ab")
        self.reach = reach
        self._count(build / NAME)

    def _count(self, path: Path) -> None:
        with path.open("rb") as file:
            if file.seek(0, os.SEEK_END) < self.reach.end:
                raise ValueError("the answers are cut off")
            file.seek(self.reach.end)
            while block := file.read(_CHUNK):
                self._added(block)

    def append(self, answers: Sequence[bytes]) -> int:
        """Write the answers of one service, one of each kind; where they begin."""
        at = self.reach.end
        for block in (_HEAD.pack(*map(len, answers)), *answers):
            self._file.write(block)
            self._added(block)
        return at

    def _added(self, block: bytes) -> None:
        self.reach = Reach(self.reach.end + len(block), zlib.crc32(block, self.reach.crc))

    def sync(self) -> None:
        """Make sure that it is on the disk: what a commit points to must be there after a power failure."""
        self._file.flush()
        os.fsync(self._file.fileno())

    def close(self) -> None:
        """Write no more."""
        self._file.close()


class Answers:
    """The file as it was when it was opened; safe to share among threads."""

    def __init__(self, build: str, reach: Reach) -> None:
        """Raises ValueError where the file is shorter than the commit says, OSError where there is none."""
        with Path(build, NAME).open("rb") as file:
            if os.fstat(file.fileno()).st_size < reach.end:
                raise ValueError("the answers are cut off")
            mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) if reach.end else b""
        self._bytes = memoryview(mapped)
        self._waited, self._ahead = -1, 0
        self._large = mapped if isinstance(mapped, mmap.mmap) and reach.end > _LARGE else None

    def expect(self, places: Sequence[int]) -> None:
        """Say which answers are read next. Of a large file they may lie on the disk, which reads them side by side.

        Where all of it is in memory, saying so costs more than reading: it is done while this process has to wait
        for pages.
        """
        if self._large is None or len(places) < 2:
            return
        waited = getrusage(RUSAGE_SELF).ru_majflt
        if waited != self._waited:
            self._waited, self._ahead = waited, _AHEAD
        if self._ahead:
            self._ahead -= 1
            for place in places:
                self._large.madvise(mmap.MADV_WILLNEED, place // _PAGE * _PAGE, _USUAL)

    def at(self, places: Iterable[int], kind: str) -> list[memoryview]:
        """The answers of that kind of the services whose answers begin there; nothing is copied yet."""
        number, whole, head, found = KINDS.index(kind), self._bytes, _HEAD.size, list[memoryview]()
        for place in places:
            lengths = _HEAD.unpack_from(whole, place)
            start = place + head + sum(lengths[:number])
            found.append(whole[start : start + lengths[number]])
        return found


def is_whole(path: Path, reach: Reach) -> bool:
    """Whether the file still holds what the commit says."""
    crc, left = 0, reach.end
    with path.open("rb") as file:
        while left > 0 and (block := file.read(min(_CHUNK, left))):
            crc, left = zlib.crc32(block, crc), left - len(block)
    return left == 0 and crc == reach.crc
