"""`GET /api/figures`: the frozen figures that everybody may see, the newest month first. Public.

The same set as the page and the bus have. When not to use it: for what happened behind the wall, which no program gets.
"""

import base64
import binascii
import re
from datetime import date
from typing import Any

from flask import Response, jsonify, url_for
from marshmallow import Schema, fields, validate

from referral_service.store.frozen_figures import FrozenFigures, list_frozen
from service_kit.cursor import LARGEST_PAGE, USUAL_PAGE, BadCursor
from service_kit.identity import Scope
from service_kit.web.access.require import public
from service_kit.web.api import Blueprint
from service_kit.web.context import context
from setu.figures import EXACT, FEWER_THAN_10, ROUNDED, TABLES, TOO_FEW

_SUBJECT = re.compile(r"\d{4}-\d{2}-(?:district|state)-\d{1,5}")
blueprint = Blueprint("figures_api", __name__, url_prefix="/api/figures", description="Frozen monthly figures")


class FiguresQuery(Schema):
    """Of a district, or of a state with its districts (LGD codes); without either, of all."""

    limit = fields.Integer(load_default=USUAL_PAGE, validate=validate.Range(min=1, max=LARGEST_PAGE))
    cursor = fields.String(validate=validate.Length(max=200))
    district = fields.Integer(validate=validate.Range(min=1, max=99999))
    state = fields.Integer(validate=validate.Range(min=1, max=99))


class CellSchema(Schema):
    """One figure of `months`; `value` is null where it is hidden, and `shown` says how it is told."""

    table = fields.String(required=True, validate=validate.OneOf(list(TABLES)))
    row = fields.String(required=True)
    value = fields.Integer(required=True, allow_none=True)
    shown = fields.String(required=True, validate=validate.OneOf([ROUNDED, FEWER_THAN_10, EXACT, TOO_FEW]))
    months = fields.Integer(required=True, validate=validate.OneOf([1, 3]))


class FiguresSchema(Schema):
    """What is told of a place with a month; `district` is null for a state's own figures."""

    month = fields.String(required=True, metadata={"example": "2026-03"})
    state = fields.Integer(required=True)
    district = fields.Integer(required=True, allow_none=True)
    frozen_at = fields.DateTime(required=True)
    cells = fields.List(fields.Nested(CellSchema), required=True)


class FiguresPageSchema(Schema):
    """A page of them."""

    items = fields.List(fields.Nested(FiguresSchema), required=True)
    next = fields.String(required=True, allow_none=True)


@blueprint.route("", methods=["GET"])
@public
@blueprint.arguments(FiguresQuery(), location="query")
@blueprint.response(200, FiguresPageSchema)
def index(wanted: dict[str, Any]) -> Response:
    """List frozen figures, the newest month first. They never change; no need and no person can be asked for."""
    limit, where = wanted["limit"], {"district": wanted.get("district"), "state": wanted.get("state")}
    with context().db.transaction(Scope()) as session:
        found = list_frozen(session, **where, after=_decode(wanted.get("cursor")), limit=limit + 1)
    following = _encode(found[limit - 1]) if len(found) > limit else None
    more = None if following is None else url_for("figures_api.index", limit=limit, cursor=following, **where)
    return jsonify({"items": [_shape(each) for each in found[:limit]], "next": more})


def _shape(told: FrozenFigures) -> dict[str, object]:
    return {
        "month": f"{told.figures.month:%Y-%m}",
        "state": told.figures.state,
        "district": told.figures.district,
        "frozen_at": told.frozen_at.isoformat(),
        "cells": [cell._asdict() for cell in told.figures.cells],
    }


def _encode(last: FrozenFigures) -> str:
    return base64.urlsafe_b64encode(last.figures.subject.encode()).decode()


def _decode(cursor: str | None) -> tuple[date, str] | None:
    """The sort key behind a cursor: the subject begins with its month. Raises BadCursor for a made-up one."""
    if cursor is None:
        return None
    try:
        subject = base64.b64decode(cursor, altchars=b"-_", validate=True).decode("ascii")
        if not _SUBJECT.fullmatch(subject):
            raise BadCursor
        return date.fromisoformat(f"{subject[:7]}-01"), subject
    except (binascii.Error, ValueError) as wrong:
        raise BadCursor from wrong
