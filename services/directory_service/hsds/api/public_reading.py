"""Responses of every public read: ready-made bytes, a strong tag, the time of the last change, 304.

No serializer stands between the stored answer and the wire. Lists come in the standard's `Page` envelope, or as NDJSON
without paging. Not for answers to somebody signed in.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from itertools import chain
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from flask import Response, request, stream_with_context
from sqlalchemy import Select
from sqlalchemy.orm import Session

from directory_service.hsds.api.change_links import monitor_link, with_link
from directory_service.hsds.api.freshness import cache_database_answer
from directory_service.hsds.api.last_modified import dated, unmodified_since
from directory_service.hsds.api.list_query import ListRequest
from directory_service.hsds.domain.publication import Publication
from directory_service.hsds.store.read_listings import ListPart, Page, StoredDocument, page_of
from directory_service.hsds.use_cases.follow_changes import write_feed_cursor
from directory_service.listings.store.change_feed import state_of_feed
from service_kit.cursor import LARGEST_PAGE, encode_bytes
from service_kit.errors import NotFound
from service_kit.web.context import context, dependency
from service_kit.web.etag import if_none_match, not_modified, set_etag
from service_kit.web.problems import Problem
from service_kit.web.site import own_base

BLOCK = 1 << 16  # bytes of lines that are sent at once


#: What `format=ndjson` answers, for the OpenAPI document of a list.
AS_LINES: Mapping[str, Any] = {"application/x-ndjson": {"schema": {"type": "string"}}}


def item_answer(item: StoredDocument | None) -> Response:
    """An item with its version as tag: 200, 304, 404, or 410 for an id that was deleted."""
    if item is None:
        raise NotFound
    if item.gone:
        raise Problem(410, "gone", "This entry was taken out of the directory.")
    if item.document is None:
        return dated(not_modified(item.version), item.modified_at, context().clock.now())
    return unchanged(str(item.version), item.modified_at) or whole_answer(item)


def whole_answer(item: StoredDocument) -> Response:
    """200 with the item, whatever the client holds; the document must have been read."""
    if item.document is None:
        raise ValueError("without its document an item has no whole answer")
    response = set_etag(Response(item.document, content_type="application/json"), item.version)
    return dated(response, item.modified_at, context().clock.now())


def unchanged(tag: str, at: datetime | None) -> Response | None:
    """304 to a GET from whoever holds this, by its tag or by its time; `at` as in `tagged`."""
    if request.method == "POST" or not (if_none_match(tag) or unmodified_since(at)):
        return None
    return dated(not_modified(tag), at, context().clock.now())


def tagged(response: Response, tag: str, at: datetime | None) -> Response:
    """The answer to a GET with its tag and, where it is known since when it is the same, that time."""
    if request.method == "POST":
        return response
    return dated(set_etag(response, tag), at, context().clock.now())


def rows_answer(kind: str, chosen: Select[Any], column: Any, wanted: ListRequest) -> Response:
    """The rows of a selection as a page or, `format=ndjson`, all of them as lines; `column` holds their answers."""

    def read_part(session: Session, part: ListPart) -> Page:
        return page_of(session, chosen, column, part)

    return list_answer(kind, read_part, wanted)


def list_answer(
    kind: str,
    read_part: Callable[[Session, ListPart], Page],
    wanted: ListRequest,
) -> Response:
    """A list from the database, read part by part.

    The tag is the state of the whole directory: it is read first, so that what it names is never older than it. Where
    the middle of a PIN code counts, the state does not say enough: a place has a part in it that no document shows.
    """
    by_state = wanted.rows.postcode is None
    if by_state and not wanted.as_lines:
        cache_database_answer()
    with context().db.transaction() as session:
        state = state_of_feed(session)
        tag, head = lines_head(state.tag) if wanted.about else (state.tag, ())
        if by_state and (same := unchanged(tag, state.at)):
            return same
        page = None if wanted.as_lines else read_part(session, wanted.part)
    if page is None:
        response = with_link(
            lines_answer(chain(head, _every_row(read_part))),
            monitor_link(kind, write_feed_cursor(state.feed.id, state.feed.last)),
        )
        return tagged(response, tag, state.at) if by_state else response
    response = page_answer(page, wanted.part)
    if by_state:
        return tagged(response, state.tag, state.at)
    tag = _digest(response.get_data())
    return unchanged(tag, None) or tagged(response, tag, None)


def _every_row(read_part: Callable[[Session, ListPart], Page]) -> Iterator[bytes]:
    """All rows, a hundred in a transaction: none is open while the client reads, however slowly."""
    after: UUID | None = UUID(int=0)
    while after is not None:
        with context().db.transaction() as session:
            page = read_part(session, ListPart(1, LARGEST_PAGE, after, counted=False))
        yield from page.rows
        after = page.after


def page_answer(page: Page, part: ListPart) -> Response:
    """A page in the `Page` envelope, with `Link` and `X-Total-Count`."""
    envelope = {
        "total_items": page.total,
        "total_pages": -(-page.total // part.size),
        "page_number": part.page,
        "size": len(page.rows),
        "first_page": part.page == 1,
        "last_page": page.after is None,
        "empty": not page.rows,
    }
    head = json.dumps(envelope, separators=(",", ":"))[:-1]
    body = b"".join((head.encode(), b',"contents":[', b",".join(page.rows), b"]}"))
    response = Response(body, content_type="application/json")
    response.headers["X-Total-Count"] = str(page.total)
    cursor = encode_bytes(page.after.bytes) if page.after else None
    if request.method != "POST":
        if links := ", ".join(_links(part.page, envelope["total_pages"], cursor)):
            response.headers["Link"] = links
    elif cursor:
        response.headers["X-Next-Cursor"] = cursor
    return response


def bytes_answer(body: bytes, content_type: str = "application/json") -> Response:
    """Bytes with a digest as tag: 200 or 304."""
    tag = _digest(body)
    return unchanged(tag, None) or set_etag(Response(body, content_type=content_type), tag)


def _digest(body: bytes) -> str:
    return sha256(body).hexdigest()[:32]


def lines_head(tag: str) -> tuple[str, Sequence[bytes]]:
    """The first of all lines: who publishes them, as `/api/` says it; and the tag of lines that begin so."""
    line = json.dumps({"publication": dependency(Publication).told()}, ensure_ascii=False).encode()
    return f"{tag}-{_digest(line)[:8]}", [line]


def lines_answer(rows: Iterable[bytes | memoryview]) -> Response:
    """NDJSON, sent while it is read."""

    def lines() -> Iterator[bytes]:
        block: list[bytes | memoryview] = []
        size = 0
        for row in rows:
            block.append(row)
            size += len(row)
            if size >= BLOCK:
                yield b"\n".join([*block, b""])
                block, size = [], 0
        if block:
            yield b"\n".join([*block, b""])

    return Response(stream_with_context(lines()), content_type="application/x-ndjson")


def _links(number: int, pages: int, cursor: str | None) -> Iterator[str]:
    same = {name: value for name, value in request.args.items() if name not in {"page", "cursor"}}
    for name, target in (("first", 1), ("prev", number - 1), ("next", number + 1), ("last", pages)):
        there = cursor is not None if name == "next" else 1 <= target <= pages
        if there:
            query = same | {"page": str(target)} | ({"cursor": str(cursor)} if name == "next" else {})
            yield f'<{own_base()}{request.path}?{urlencode(query)}>; rel="{name}"'
