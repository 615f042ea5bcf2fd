"""The profile `harm-reduction-in`: how our HSDS differs from the standard's, as RFC 7386 merge patches.

HSDS describes a profile as merge patches on the standard's schema files, named like them. `/api/schema` serves schemas
with these changes in them (`hsds/api/schemas.py`); a test lays the patches over the standard's own files and compares,
so what we publish as a difference is the whole difference.
"""

from collections.abc import Mapping
from typing import Any

Json = dict[str, Any]


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
