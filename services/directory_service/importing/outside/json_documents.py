"""Documents of a JSON or NDJSON file, each with the line on which it begins; faults of the file in a sentence."""

import codecs
import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import IO, Any, TextIO

from directory_service.importing.outside.json_stream import (
    LARGEST_ITEM,
    ONE,
    REST,
    EndsEarly,
    NotJson,
    stream_json_items,
)
from directory_service.importing.outside.text_encoding import check_is_text, marked_encoding
from directory_service.importing.outside.unreadable import CannotRead, CutShort

_ID = re.compile(r'"id"\s*:\s*"([^"\\]{1,200})"')  # the first one of a broken line is most likely its own
_ENDS = frozenset({"unexpected end of data", "truncated data"})
_HEAD = 1 << 12


@dataclass(frozen=True)
class JsonDocument:
    """A document; `table` is the name of its list, "" for none. `single`: the file is nothing but this document."""

    table: str
    value: Any
    line: int
    fault: str = ""
    single: bool = False
    part: bool = False  # the file says that it is a page of several


def json_documents(name: str, file: IO[bytes], declared: str = "", *, lines: bool) -> Iterator[JsonDocument]:
    """Every document of the file. Raises CannotRead, of what was cut CutShort."""
    head = file.read(_HEAD)
    check_is_text(name, head, declared)
    file.seek(0)
    encoding = marked_encoding(head) or declared or "utf-8"
    text = io.TextIOWrapper(file, encoding=encoding)
    try:
        yield from _of_lines(name, text) if lines else _items(name, text)
    except EndsEarly as error:
        raise CutShort(f"{name} is not readable: it {error}") from None
    except UnicodeDecodeError as error:
        if error.reason in _ENDS:
            raise CutShort(f"{name} is cut short: it ends within a letter") from None
        raise CannotRead(f"{name} is not readable: it is not {codecs.lookup(encoding).name} text") from None
    except NotJson as error:
        raise CannotRead(f"{name} is not readable: it {error}") from None


def _items(name: str, text: TextIO) -> Iterator[JsonDocument]:
    count = 0
    for item in stream_json_items(text):
        if item.container == REST:
            if part := _is_part(name, item.value, count):
                yield JsonDocument("", None, item.line, part=part)
            continue
        count += item.container == "contents"
        table = item.container.removesuffix(".csv").removeprefix(ONE)
        yield JsonDocument(table, item.value, item.line, single=item.container == ONE)


def _is_part(name: str, page: dict[str, Any], count: int) -> bool:
    """Whether it is a page of several. Raises CutShort where the only page of a list holds less than it counts."""
    pages = page.get("total_pages")
    only = not isinstance(pages, int) or pages <= 1
    counted = page.get("total_items")
    if only and isinstance(counted, int) and counted > count:
        raise CutShort(f"{name} is cut short: it counts {counted} items and has {count}")
    return not only


def _is_about(value: Any) -> bool:
    """Whether the first line says whose the others are, and is none of them."""
    return isinstance(value, dict) and value.keys() == {"publication"}


def _of_lines(name: str, text: IO[str]) -> Iterator[JsonDocument]:
    for number, line in enumerate(iter(partial(text.readline, LARGEST_ITEM), ""), start=1):
        if len(line) == LARGEST_ITEM:
            raise NotJson(f"has an item that is too large or too deep (line {number})")
        if not line.strip():
            continue
        try:
            value = json.loads(line)
            if number > 1 or not _is_about(value):
                yield JsonDocument("", value, number)
        except (ValueError, RecursionError):
            if not line.endswith("\n"):
                raise CutShort(f"{name} is cut short: its last line, {number}, is not JSON") from None
            known = _ID.search(line)
            yield JsonDocument("", {"id": known[1]} if known else None, number, "the line is not JSON")
