"""How every public read of the directory answers: ready-made bytes, a strong tag, 304, and open to every origin.

No serializer stands between the stored answer and the wire. Lists come in the standard's `Page` envelope, or as NDJSON
without paging. Not for answers to somebody signed in.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

from flask import Response, request, stream_with_context
from marshmallow import Schema, ValidationError, fields, pre_load, validate
from sqlalchemy import Select

from directory_service.store.read_listings import Item, Page, page_of, stream_of
from service_kit.web.context import context
from service_kit.web.etag import if_none_match, not_modified, set_etag
from service_kit.web.problems import Problem, not_found

LARGEST_PAGE, USUAL_PAGE = 100, 25
BLOCK = 1 << 16  # bytes of lines that are sent at once


class Flag(fields.Boolean):
    """`true` or `false`, as HSDS writes them."""

    truthy = {"true", "1", True}  # noqa: RUF012 # marshmallow's own declaration
    falsy = {"false", "0", False}  # noqa: RUF012


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
    """An ISO 8601 date or date-time; without an offset UTC is meant. `+` may arrive as a space."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> datetime:  # noqa: ARG002 # marshmallow's signature
        text = re.sub(r" (\d\d:?\d\d)\Z", r"+\1", str(value))
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            raise ValidationError("Must be a date and time such as 2026-11-24T12:00:00+05:30.") from None
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


class ListQuery(Schema):
    """What every list takes."""

    page = fields.Integer(load_default=1, strict=False, validate=validate.Range(1, 1_000_000))
    per_page = fields.Integer(load_default=USUAL_PAGE, validate=validate.Range(1, LARGEST_PAGE))
    format = fields.String(load_default="json", validate=validate.OneOf(["json", "ndjson"]))


#: What `format=ndjson` answers, for the OpenAPI document of a list.
AS_LINES: dict[str, Any] = {
    "responses": {200: {"content": {"application/x-ndjson": {"schema": {"type": "string"}}}}},
}


def versions_held() -> list[str]:
    """The versions that the client says it holds."""
    return re.findall(r'"(\d{1,10})"', request.headers.get("If-None-Match", ""))


def item_answer(item: Item | None) -> Response:
    """An item with its version as tag: 200, 304, 404, or 410 for an id that was deleted."""
    if item is None:
        raise not_found()
    if item.gone:
        raise Problem(410, "gone", "This entry was taken out of the directory.")
    if if_none_match(item.version):
        return opened(not_modified(item.version))
    return opened(whole_answer(item))


def whole_answer(item: Item) -> Response:
    """200 with the item, whatever the client holds."""
    response = set_etag(Response(item.document, content_type="application/json"), item.version)
    response.last_modified = item.modified_at
    return response


def rows_answer(chosen: Select[Any], column: Any, query: Mapping[str, Any]) -> Response:
    """The rows of a selection as a page or, `format=ndjson`, all of them as lines; `column` holds their answers."""
    if query["format"] == "ndjson":
        return lines_answer(_every(chosen, column))
    with context().db.transaction() as session:
        page = page_of(session, chosen, column, query["page"], query["per_page"])
    return page_answer(page, query["page"], query["per_page"])


def _every(chosen: Select[Any], column: Any) -> Iterator[bytes]:
    with context().db.transaction() as session:
        yield from stream_of(session, chosen, column)


def page_answer(page: Page, number: int, size: int) -> Response:
    """A page in the `Page` envelope, with `Link` and `X-Total-Count`; its tag is a digest of its bytes."""
    pages = -(-page.total // size)
    envelope = {
        "total_items": page.total,
        "total_pages": pages,
        "page_number": number,
        "size": len(page.rows),
        "first_page": number == 1,
        "last_page": number >= pages,
        "empty": not page.rows,
    }
    head = json.dumps(envelope, separators=(",", ":"))[:-1]
    response = bytes_answer(b"".join((head.encode(), b',"contents":[', b",".join(page.rows), b"]}")))
    response.headers["X-Total-Count"] = str(page.total)
    if request.method != "POST" and (links := ", ".join(_links(number, pages))):
        response.headers["Link"] = links
    return response


def bytes_answer(body: bytes, content_type: str = "application/json") -> Response:
    """Bytes with a digest as tag: 200 or 304."""
    tag = sha256(body).hexdigest()[:32]
    if if_none_match(tag):
        return opened(not_modified(tag))
    return opened(set_etag(Response(body, content_type=content_type), tag))


def lines_answer(rows: Iterable[bytes]) -> Response:
    """NDJSON, sent while it is read."""

    def lines() -> Iterator[bytes]:
        block, size = [], 0
        for row in rows:
            block.append(row)
            size += len(row)
            if size >= BLOCK:
                yield b"\n".join([*block, b""])
                block, size = [], 0
        if block:
            yield b"\n".join([*block, b""])

    return opened(Response(stream_with_context(lines()), content_type="application/x-ndjson"))


def opened(response: Response) -> Response:
    """Let a page of any origin read the answer."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Access-Control-Expose-Headers"] = "ETag, Last-Modified, Link, X-Total-Count"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def _links(number: int, pages: int) -> Iterator[str]:
    for name, target in (("first", 1), ("prev", number - 1), ("next", number + 1), ("last", pages)):
        if 1 <= target <= pages:
            query = urlencode({**request.args, "page": str(target)})
            yield f'<{context().settings.directory_url}{request.path}?{query}>; rel="{name}"'
