"""Fields of an event's body, made from the life cycle's table: one marshmallow field for each kind.

When not to use it: for the screens, which read the same table (`pages/transition_forms.py`).
"""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validate

from referral_service.domain.candidates import MOST_CANDIDATES
from referral_service.domain.lifecycle import body_of
from referral_service.domain.release_date import NOT_KNOWN, TODAY
from referral_service.domain.transition_body import LONGEST_NOTE, TransitionBody
from referral_service.domain.transitions import Field

_REFERENCE = r"^R-[234679ACDEFGHJKLMNPQRTUVWXYZ]{4}-[234679ACDEFGHJKLMNPQRTUVWXYZ]{4}$"


class ReleaseDay(fields.String):
    """A date (RFC 3339), `today` or `unknown`; reads as a date or the word."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Any:
        said = super()._deserialize(value, attr, data, **kwargs)
        if said in {TODAY, NOT_KNOWN}:
            return said
        try:
            return date.fromisoformat(said)
        except ValueError:
            raise ValidationError(f"A date, {TODAY} or {NOT_KNOWN}.") from None


class EventSchema(Schema):
    """What the bodies of all events share: they load a `TransitionBody`."""

    @post_load
    def _to_body(self, data: Mapping[str, Any], **_: Any) -> TransitionBody:
        return TransitionBody(**data)


def body_schema(event: str) -> type[Schema]:
    """The body of an event as the table says."""
    found: dict[str, fields.Field[Any]] = {}
    for field in body_of(event):
        found |= _fields(field)
    return type(f"{event.title().replace('-', '')}EventSchema", (EventSchema,), found)


def _fields(field: Field) -> Mapping[str, fields.Field[Any]]:
    if field.kind == "services":
        length = validate.Length(min=1, max=MOST_CANDIDATES)
        return {"service_id": fields.UUID(), "candidates": fields.List(fields.UUID(), validate=length)}
    return {field.name: _KINDS[field.kind](field)}


def _code(field: Field) -> fields.String:
    return fields.String(required=field.required, validate=validate.OneOf(field.codes, error="Not one of the codes."))


def _note(field: Field) -> fields.String:
    some_text = validate.Regexp(r"(?s).*\S", error="Write something.")
    return fields.String(required=field.required, validate=[validate.Length(min=1, max=LONGEST_NOTE), some_text])


def _account(field: Field) -> fields.UUID:
    described = {"description": "the account of a case worker of the own provider; null: nobody"}
    return fields.UUID(required=field.required, allow_none=True, metadata=described)


def _prison(field: Field) -> fields.UUID:
    return fields.UUID(required=field.required, metadata={"description": "another prison of the directory"})


def _reference(field: Field) -> fields.String:
    return fields.String(required=field.required, validate=validate.Regexp(_REFERENCE, error="Not a reference."))


def _release(field: Field) -> ReleaseDay:
    described = {"description": "a date (2026-03-16), today or unknown", "example": TODAY}
    return ReleaseDay(required=field.required, metadata=described)


_KINDS: Mapping[str, Callable[[Field], fields.Field[Any]]] = {
    "code": _code,
    "date": lambda field: fields.Date(required=field.required),
    "moment": lambda field: fields.AwareDateTime(required=field.required),
    "text": _note,
    "account": _account,
    "prison": _prison,
    "reference": _reference,
    "release": _release,
}
