"""Builder of .xls files: a compound file [MS-CFB] with one stream of records [MS-XLS], as small as can be."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from struct import pack

_SECTOR = 512
_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
Cell = tuple[int, int, str | float]  # row and column from 0


def old_workbook(path: Path, sheets: Mapping[str, Sequence[Cell]], dimensions: bytes = b"") -> Path:
    """`dimensions`: what each sheet says of its size (record 0x0200), if anything."""
    path.write_bytes(_compound(_workbook(sheets, dimensions)))
    return path


def _record(kind: int, content: bytes = b"") -> bytes:
    return pack("<HH", kind, len(content)) + content


def _begin(kind: int) -> bytes:
    return _record(0x0809, pack("<HHHHII", 0x0600, kind, 0, 0, 0, 0))


def _cell(cell: Cell) -> bytes:
    row, column, value = cell
    if isinstance(value, str):
        return _record(0x0204, pack("<HHHHB", row, column, 0, len(value), 0) + value.encode("ascii"))
    return _record(0x0203, pack("<HHHd", row, column, 0, value))


def _workbook(sheets: Mapping[str, Sequence[Cell]], dimensions: bytes) -> bytes:
    size = _record(0x0200, dimensions) if dimensions else b""
    bodies = [_begin(0x10) + size + b"".join(map(_cell, cells)) + _record(0x0A) for cells in sheets.values()]

    def head(offsets: Sequence[int]) -> bytes:
        named = zip(sheets, offsets, strict=True)
        bound = (_record(0x85, pack("<IBBBB", at, 0, 0, len(name), 0) + name.encode("ascii")) for name, at in named)
        return _begin(0x05) + _record(0x42, pack("<H", 1200)) + b"".join(bound) + _record(0x0A)

    offsets = [len(head([0] * len(sheets)))]
    for body in bodies[:-1]:
        offsets.append(offsets[-1] + len(body))
    return head(offsets) + b"".join(bodies)


def _compound(stream: bytes) -> bytes:
    """Sector 0 is the table of sectors, 1 the directory, the stream follows: at most 126 sectors, 64 kB."""
    sectors = max(8, -(-len(stream) // _SECTOR))
    table = [_FAT, _END, *range(3, sectors + 2), _END]
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + pack("<5H6x", 0x3E, 3, 0xFFFE, 9, 6)
    header += pack("<9I", 0, 1, 1, 0, 4096, _END, 0, _END, 0) + pack("<109I", 0, *[_FREE] * 108)
    directory = _entry("Root Entry", 5, 1, _END, 0) + _entry("Workbook", 2, _FREE, 2, sectors * _SECTOR)
    directory += _entry("", 0, _FREE, 0, 0) * 2
    free = [_FREE] * (_SECTOR // 4 - len(table))
    return header + pack("<128I", *table, *free) + directory + stream.ljust(sectors * _SECTOR, b"\0")


def _entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
    letters = name.encode("utf-16-le")
    length = len(letters) + 2 if name else 0
    return letters.ljust(64, b"\0") + pack("<HBB3I36xIQ", length, kind, 1, _FREE, _FREE, child, start, size)
