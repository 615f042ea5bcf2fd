"""The parameters by which services are found, in an address or in a body, and what they mean.

Every condition must hold. `needs` and the yes-or-no statements: all of those given; other comma lists: any of them.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from marshmallow import ValidationError, fields, post_load, validate, validates_schema

from directory_service.finding.domain.search_request import (
    FACETS,
    SORTS,
    Point,
    Search,
    SearchRequest,
)
from directory_service.hsds.api.list_query import Flag, ListQuery, Moment
from directory_service.hsds.api.service_conditions import ServiceConditions
from directory_service.listings.domain.attributes import (
    ACCEPTING,
    COSTS,
    FLAGS,
    GENDERS,
    SERVICE_STATUSES,
)
from directory_service.listings.domain.pin_codes import as_pin_code
from setu.india import INDIA
from setu.needs import CODES

_CODE = validate.Regexp(r"\A[0-9]{1,6}\Z", error="Must be a code of the Local Government Directory.")
_STATE = validate.Regexp(r"\A([0-9]{1,4}|IN-[A-Z]{2})\Z", error="Must be an LGD code or an ISO 3166-2 code.")
_LANGUAGE = validate.Regexp(r"\A[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,4}\Z", error="Must be a language code such as hi.")
_MOST_KILOMETRES = 100


class Codes(fields.Field[tuple[str, ...]]):
    """Values separated by commas, each once: in an address an array of OpenAPI's style `form`, in a body one text."""

    def __init__(self, check: validate.OneOf | validate.Regexp, description: str) -> None:
        one = _one_of(check)
        usual = {"type": "string", "minLength": 1, "maxLength": 400, "description": description}
        super().__init__(metadata={**usual, "pattern": f"^(?:{one})(?:,(?:{one}))*$", "x-items": _items(check)})
        self._check = check

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> tuple[str, ...]:
        if not isinstance(value, str) or not value or len(value) > 400:
            raise ValidationError("Must be one or more codes with commas between.")
        codes = tuple(dict.fromkeys(value.split(",")))
        for code in codes:
            self._check(code)
        return codes


def _items(check: validate.OneOf | validate.Regexp) -> dict[str, Any]:
    """What one of the values may be, as JSON Schema."""
    if isinstance(check, validate.OneOf):
        return {"type": "string", "enum": list(check.choices)}
    return {"type": "string", "pattern": check.regex.pattern}


def _one_of(check: validate.OneOf | validate.Regexp) -> str:
    """An expression for one of the values."""
    if isinstance(check, validate.OneOf):
        return "|".join(map(re.escape, check.choices))
    return str(check.regex.pattern).removeprefix(r"\A").removesuffix(r"\Z")


