"""Checksums of a build's files: the library writes one at the end of each, and looks at it for few.

A file ends in a JSON footer with the CRC-32 of what is before it, the footer's length, and a magic number (tantivy's
index format 7). Reading a build of 100,000 services takes about a second, so only the worker looks, and only at start.
The answers' checksum stands in the commit.
"""

import json
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path

from directory_service.finding.store.search import answers
from directory_service.finding.store.search.answers import Reach

_PARTS = ("idx", "pos", "term", "store", "fast", "fieldnorm")
_MAGIC = 1337
_END = struct.Struct("<II")
_CHUNK = 4 * 1024 * 1024


def broken_files(build: Path, reach: Reach) -> list[str]:
    """Names of files that are missing, cut or changed; empty for a whole build whose commit has this reach."""
    try:
        meta = json.loads((build / "meta.json").read_bytes())
        names = list(_names(meta))
    except (OSError, ValueError, KeyError, TypeError):
        return ["meta.json"]
    broken = [name for name in names if not _is_whole(build / name)]
    return broken if answers.is_whole(build / answers.NAME, reach) else [*broken, answers.NAME]


def _names(meta: dict[str, list[dict[str, object]]]) -> Iterator[str]:
    for segment in meta["segments"]:
        stem = str(segment["segment_id"]).replace("-", "")
        yield from (f"{stem}.{part}" for part in _PARTS)
        deletes = segment.get("deletes")
        if isinstance(deletes, dict):
            yield f"{stem}.{deletes['opstamp']}.del"


def _is_whole(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            size = file.seek(0, 2)
            file.seek(size - _END.size)
            length, magic = _END.unpack(file.read(_END.size))
            body = size - _END.size - length
            file.seek(body)
            footer = json.loads(file.read(length))
            file.seek(0)
            found, left = 0, body
            while left > 0 and (chunk := file.read(min(_CHUNK, left))):
                found, left = zlib.crc32(chunk, found), left - len(chunk)
    except (OSError, ValueError, struct.error):
        return False
    return magic == _MAGIC and isinstance(footer, dict) and footer.get("crc") == found
