"""A small file that unpacks to a line without end is refused, and its line never held whole."""

import io
from typing import Any

import pytest

from directory_service.importing.outside.csv_rows import csv_rows
from directory_service.importing.outside.json_documents import json_documents
from directory_service.importing.outside.unreadable import CannotRead

UNPACKED = 200 * 1024**2


class OneLetter(io.RawIOBase):
    """A file that begins with some bytes and goes on with one letter to its end; it takes no room."""

    def __init__(self, beginning: bytes) -> None:
        self._beginning, self._at = beginning, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, to: int, whence: int = io.SEEK_SET) -> int:
        self._at = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: UNPACKED}[whence] + to
        return self._at

    def tell(self) -> int:
        return self._at

    def readinto(self, room: Any) -> int:
        said = self._beginning[self._at : self._at + len(room)]
        said = said or b"a" * min(len(room), UNPACKED - self._at)
        room[: len(said)] = said
        self._at += len(said)
        return len(said)


@pytest.mark.parametrize("beginning", [b"", b"id,name\n1,", b'id,name\n1,"'])
def test_a_table_with_one_is_refused_before_it_is_through(beginning: bytes) -> None:
    file = OneLetter(beginning)

    with pytest.raises(CannotRead, match=r"list\.csv is not readable: it has a line of more than 64 million letters"):
        list(csv_rows("list.csv", io.BufferedReader(file)))

    assert file.tell() < UNPACKED / 2


def test_so_are_documents_in_lines() -> None:
    file = OneLetter(b'{"id": "1"}\n{"id": "')

    with pytest.raises(CannotRead, match=r"has an item that is too large or too deep \(line 2\)"):
        list(json_documents("list.ndjson", io.BufferedReader(file), lines=True))

    assert file.tell() < UNPACKED / 2