class Near(fields.Field[Any]):
    """`latitude,longitude` in degrees (WGS 84), or a PIN code."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> Point | str:
        if code := as_pin_code(str(value)):
            return code
        try:
            latitude, longitude = (float(part) for part in str(value).split(","))
        except ValueError:
            raise ValidationError("Must be latitude,longitude or a PIN code of six digits.") from None
        if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
            raise ValidationError("Must be latitude,longitude on this Earth.")
        return Point(latitude, longitude)


class _HereAndThen(Moment):
    zone = INDIA


@dataclass(frozen=True)
class FindingRequest:
    """A search for services, which of the ready-made answers it wants, and whether all of them as NDJSON (`as_lines`).

    `open_now`: what is open at the minute of asking. `as_features`: their places as GeoJSON.
    """

    search: SearchRequest
    which: str
    open_now: bool
    as_lines: bool
    as_features: bool
    about: bool = False  # of the lines: who publishes them, in the first one

    def at(self, now: datetime) -> SearchRequest:
        """The search at this moment (aware)."""
        if not self.open_now:
            return self.search
        return replace(self.search, search=replace(self.search.search, open_at=now.replace(second=0, microsecond=0)))


class _Finding(ServiceConditions, ListQuery):
    """The standard's parameters of the list of services, and the profile's."""

    search = fields.String(
        validate=validate.Length(max=200),
        metadata={
            "description": "Words in any language; slips of typing are forgiven. Of more than eight those count that"
            " are known, then the longest."
        },
    )
    minimal = Flag(load_default=False, metadata={"description": "Only id, name, status and modified_date."})
    format = fields.String(
        load_default="json",
        validate=validate.OneOf(["json", "ndjson", "geojson"]),
        metadata={
            "description": "ndjson: everything, an entry a line, without pages. geojson: where a page's services are."
        },
    )
    needs = Codes(validate.OneOf(sorted(CODES)), "Codes of needs; all of them are served.")
    district = Codes(_CODE, "LGD codes; any of them is served.")
    state = Codes(_STATE, "LGD or ISO 3166-2 codes of states; any of them is served.")
    gender = Codes(validate.OneOf(GENDERS), "Any of them is served.")
    language = Codes(_LANGUAGE, "BCP 47 codes; any of them is spoken.")
    accepting = Codes(validate.OneOf(ACCEPTING), "Any of open, waiting_list, closed.")
    cost = Codes(validate.OneOf(COSTS), "Any of free, low_cost, charged.")
    status = fields.String(validate=validate.OneOf(SERVICE_STATUSES), metadata={"description": "In this status."})
    age = fields.Integer(
        validate=validate.Range(0, 120), metadata={"description": "Age in years of the person who seeks help."}
    )
    admits_children = fields.Integer(
        validate=validate.Range(0, 17), metadata={"description": "Age in years of a child who comes along."}
    )
    open_at = _HereAndThen(
        metadata={
            "type": "string",
            "format": "date-time",
            "description": "Open at this moment; without an offset India's time is meant, as in hours.",
        }
    )
    open_now = Flag(metadata={"description": "Open at this minute, in the time of India."})
    near = Near(
        metadata={"type": "string", "description": "latitude,longitude or a PIN code; finds no confidential place."}
    )
    radius = fields.Float(
        validate=validate.Range(0.1, _MOST_KILOMETRES, error="Must be from {min} to {max} kilometres."),
        metadata={"description": "Kilometres around near; else 25."},
    )
    sort = fields.String(
        validate=validate.OneOf(SORTS),
        metadata={"description": "Unless told: relevance with search, distance with near, else id (moved by no edit)."},
    )
    facets = Codes(validate.OneOf(FACETS), "Count these values among everything found.")
    cursor = fields.String(
        validate=validate.Length(1, 1000), metadata={"description": "From Link: next; goes on exactly there."}
    )

    @validates_schema
    def _fit_together(self, data: dict[str, Any], **_: Any) -> None:
        if data.get("open_now") and "open_at" in data:
            raise ValidationError("Cannot be combined with open_at.", "open_now")
        if "near" not in data and ("radius" in data or data.get("sort") == "distance"):
            raise ValidationError("This needs near beside it.", "radius" if "radius" in data else "sort")

    @post_load
    def _to_request(self, data: dict[str, Any], **_: Any) -> FindingRequest:
        as_lines = data["format"] == "ndjson"
        search = SearchRequest(
            search=_search_of(data),
            sort=data.get("sort"),
            page=1 if as_lines else data["page"],
            size=data["per_page"],
            cursor=data.get("cursor"),
            facets=data.get("facets", ()),
        )
        as_features = data["format"] == "geojson"
        which = "full" if data["full"] or as_features else "minimal" if data["minimal"] else "summary"
        open_now = bool(data.get("open_now"))
        return FindingRequest(
            search, which, open_now=open_now, as_lines=as_lines, as_features=as_features, about=data["about"]
        )


FindingParameters: type[ListQuery] = _Finding.from_dict(  # type: ignore[assignment]  # marshmallow says Schema
    {flag.field: Flag(metadata={"description": f"true: {flag.name}."}) for flag in FLAGS}, name="FindingParameters"
)


def _search_of(query: Mapping[str, Any]) -> Search:
    return Search(
        words=query.get("search", ""),
        needs=query.get("needs", ()),
        districts=query.get("district", ()),
        states=query.get("state", ()),
        genders=query.get("gender", ()),
        languages=query.get("language", ()),
        accepting=query.get("accepting", ()),
        costs=query.get("cost", ()),
        statements=tuple(flag.field for flag in FLAGS if query.get(flag.field)),
        age=query.get("age"),
        child_of_age=query.get("admits_children"),
        status=query.get("status"),
        organization_id=query.get("organization_id"),
        taxonomy_term_id=query.get("taxonomy_term_id"),
        taxonomy_id=query.get("taxonomy_id"),
        modified_after=query.get("modified_after"),
        open_at=query.get("open_at"),
        near=query.get("near"),
        radius=query.get("radius", 25) * 1000,
    )
