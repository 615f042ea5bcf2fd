"""Streaming reader of a JSON file of any length, an item at a time: memory holds one item, not the file.

Items are the members of a top-level list, or of the lists of a top-level object that have a name of `CONTAINERS` (a
page's `contents`, `services` …). Any other file is one item. Not for NDJSON, whose lines are items by themselves.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TextIO

CONTAINERS = frozenset({"contents", "organizations", "services", "locations", "taxonomies", "taxonomy_terms"})
CHUNK = 1 << 16
LARGEST_ITEM = 64 * 1024 * 1024  # characters
ONE, REST = ".", "#"
_SPACE = " \t\r\n"
_LONGEST_WORD = 12  # characters of a literal, a number or an escape that the end may have cut


class NotJson(ValueError):
    """The text stops being JSON; the message says at which line."""


class EndsEarly(NotJson):
    """What is there is JSON, but its end is missing."""


@dataclass(frozen=True)
class JsonItem:
    """A value, the name of the list it stood in ("" for a nameless one, ONE for none), and the line it begins at."""

    container: str
    value: Any
    line: int


def stream_json_items(file: TextIO) -> Iterator[JsonItem]:
    """Every item, in order; last of all what else a top-level object said, as the item of the container REST."""
    cursor = _Cursor(file)
    opening = cursor.peek()
    if opening == "[":
        yield from _members(cursor, "")
    elif opening == "{":
        yield from _object(cursor)
    else:
        raise cursor.fault("is not JSON")
    if cursor.peek():
        raise cursor.fault("has more after its end")


def _object(cursor: "_Cursor") -> Iterator[JsonItem]:
    line, rest, streamed = cursor.line, {}, False
    cursor.take("{")
    while cursor.peek() != "}":
        key = cursor.value()
        if not isinstance(key, str):
            raise cursor.fault("has a name that is not text")
        cursor.take(":")
        if cursor.peek() == "[" and (key in CONTAINERS or key.endswith(".csv")) and "id" not in rest:
            streamed = True
            yield from _members(cursor, key)
        else:
            rest[key] = cursor.value()
        if cursor.peek() != "}":
            cursor.take(",")
    cursor.take("}")
    yield JsonItem(REST if streamed else ONE, rest, line)


def _members(cursor: "_Cursor", container: str) -> Iterator[JsonItem]:
    cursor.take("[")
    while cursor.peek() != "]":
        line = cursor.line
        yield JsonItem(container, cursor.value(), line)
        if cursor.peek() != "]":
            cursor.take(",")
    cursor.take("]")


class _Cursor:
    """The part of the text that has been read and not been used yet."""

    def __init__(self, file: TextIO) -> None:
        self._file, self._text, self._at, self._ended = file, "", 0, False
        self._decoder = json.JSONDecoder()
        self.line = 1

    def peek(self) -> str:
        """The next character that is no space; "" at the end."""
        while True:
            while self._at < len(self._text) and self._text[self._at] in _SPACE:
                self._step(self._at + 1)
            if self._at < len(self._text):
                return self._text[self._at]
            if not self._more():
                return ""

    def take(self, wanted: str) -> None:
        """Go past a character that must come next."""
        there = self.peek()
        if not there:
            raise self.end()
        if there != wanted:
            raise self.fault(f"is not JSON: there should be a {wanted}")
        self._step(self._at + 1)

    def value(self) -> Any:
        """The value that comes next, whole."""
        self.peek()
        size = CHUNK
        while True:
            try:
                found, end = self._decoder.raw_decode(self._text, self._at)
            except (json.JSONDecodeError, RecursionError) as error:
                if isinstance(error, RecursionError) or len(self._text) - self._at > LARGEST_ITEM:
                    raise self.fault("has an item that is too large or too deep") from None
                if not self._more(size):
                    raise (self.end() if self._is_cut(error) else self.fault("is not JSON")) from None
                size *= 2
                continue
            if end < len(self._text) or not self._more(size):
                self._step(end)
                return found

    def fault(self, what: str) -> NotJson:
        """The error to raise."""
        return NotJson(f"{what} (line {self.line})")

    def end(self) -> NotJson:
        """The error to raise where the text ends too early."""
        return EndsEarly(f"is not JSON (line {self.line}): it is cut short")

    def _is_cut(self, error: json.JSONDecodeError) -> bool:
        """Whether a value stops being JSON only where the text ends."""
        return error.msg.startswith("Unterminated string") or len(self._text) - error.pos < _LONGEST_WORD

    def _step(self, to: int) -> None:
        self.line += self._text.count("\n", self._at, to)
        self._at = to

    def _more(self, size: int = CHUNK) -> bool:
        if self._ended:
            return False
        chunk = self._file.read(size)
        self._ended = not chunk
        self._text, self._at = self._text[self._at :] + chunk, 0
        return not self._ended
