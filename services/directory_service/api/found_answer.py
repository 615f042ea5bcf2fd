"""What was found, in the standard's `Page` envelope: ready-made answers with a few numbers before them.

Beyond the standard, and only where asked for: `facets`, `distances` (metres, in the order of the contents), and for a
search by body the header `X-Next-Cursor`, since it has no address to put into `Link`.
"""

import json
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import quote_plus, urlencode

from flask import Response, request

from directory_service.api.change_links import deletions_link
from directory_service.use_cases.find_services import Asked, Found
from service_kit.web.context import context


def found_answer(rows: Sequence[memoryview], found: Found, asked: Asked) -> Response:
    """The page, with `Link` and `X-Total-Count`."""
    head = json.dumps(_envelope(len(rows), found, asked), separators=(",", ":"))[:-1]
    parts: list[bytes | memoryview] = [b","] * (2 * len(rows) - 1)
    parts[::2] = rows
    body = b"".join((head.encode(), b',"contents":[', *parts, b"]}"))  # the only copy of the answers
    response = Response(body, content_type="application/json")
    response.headers["X-Total-Count"] = str(found.total)
    if request.method != "POST":
        if links := ", ".join(_links(found, asked)):
            response.headers["Link"] = links
    elif found.next:
        response.headers["X-Next-Cursor"] = found.next
    return response


def _envelope(size: int, found: Found, asked: Asked) -> dict[str, Any]:
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
    if asked.facets:
        named = found.facets.items()
        envelope["facets"] = {name: [{"value": value, "count": n} for value, n in counts] for name, counts in named}
    return envelope


def _links(found: Found, asked: Asked) -> Iterator[str]:
    pages = -(-found.total // asked.size)
    same = {name: value for name, value in request.args.items() if name not in {"page", "cursor"}}
    address = f"{context().settings.directory_url}{request.path}?{urlencode({**same, 'page': ''})}"
    for name, number in (("first", 1), ("prev", asked.page - 1), ("next", asked.page + 1), ("last", pages)):
        if name == "next":
            if found.next is not None:
                yield f'<{address}{number}&cursor={quote_plus(found.next)}>; rel="next"'
        elif 1 <= number <= pages:
            yield f'<{address}{number}>; rel="{name}"'
    if deletions := deletions_link("service"):
        yield deletions
