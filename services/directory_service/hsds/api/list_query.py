"""Query of a list: the parameters that lists have in common, in an address or in a body, and the request they make.

What leaves the schema is frozen: `ListRequest` for lists from the database; searching has its own.
"""

import re
from dataclasses import dataclass
from dataclasses import fields as dataclass_fields
from datetime import UTC, datetime, tzinfo
from typing import Any
from uuid import UUID

from marshmallow import Schema, ValidationError, fields, post_load, pre_load, validate, validates_schema

from directory_service.hsds.store.read_listings import ListPart, RowFilter
from service_kit.cursor import LARGEST_PAGE, USUAL_PAGE, decode_bytes

MOST_WORDS = 8
"""Each word that must stand in a row is looked for in every row."""
#: What lies beyond cannot be told in every zone, and nothing ever was or will be there.
_FIRST, _LAST = datetime(1000, 1, 1, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC)


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


def all_words(where: str) -> fields.String:
    """The parameter `search` of a list in which all words must stand; `where` ends its description."""
    described = {"description": f"All of these words (at most {MOST_WORDS}){where}."}
    return fields.String(validate=[validate.Length(max=200), _few_words], metadata=described)


def _few_words(text: str) -> None:
    if len(text.split()) > MOST_WORDS:
        raise ValidationError(f"Must be at most {MOST_WORDS} words.")


class InBody(Schema):
    """Makes a query schema one for a body: values must be of the JSON types that the document tells."""

    @pre_load
    def _json_types(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        known = self.load_fields
        wrong = [name for name, value in data.items() if name in known and not _is_json(known[name], value)]
        if wrong:
            raise ValidationError({name: ["This is not the JSON type of this parameter."] for name in wrong})
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


@dataclass(frozen=True)
class ListRequest:
    """Which rows of a list are wanted, and which part of them; `as_lines`: all of them as NDJSON.

    `full`: everything, not the one-to-one fields alone; `full_service`: and whole services inside.
    """

    part: ListPart
    rows: RowFilter
    as_lines: bool
    full: bool
    full_service: bool
    about: bool = False  # of the lines: who publishes them, in the first one


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
    about = Flag(
        load_default=False,
        metadata={"description": "With ndjson: the first line says publisher, licence and whom to name."},
    )

    @validates_schema
    def _about_lines(self, data: dict[str, Any], **_: Any) -> None:
        if data.get("about") and data.get("format") != "ndjson":
            raise ValidationError("This needs format=ndjson beside it.", "about")


class RowsQuery(ListQuery):
    """What every list from the database takes; they are in the order of their ids."""

    cursor = fields.String(
        validate=validate.Regexp(r"\A[A-Za-z0-9_-]{22}\Z", error="This cursor is not valid for this list."),
        metadata={"description": "From Link: next; goes on exactly there."},
    )

    @post_load
    def _to_request(self, data: dict[str, Any], **_: Any) -> ListRequest:
        as_lines, cursor = data["format"] == "ndjson", data.get("cursor")
        after = UUID(bytes=decode_bytes(cursor)) if cursor else None
        return ListRequest(
            ListPart(1 if as_lines else data["page"], data["per_page"], after),
            RowFilter(**{each.name: data[each.name] for each in dataclass_fields(RowFilter) if each.name in data}),
            as_lines=as_lines,
            full=data.get("full", False),
            full_service=data.get("full_service", False),
            about=data["about"],
        )
