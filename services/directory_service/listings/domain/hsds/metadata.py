"""The history of a service as HSDS `metadata` objects: what changed, when, and which organisation changed it.

The standard says `updated_by` is a person's name; here it never is. The day is India's. Values are text: what is a list
or an object in HSDS stands as compact JSON.
"""

import json
from typing import Any
from uuid import UUID

from directory_service.listings.domain.attributes import (
    FACTS,
    FLAGS,
)
from directory_service.listings.domain.fields import SERVICE_FIELDS
from directory_service.listings.domain.history import HistoryEntry
from setu.india import day_in_india

SHOWN = 20  # the newest, in a service's document; the whole history is the provider's and the coordinator's


_OF_HSDS = {
    **{field.name: field.hsds_list for field in SERVICE_FIELDS.fields if field.hsds_list},
    "needs": "attributes.need",
    **{flag.field: f"attributes.{flag.code}" for flag in FLAGS},
    **{fact.field: f"attributes.{fact.code}" for fact in FACTS},
}


def metadata(resource: UUID, entry: HistoryEntry) -> dict[str, object]:
    """One `metadata` object of a service."""
    return {
        "id": str(entry.id),
        "resource_id": str(resource),
        "resource_type": "service",
        "last_action_date": day_in_india(entry.at).isoformat(),
        "last_action_type": entry.action,
        "field_name": field_name(entry.change.field),
        "previous_value": _text(entry.change.before),
        "replacement_value": _text(entry.change.after),
        "updated_by": entry.by,
    }


def field_name(field: str) -> str:
    """Where HSDS has the record's field: `phones`, `attributes.accepting`, `attributes.translated_name.hi`."""
    top, _, key = field.partition(".")
    if top == "hsds":
        return key
    name = _OF_HSDS.get(top, top)
    return f"{name}.{key}" if key else name


def _text(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, separators=(",", ":"))
