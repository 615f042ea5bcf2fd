"""Detection of a file's encoding: by its byte order mark, by what its server said, else UTF-8.

A mark decides before everything else: UTF-8, UTF-16 and UTF-32 in either order. Tables of older office programs have
none and are no UTF-8 either; they are read as Windows-1252. Bytes that are no text at all are refused.
"""

import codecs
import re
from typing import IO

from directory_service.importing.outside.unreadable import CannotRead, CutShort

_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),  # begins like UTF-16's, so it comes first
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_HEAD = 1 << 16  # bytes
_NO_TEXT = re.compile(r"[\x00-\x08\x0e-\x19\x1c-\x1f\x7f]")
_OLD_OFFICE = "cp1252"


def marked_encoding(head: bytes) -> str:
    """The encoding that a byte order mark declares, "" without one."""
    return next((name for mark, name in _MARKS if head.startswith(mark)), "")


def head_text(head: bytes, declared: str = "") -> str:
    """What a file begins with, as far as its first bytes are text; "" where they are none."""
    encoding = marked_encoding(head) or declared or "utf-8"
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    return decoder.decode(head).lstrip("\ufeff \t\r\n")


def check_is_text(name: str, head: bytes, declared: str = "") -> None:
    """Raises CannotRead for a picture, a program, a document of an office."""
    text = head_text(head, declared)
    odd = len(_NO_TEXT.findall(text))
    if "\0" in text or odd * 50 > len(text):
        raise CannotRead(f"{name} is not readable: it is not text; UTF-16 needs a byte order mark")


def encoding_of(name: str, file: IO[bytes], declared: str = "") -> str:
    """The encoding of a whole file, which is left at its beginning. Raises CannotRead, CutShort."""
    head = file.read(_HEAD)
    encoding = marked_encoding(head)
    check_is_text(name, head, declared)
    file.seek(0)
    found = _checked(name, file, encoding or declared or "utf-8", certain=bool(encoding))
    file.seek(0)
    return found


def _checked(name: str, file: IO[bytes], encoding: str, *, certain: bool) -> str:
    """The same encoding, if every byte is in it; else, where nothing is certain, that of older office programs."""
    decoder, ascii_only = codecs.getincrementaldecoder(encoding)(), True
    try:
        while chunk := file.read(1 << 20):
            ascii_only = decoder.decode(chunk).isascii() and ascii_only
    except UnicodeDecodeError:
        if certain:
            raise CannotRead(f"{name} is not readable: it is not the {encoding} that its first bytes declare") from None
        return _OLD_OFFICE
    rest, _ = decoder.getstate()
    if rest and (certain or not ascii_only):
        raise CutShort(f"{name} is cut short: it ends within a letter")
    return _OLD_OFFICE if rest else encoding
