"""`/api/notices`: the reader's own notices, and marking them as read.

The entity tag is a digest of the answer, so a reader may ask again every few seconds and mostly hears 304. For an
officer everything here comes from the own notices alone (row-level security lets nothing else be seen).
"""

import hashlib
from typing import Any, cast
from uuid import UUID

from flask import Response, jsonify, url_for
from marshmallow import Schema, fields, validate

from notification_service.domain.links import Links
from notification_service.domain.notices import is_meeting_off
from notification_service.domain.routing_table import KINDS
from notification_service.settings import Settings
from notification_service.store import notices
from notification_service.store.notices import NoticePage
from notification_service.store.tables import NoticeRow
from notification_service.use_cases.mark_read import mark_all_read, mark_read
from service_kit import cursor
from service_kit.web.access.require import principal, require
from service_kit.web.api import Blueprint
from service_kit.web.context import context
from service_kit.web.etag import if_none_match, not_modified, set_etag

blueprint = Blueprint("notices", __name__, url_prefix="/api/notices", description="What the reader was told")


class NoticesQuery(Schema):
    """Which part of the list."""

    limit = fields.Integer(load_default=cursor.USUAL_PAGE, validate=validate.Range(1, cursor.LARGEST_PAGE))
    cursor = fields.String(validate=validate.Length(1, 200), metadata={"description": "From `next` of the page before"})


class NoticeSchema(Schema):
    """One notice. What it says is its `kind`; the page behind `link` says the rest, after signing in."""

    id = fields.UUID(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(KINDS))
    reference = fields.String(required=True, allow_none=True)
    link = fields.URL(required=True, require_tld=False)
    due_at = fields.AwareDateTime(
        required=True, allow_none=True, metadata={"description": "A `meeting` without it is off."}
    )
    created_at = fields.AwareDateTime(required=True)
    read = fields.Boolean(required=True)


class NoticesSchema(Schema):
    """A page of notices, newest first; `unread` counts the whole list."""

    items = fields.List(fields.Nested(NoticeSchema), required=True)
    unread = fields.Integer(required=True)
    next = fields.String(required=True, allow_none=True)


@blueprint.route("", methods=["GET"])
@require()
@blueprint.arguments(NoticesQuery, location="query")
@blueprint.response(200, NoticesSchema)
@blueprint.alt_response(304, description="Nothing changed since the entity tag that you hold")
def list_notices(query: dict[str, Any]) -> Response:
    """The reader's own notices, newest first."""
    who, now = principal(), context().clock.now()
    limit, after = query["limit"], cursor.decode(query.get("cursor"))
    with context().db.transaction(who.scope) as session:
        page = notices.page(session, who, now=now, limit=limit, after=after)
    response = jsonify(_document(page, limit))
    tag = hashlib.sha256(response.get_data()).hexdigest()[:32]
    return not_modified(tag) if if_none_match(tag) else set_etag(response, tag)


@blueprint.route("/<uuid:notice_id>/read", methods=["POST"])
@require()
@blueprint.response(204)
@blueprint.alt_response(404, description="No such notice of yours")
def read_one(notice_id: UUID) -> None:
    """Mark one notice as read. Doing it twice changes nothing."""
    mark_read(context(), principal(), notice_id)


@blueprint.route("/read-all", methods=["POST"])
@require()
@blueprint.response(204)
def read_all() -> None:
    """Mark every notice that the reader has by now as read."""
    mark_all_read(context(), principal(), until=context().clock.now())


def _document(page: NoticePage, limit: int) -> dict[str, object]:
    following = None
    if page.more:
        last = page.items[-1]
        older = cursor.encode(last.created_at, last.id)
        following = url_for("notices.list_notices", limit=limit, cursor=older)
    return {"items": [_item(row) for row in page.items], "unread": page.unread, "next": following}


def _item(row: NoticeRow) -> dict[str, object]:
    return {
        "id": str(row.id),
        "kind": row.kind,
        "reference": row.reference,
        "link": _link(row),
        "due_at": row.due_at.isoformat() if row.due_at else None,
        "created_at": row.created_at.isoformat(),
        "read": row.read_at is not None,
    }


def _link(row: NoticeRow) -> str:
    is_off = is_meeting_off(row.kind, row.due_at)
    return _links().to(row.place, row.referral_id, principal().role, is_off=is_off, matter=row.matter)


def _links() -> Links:
    return cast("Settings", context().settings).links
