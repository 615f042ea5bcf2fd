"""Looks for words that must be nowhere, in every spelling in which something could have written them down.

Not a test module: `e2e/test_canary.py` says where to look. `control` words, which must be found, show that a look that
finds nothing has looked.
"""

import base64
import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path


def in_small_letters(word: str) -> Iterator[bytes]:
    """Spellings that may be in letters of any size: plain, hex, percent."""
    raw = word.encode()
    yield from (raw.lower(), raw.hex().encode(), "".join(f"%{byte:02x}" for byte in raw).encode())


def spellings(word: str) -> Iterator[bytes]:
    """Spellings in letters of one size: UTF-16, and base64 wherever in a longer text the word begins."""
    raw = word.encode()
    yield word.encode("utf-16-le")
    for offset in range(3):
        text = base64.b64encode(bytes(offset) + raw).rstrip(b"=")
        certain = text[4:] if offset else text  # what stands before the word shares its first letters
        yield certain[:-1] if (offset + len(raw)) % 3 else certain  # and what follows, the last


def found(words: Sequence[str], blob: bytes) -> set[str]:
    """The words that stand in it in any spelling."""
    small = blob.lower()
    return {
        word
        for word in words
        if any(spelling in small for spelling in in_small_letters(word))
        or any(each in blob for each in spellings(word))
    }


def found_in_files(words: Sequence[str], folders: Iterable[str]) -> dict[str, set[str]]:
    """File → the words that stand in it, for every readable file below the folders."""
    hits = {}
    for folder in folders:
        for place, _, names in os.walk(folder):
            for name in names:
                path = Path(place, name)
                if path.is_file() and (here := found(words, _read(path))):
                    hits[str(path)] = here
    return hits


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:  # a server tidied it away meanwhile
        return b""
