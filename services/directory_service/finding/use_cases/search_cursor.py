"""Cursor of an ordered list of services, opaque to clients: which tier, and the sort key of the last one shown."""

import json
from dataclasses import dataclass
from typing import Any

from service_kit.cursor import BadCursor, decode_bytes, encode_bytes
from service_kit.storable import is_storable

_LARGEST, _MOST_TIERS = 2**64, 256
_encode = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False).encode  # made once: every page has a cursor


@dataclass(frozen=True)
class SearchCursor:
    """After the entry with this sort key: a number, a text, [metres, number] or [metres, days, number].

    Where others have the same number: [number, number of the id].
    """

    tier: int
    key: Any


def write_search_cursor(order: str, cursor: SearchCursor) -> str:
    """The text of a cursor for an order; it stands in an address as it is."""
    return encode_bytes(_encode([order, cursor.tier, cursor.key]).encode())


def read_search_cursor(text: str, order: str, *, near: bool) -> SearchCursor:
    """What it says; raises BadCursor, also for a cursor of another order, or of one that goes by distances or does not.

    `near`: the search is around a point.
    """
    try:
        kept_order, tier, key = json.loads(decode_bytes(text))
    except (ValueError, TypeError, RecursionError):
        raise BadCursor from None
    if kept_order != order or type(tier) is not int or not 0 <= tier < _MOST_TIERS or not _fits(order, key, near=near):
        raise BadCursor
    return SearchCursor(tier, key)


def _fits(order: str, key: object, *, near: bool) -> bool:
    if order == "name":
        return isinstance(key, str) and is_storable(key.replace("\0", ""))  # a NUL stands before the id
    size = 3 if near and order == "relevance" else 2
    if isinstance(key, list):
        return len(key) == size and all(_is_number(each) for each in key)
    return size == 2 and order != "distance" and _is_number(key)


def _is_number(value: object) -> bool:
    return type(value) is int and 0 <= value < _LARGEST
