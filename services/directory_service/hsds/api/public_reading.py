"""How every public read of the directory answers: ready-made bytes, a strong tag, the time of the last change, 304.

No serializer stands between the stored answer and the wire. Lists come in the standard's `Page` envelope, or as NDJSON
without paging. Not for answers to somebody signed in.
"""

import json
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime, tzinfo
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from flask import Response, request, stream_with_context
from marshmallow import Schema, ValidationError, fields, post_load, pre_load, validate
from sqlalchemy import Select
from sqlalchemy.orm import Session

from directory_service.hsds.api.change_links import monitor_link, with_link
from directory_service.hsds.api.freshness import cache_database_answer
from directory_service.hsds.api.last_modified import dated, unmodified_since
from directory_service.hsds.store.read_listings import Page, Part, StoredDocument, page_of
from directory_service.hsds.use_cases.follow_changes import write_cursor
from directory_service.listings.store.change_feed import state_of_feed
from service_kit.errors import NotFound
from service_kit.web.context import context
from service_kit.web.etag import if_none_match, not_modified, set_etag
from service_kit.web.problems import Problem
from service_kit.web.site import own_base

LARGEST_PAGE, USUAL_PAGE = 100, 25
#: What lies beyond cannot be told in every zone, and nothing ever was or will be there.
_FIRST, _LAST = datetime(1000, 1, 1, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC)
BLOCK = 1 << 16  # bytes of lines that are sent at once


class Flag(fields.Boolean):
    """`true` or `false`, as HSDS writes them."""

    truthy = {"true", "True", "1", True}  # noqa: RUF012 # marshmallow's own declaration; Python's clients write True
    falsy = {"false", "False", "0", False}  # noqa: RUF012 # as above


def _is_json(field: fields.Field[Any], value: object) -> bool:
    """Whether a value in a body has the JSON type of the field, which in an address is always text."""
    if isinstance(field, Flag):
        return isinstance(value, bool)
    if isinstance(field, fields.Integer | fields.Float):
        return isinstance(value, int | float) and not isinstance(value, bool)
    return isinstance(value, str)


class InBody(Schema):
    """Makes a query schema one for a body: values must be of the JSON types that the document tells."""

    @pre_load
    def _json_types(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        known = self.load_fields
        wrong = [name for name, value in data.items() if name in known and not _is_json(known[name], value)]
        if wrong:
            raise ValidationError({name: ["Not the JSON type of this parameter."] for name in wrong})
        return data


class Moment(fields.Field[datetime]):
    """An ISO 8601 date or date-time; without an offset `zone` is meant. `+` may arrive as a space."""

    zone: tzinfo = UTC

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> datetime:
        text = re.sub(r" (\d\d:?\d\d)\Z", r"+\1", str(value))
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            raise ValidationError("Must be a date and time such as 2026-11-24T12:00:00+05:30.") from None
        moment = moment if moment.tzinfo else moment.replace(tzinfo=self.zone)
        return min(max(moment, _FIRST), _LAST)


class ListQuery(Schema):
    """What every list takes."""

    page = fields.Integer(
        load_default=1,
        strict=False,
        validate=validate.Range(1, 1_000_000),
        metadata={"description": "From 1; following Link: next is safer while others edit."},
    )
    per_page = fields.Integer(
        load_default=USUAL_PAGE,
        validate=validate.Range(1, LARGEST_PAGE),
        metadata={"description": "Entries on a page."},
    )
    format = fields.String(
        load_default="json",
        validate=validate.OneOf(["json", "ndjson"]),
        metadata={"description": "ndjson: everything, an entry a line, without pages."},
    )

    @post_load
    def _lines_have_no_pages(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        return data | {"page": 1} if data["format"] == "ndjson" else data


class RowsQuery(ListQuery):
    """What every list from the database takes; they are in the order of their ids."""

    cursor = fields.String(
        validate=validate.Regexp(r"\A[A-Za-z0-9_-]{22}\Z", error="This cursor is not valid for this list."),
        metadata={"description": "From Link: next; goes on exactly there."},
    )


#: What `format=ndjson` answers, for the OpenAPI document of a list.
AS_LINES: dict[str, Any] = {
    "responses": {200: {"content": {"application/x-ndjson": {"schema": {"type": "string"}}}}},
}


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


def rows_answer(kind: str, chosen: Select[Any], column: Any, query: Mapping[str, Any]) -> Response:
    """The rows of a selection as a page or, `format=ndjson`, all of them as lines; `column` holds their answers."""

    def some(session: Session, part: Part) -> Page:
        return page_of(session, chosen, column, part)

    return list_answer(kind, some, query)


def list_answer(
    kind: str,
    some: Callable[[Session, Part], Page],
    query: Mapping[str, Any],
) -> Response:
    """A list from the database: `some` reads a part.

    The tag is the state of the whole directory: it is read first, so that what it names is never older than it. Where
    the middle of a PIN code counts, the state does not say enough: a place has a part in it that no document shows.
    """
    whole, by_state = query["format"] == "ndjson", "postcode" not in query
    if by_state and not whole:
        cache_database_answer()
    with context().db.transaction() as session:
        state = state_of_feed(session)
        if by_state and (same := unchanged(state.tag, state.at)):
            return same
        page = None if whole else some(session, _part(query))
    if page is None:
        response = with_link(
            lines_answer(_every(some)), monitor_link(kind, write_cursor(state.feed.id, state.feed.last))
        )
        return tagged(response, state.tag, state.at) if by_state else response
    response = page_answer(page, _part(query))
    if by_state:
        return tagged(response, state.tag, state.at)
    tag = _digest(response.get_data())
    return unchanged(tag, None) or tagged(response, tag, None)


def _every(some: Callable[[Session, Part], Page]) -> Iterator[bytes]:
    """All rows, a hundred in a transaction: none is open while the client reads, however slowly."""
    after: UUID | None = UUID(int=0)
    while after is not None:
        with context().db.transaction() as session:
            page = some(session, Part(1, LARGEST_PAGE, after, counted=False))
        yield from page.rows
        after = page.after


def _part(query: Mapping[str, Any]) -> Part:
    cursor = query.get("cursor")
    return Part(query["page"], query["per_page"], UUID(bytes=urlsafe_b64decode(cursor + "==")) if cursor else None)


def page_answer(page: Page, part: Part) -> Response:
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
    cursor = urlsafe_b64encode(page.after.bytes).decode().rstrip("=") if page.after else None
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
