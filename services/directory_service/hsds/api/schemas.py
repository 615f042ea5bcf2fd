"""HSDS 3.2.3's object types with the profile's changes, as marshmallow schemas: they describe our answers.

One source. The domain's table says which fields a type has (`domain/hsds/objects.txt`; records are checked and
flattened by it, without marshmallow), and its `PATCHES` what the profile changes. `schema_of` makes marshmallow schemas
of both; of these come the components of the OpenAPI document and, by `json_schemas`, what `/api/schema` serves. A test
lays the published patches over the standard's own files and finds exactly what is served. Not for serializing: answers
are ready-made bytes. Why so: docs/adr/0021.
"""

import json
from collections.abc import Collection, Mapping
from functools import cache
from typing import Any

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin, resolver
from marshmallow import EXCLUDE, Schema, fields, validate

from directory_service.listings.domain.hsds.objects import (
    StandardField,
    fields_of,
    kinds,
)
from directory_service.listings.domain.hsds.profile import PATCHES

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_FORMATS = frozenset({"uuid", "uri", "email", "date-time"})


class _Open(Schema):
    """HSDS forbids no further fields, so a reader ignores those that it does not know."""

    class Meta:
        """Marshmallow's settings."""

        unknown = EXCLUDE


@cache
def schema_of(kind: str) -> type[Schema]:
    """The schema of an object type (`service_at_location`) in our profile; KeyError where HSDS has none such."""
    known, patch = fields_of(kind), PATCHES.get(kind, {})
    required = patch.get("required", [name for name, field in known.items() if field.required])
    changed = patch.get("properties", {})
    made = {name: _field(field, required=name in required, **changed.get(name, {})) for name, field in known.items()}
    return _Open.from_dict(made, name=f"Hsds{kind.title().replace('_', '')}")


def _field(field: StandardField, *, required: bool, **changed: str) -> fields.Field[Any]:
    """The marshmallow field of a field of the table; `changed` are the profile's own words of JSON Schema about it."""
    inner = field.type[1:-1]
    if field.type.startswith("["):
        return fields.List(_nested(inner), required=required, metadata=changed)
    if field.type.startswith("<"):
        return fields.Nested(lambda: schema_of(inner), required=required, metadata=changed)
    if field.type.startswith("{"):
        return fields.String(validate=validate.OneOf(inner.split("|")), required=required, metadata=changed)
    if field.type == "number":
        return fields.Float(required=required, metadata=changed)
    formats = {"format": field.type} if field.type in _FORMATS else {}
    return fields.String(required=required, metadata={**formats, **changed})


def _nested(kind: str) -> fields.Nested:
    return fields.Nested(lambda: schema_of(kind))


def _outline(field: StandardField, *, required: bool) -> fields.Field[Any]:
    """The same, but of what is nested only where its schema is: made-up bodies stay of a size to be read and tried."""
    if field.type[0] not in "[<":
        return _field(field, required=required)
    inner = fields.Dict(metadata={"description": f"As /api/schema/{field.type[1:-1]}.json says."})
    return fields.List(inner, required=required) if field.type.startswith("[") else inner


@cache
def json_schemas() -> dict[str, dict[str, Any]]:
    """The JSON Schema of each object type; they refer to each other by file name (`phone.json`), as HSDS's own do."""
    kind_of = {schema_of(kind).__name__: kind for kind in kinds()}
    plugin = MarshmallowPlugin(schema_name_resolver=lambda schema: kind_of[resolver(schema)])
    spec = APISpec("HSDS", "3.2.3", "3.1.0", plugins=[plugin])
    for kind in kinds():
        if kind not in spec.components.schemas:  # some came along inside others
            spec.components.schema(kind, schema=schema_of(kind))
    made = json.loads(json.dumps(spec.components.schemas), object_hook=_by_file_name)
    return {kind: {"$schema": DIALECT, "name": kind, **made[kind]} for kind in kinds()}


def _by_file_name(part: dict[str, Any]) -> dict[str, Any]:
    if isinstance(part.get("$ref"), str):
        part["$ref"] = part["$ref"].rpartition("/")[2] + ".json"
    return part


def outline_of(
    kind: str, name: str, *, required: Collection[str], more: Mapping[str, fields.Field[Any]] | None = None
) -> type[Schema]:
    """The schema of a body that creates or replaces an object of the type; `more` are members beside the standard's."""
    made = {each: _outline(field, required=each in required) for each, field in fields_of(kind).items()}
    return _Open.from_dict({**made, **(more or {})}, name=name)


HsdsService = schema_of("service")
HsdsTaxonomy = schema_of("taxonomy")
HsdsTaxonomyTerm = schema_of("taxonomy_term")
ServiceInList = HsdsService.from_dict(  # shorter ones, that ask for no more than the standard does
    {
        **{name: _field(field, required=field.required) for name, field in fields_of("service").items()},
        "modified_date": fields.AwareDateTime(metadata={"description": "With `minimal`, instead of last_modified."}),
    },
    name="ServiceInList",
)
ServiceToWrite = outline_of("service", "ServiceToWrite", required=("name", "status"))
OrganizationWithServices = schema_of("organization").from_dict(
    {"services": fields.List(fields.Nested(ServiceInList), metadata={"description": "Whole with `full_service`."})},
    name="OrganizationWithServices",
)
AtLocationWithService = schema_of("service_at_location").from_dict(
    {"service": fields.Nested(HsdsService)}, name="AtLocationWithService"
)


class PageFields(_Open):
    """The standard's `Page` envelope without its contents."""

    total_items = fields.Integer()
    total_pages = fields.Integer()
    page_number = fields.Integer()
    size = fields.Integer()
    first_page = fields.Boolean()
    last_page = fields.Boolean()
    empty = fields.Boolean(required=True)


class FacetCount(Schema):
    """How many of everything found have this value."""

    value = fields.String(required=True)
    count = fields.Integer(required=True)


class ServicePage(PageFields):
    """A page of services. `facets` where asked for; with `near` also `distances` (metres, in the contents' order).

    `within` is the radius (metres) that was looked in: smaller than `radius` where that holds more than 10,000
    services. `around`, where `near` is a PIN code: that code, or the first digits of the codes whose middle stands for
    one that has no place of its own.
    """

    contents = fields.List(fields.Nested(ServiceInList), required=True)
    facets = fields.Dict(keys=fields.String(), values=fields.List(fields.Nested(FacetCount)))
    distances = fields.List(fields.Integer())
    within = fields.Integer()
    around = fields.String()


class OrganizationPage(PageFields):
    """A page of providers."""

    contents = fields.List(fields.Nested(OrganizationWithServices), required=True)


class AtLocationPage(PageFields):
    """A page of services at their places."""

    contents = fields.List(fields.Nested(AtLocationWithService), required=True)


class TaxonomyPage(PageFields):
    """A page of taxonomies."""

    contents = fields.List(fields.Nested(HsdsTaxonomy), required=True)


class TaxonomyTermPage(PageFields):
    """A page of terms."""

    contents = fields.List(fields.Nested(HsdsTaxonomyTerm), required=True)
