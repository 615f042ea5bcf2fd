"""The profile `harm-reduction-in`: how our HSDS differs from the standard's, as RFC 7386 merge patches, and as schemas.

HSDS describes a profile as merge patches on the standard's schema files, named like them. `schema` is the standard's
schema of an object type as our table knows it, `profiled_schema` the same with our patch laid over it. A test compares
the first with the standard's own files, so what we publish as a difference is the whole difference.
"""

from collections.abc import Mapping
from typing import Any

from directory_service.domain.hsds.objects import Field, fields_of

Json = dict[str, Any]
DIALECT = "https://json-schema.org/draft/2020-12/schema"
_FORMATS = frozenset({"uuid", "uri", "email", "date-time"})


def _described(**fields: str) -> Json:
    return {"properties": {name: {"description": text} for name, text in fields.items()}}


#: What the profile changes, by object type. An array in a merge patch replaces the whole one.
PATCHES: dict[str, Json] = {
    "service": {
        "required": ["id", "name", "status", "organization_id"],
        **_described(
            attributes="Needs (taxonomy harm-reduction-in/needs) and statements about the service"
            " (taxonomy harm-reduction-in/attributes).",
            last_modified="UTC; moves when anything nested in the service changes.",
        ),
    },
    "taxonomy_term": {"required": ["id", "name", "description", "code", "taxonomy_id"]},
    "location": _described(
        description="A landmark, or the part of town. Of a confidential place the part of town is all that is told.",
        latitude="Left out where the place is confidential.",
        longitude="Left out where the place is confidential.",
    ),
    "address": _described(
        region="The district's name (Local Government Directory).",
        state_province="The state's name (Local Government Directory).",
        postal_code="A PIN code of six digits.",
    ),
    "schedule": _described(
        timezone="5.5 (Asia/Kolkata) unless said otherwise.",
        closes_at="At or before opens_at: on the next day.",
    ),
    "service_area": _described(extent="`LGD district <code>` of the Local Government Directory, or as it was given."),
    "service_capacity": _described(available="The provider's own typed figure; never computed from referrals."),
    "metadata": _described(updated_by="The organisation that changed the listing; never a person's name."),
}


def schema(kind: str) -> Json:
    """The JSON Schema of an object type; other types are referred to by file name (`phone.json`)."""
    fields = fields_of(kind)
    return {
        "$schema": DIALECT,
        "name": kind,
        "type": "object",
        "properties": {name: _property(field) for name, field in fields.items()},
        "required": [name for name, field in fields.items() if field.required],
    }


def profiled_schema(kind: str) -> Json:
    """The schema with the profile's patch laid over it."""
    return merged(schema(kind), PATCHES.get(kind, {}))


def merged(target: Json, patch: Mapping[str, Any]) -> Json:
    """RFC 7386, section 2."""
    result = dict(target)
    for key, value in patch.items():
        if value is None:
            result.pop(key, None)
        elif isinstance(value, Mapping):
            below = result.get(key)
            result[key] = merged(below if isinstance(below, dict) else {}, value)
        else:
            result[key] = value
    return result


def _property(field: Field) -> Json:
    inner = field.type[1:-1]
    if field.type.startswith("["):
        return {"type": "array", "items": {"$ref": f"{inner}.json"}}
    if field.type.startswith("<"):
        return {"$ref": f"{inner}.json"}
    if field.type.startswith("{"):
        return {"type": "string", "enum": inner.split("|")}
    if field.type == "number":
        return {"type": "number"}
    return {"type": "string", "format": field.type} if field.type in _FORMATS else {"type": "string"}
