"""`GET /api/changes`: what became different for the public, in order, for whoever keeps an exact copy.

Read from the beginning, or load a list and go on from its `Link: rel="monitor"`; then hand in each answer's `next` as
`since`. An entry says how its object is *now*: put its document in the place of the one held, or, where it is
`deleted`, drop it. Each object is in the feed once, at its latest change. Not a log: what something was before is
nowhere, so what a provider hid is hidden here as well.
"""

import json
from collections.abc import Iterator
from datetime import UTC
from typing import Any
from urllib.parse import urlencode

from flask import Response, request
from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from directory_service.hsds.api.finding_parameters import Codes
from directory_service.hsds.api.list_query import Flag, Moment
from directory_service.hsds.api.public_reading import bytes_answer
from directory_service.hsds.store.public_changes import FeedEntry, FeedFilter
from directory_service.hsds.use_cases.follow_changes import BEGINNING, AnotherFeed, FeedPage, follow_changes
from directory_service.listings.store.tables_changes import KINDS
from service_kit.cursor import LARGEST_PAGE, BadCursor
from service_kit.errors import FieldError
from service_kit.web.access.require import public
from service_kit.web.api import Blueprint
from service_kit.web.context import context
from service_kit.web.cors import any_origin
from service_kit.web.problems import Problem
from service_kit.web.site import own_base

blueprint = Blueprint("changes", __name__, url_prefix="/api/changes", description="Keeping a copy in step")
_PATHS = {
    "organization": "organizations",
    "service": "services",
    "service_at_location": "service_at_locations",
    "taxonomy": "taxonomies",
    "taxonomy_term": "taxonomy_terms",
}


class ChangesQuery(Schema):
    """Where to go on, and what of it is wanted; conditions combine as AND."""

    since = fields.String(
        load_default=BEGINNING,
        validate=validate.Length(1, 64),
        metadata={"description": "The `next` of the answer before; 0 or nothing: from the beginning."},
    )
    limit = fields.Integer(
        load_default=LARGEST_PAGE,
        validate=validate.Range(1, LARGEST_PAGE),
        metadata={"description": "Entries in an answer."},
    )
    type = Codes(validate.OneOf(KINDS), "Object types; any of them.")
    minimal = Flag(load_default=False, metadata={"description": "Leave the documents out."})
    deleted = Flag(load_default=False, metadata={"description": "true: only what is no longer public."})
    modified_after = Moment(
        metadata={
            "type": "string",
            "format": "date-time",
            "description": "With deleted=true: what went at this moment or later, for whoever polls lists by time.",
        }
    )

    @validates_schema
    def _fit_together(self, data: dict[str, Any], **_: Any) -> None:
        if "modified_after" in data and not data.get("deleted"):
            raise ValidationError(
                "This needs deleted=true beside it; whoever follows the feed hands in since.", "modified_after"
            )


class ChangeEntry(Schema):
    """One object: whole as its own address answers it, or `deleted`."""

    type = fields.String(required=True, validate=validate.OneOf(KINDS))
    id = fields.UUID(required=True)
    url = fields.URL(required=True)
    deleted = fields.Boolean(required=True)
    changed_at = fields.AwareDateTime(required=True)
    document = fields.Dict(metadata={"description": "Absent from what is deleted, and with minimal=true."})


class ChangesPage(Schema):
    """Some changes in order. `last_page`: there are no more at the moment; `next` is where to go on, also then."""

    size = fields.Integer(required=True)
    empty = fields.Boolean(required=True)
    last_page = fields.Boolean(required=True)
    next = fields.String(required=True)
    contents = fields.List(fields.Nested(ChangeEntry), required=True)


@blueprint.route("")
@public
@any_origin
@blueprint.arguments(ChangesQuery, location="query")
@blueprint.response(200, ChangesPage)
@blueprint.alt_response(410, description="The cursor is of a feed that no longer exists: begin again without since.")
def list_changes(query: dict[str, Any]) -> Response:
    """What changed for the public since a cursor, in order, with tombstones for what was deleted or withdrawn."""
    wanted = FeedFilter(
        kinds=query.get("type", ()),
        only_gone=query["deleted"],
        shown_since=query.get("modified_after"),
        documents=not query["minimal"],
    )
    try:
        with context().db.transaction() as session:
            followed = follow_changes(session, query["since"], wanted, query["limit"])
    except BadCursor:
        raise _problem(400, "bad-query", "This cursor is not valid for this feed.") from None
    except AnotherFeed:
        words = "This cursor belongs to a feed that no longer exists. Begin again without since."
        raise _problem(410, "gone", words) from None
    return _answer(followed)


def _problem(status: int, slug: str, detail: str) -> Problem:
    return Problem(status, slug, f"since: {detail}", [FieldError("since", detail)])


def _answer(followed: FeedPage) -> Response:
    entries = list(_entries(followed))
    head = {"size": len(entries), "empty": not entries, "last_page": not followed.more, "next": followed.next}
    started = json.dumps(head, separators=(",", ":"))[:-1].encode()
    answer = bytes_answer(b"".join((started, b',"contents":[', b",".join(entries), b"]}")))
    if followed.more:
        further = urlencode({**request.args, "since": followed.next})
        answer.headers["Link"] = f'<{own_base()}/api/changes?{further}>; rel="next"'
    return answer


def _entries(followed: FeedPage) -> Iterator[bytes]:
    for entry in followed.entries:
        told = json.dumps(_change_line(entry), separators=(",", ":")).encode()
        yield told if entry.document is None else b"".join((told[:-1], b',"document":', entry.document, b"}"))


def _change_line(entry: FeedEntry) -> dict[str, Any]:
    base = own_base()
    return {
        "type": entry.kind,
        "id": str(entry.object_id),
        "url": f"{base}/api/{_PATHS[entry.kind]}/{entry.object_id}",
        "deleted": entry.gone,
        "changed_at": entry.noted_at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
    }
