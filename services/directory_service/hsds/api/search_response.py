"""What was found, in the standard's `Page` envelope: ready-made answers with a few numbers before them.

Beyond the standard, and only where asked for: `facets`; `distances` (metres, in the order of the contents) with
`within` (the radius in metres that was searched) and `around` (the PIN code, or its beginning); and for a search by
body the header `X-Next-Cursor`, since it has no address to put into `Link`.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote_plus

from directory_service.finding.domain.search_request import SearchRequest
from directory_service.finding.use_cases.find_services import (
    SearchPage,
)
from directory_service.hsds.api.change_links import deletions_since

_encode = json.JSONEncoder(separators=(",", ":")).encode  # made once


@dataclass(frozen=True)
class SearchAddress:
    """The address of a search as its links need it: all up to the number of the page; and what went, if it is asked."""

    to_page: str
    deletions: str | None


def search_address(directory_url: str, path: str, parameters: Mapping[str, str]) -> SearchAddress:
    """The address of a search in which these parameters, known ones, stand in their order."""
    same = {name: value for name, value in parameters.items() if name not in {"page", "cursor"}}
    since = parameters.get("modified_after")
    deletions = None if since is None else deletions_since("service", since, directory_url)
    said = "".join([f"{name}={quote_plus(value)}&" for name, value in same.items()])
    return SearchAddress(f"{directory_url}{path}?{said}page=", deletions)


def found_body(rows: Sequence[memoryview], found: SearchPage, asked: SearchRequest) -> bytes:
    """The page."""
    head = _encode(_envelope(len(rows), found, asked))[:-1]
    parts: list[bytes | memoryview] = [b","] * (2 * len(rows) - 1)
    parts[::2] = rows
    return b"".join((head.encode(), b',"contents":[', *parts, b"]}"))  # the only copy of the answers


def found_headers(found: SearchPage, asked: SearchRequest, address: SearchAddress | None) -> list[tuple[str, str]]:
    """`X-Total-Count`, and `Link`; for a search by body, which has no address, the cursor instead."""
    headers = [("X-Total-Count", str(found.total))]
    if address is not None:
        if links := ", ".join(_links(found, asked, address)):
            headers.append(("Link", links))
    elif found.next:
        headers.append(("X-Next-Cursor", found.next))
    return headers


def _envelope(size: int, found: SearchPage, asked: SearchRequest) -> dict[str, Any]:
    envelope: dict[str, Any] = {
        "total_items": found.total,
        "total_pages": -(-found.total // asked.size),
        "page_number": asked.page,
        "size": size,
        "first_page": asked.page == 1,
        "last_page": found.next is None,
        "empty": not size,
    }
    if found.metres is not None:
        envelope["distances"] = found.metres
        envelope["within"] = found.within
    if found.around is not None:
        envelope["around"] = found.around
    if asked.facets:
        named = found.facets.items()
        envelope["facets"] = {name: [{"value": value, "count": n} for value, n in counts] for name, counts in named}
    return envelope


def _links(found: SearchPage, asked: SearchRequest, address: SearchAddress) -> Iterator[str]:
    pages = -(-found.total // asked.size)
    for name, number in (("first", 1), ("prev", asked.page - 1), ("next", asked.page + 1), ("last", pages)):
        if name == "next":
            if found.next is not None:
                yield f'<{address.to_page}{number}&cursor={found.next}>; rel="next"'
        elif 1 <= number <= pages:
            yield f'<{address.to_page}{number}>; rel="{name}"'
    if address.deletions:
        yield address.deletions
