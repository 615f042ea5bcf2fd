"""Decompress a file that is gzip, whether it was stored so or sent with `Content-Encoding: gzip`."""

import gzip
from pathlib import Path

LARGEST = 4 * 1024**3  # bytes, decompressed
_MAGIC = b"\x1f\x8b"


def ungzipped(path: Path, folder: Path) -> Path:
    """The same path, or that of a decompressed copy in the folder.

    Raises EOFError where the end of the gzip is missing, OSError or zlib.error where it is damaged.
    """
    if not path.is_file() or not _is_gzip(path):
        return path
    copy = folder / "decompressed" / path.name.removesuffix(".gz")
    copy.parent.mkdir(exist_ok=True)
    taken = 0
    with gzip.open(path) as packed, copy.open("wb") as file:
        while chunk := packed.read(1 << 20):
            taken += len(chunk)
            if taken > LARGEST:
                raise ValueError("it is larger than 4 GB")
            file.write(chunk)
    return copy


def _is_gzip(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(2) == _MAGIC
