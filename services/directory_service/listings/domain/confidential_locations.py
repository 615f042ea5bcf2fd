"""What a service's record may say of a place that is confidential: that the service is given there, and no more.

Rows of HSDS `service_at_location` carry phones, contacts, hours and free words about a single place, which may tell
where it is. They are taken out of the record when the place is hidden, so that no reader has to think of it.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

Json = dict[str, Any]
FIELD = "service_at_locations"


def says_of_places(record: Mapping[str, Any]) -> bool:
    """Whether a service's record, as it is stored, says anything of single places."""
    return bool(record.get("hsds", {}).get(FIELD))


def without_hidden(record: Json, hidden: Collection[str]) -> Json:
    """The record with nothing but the ids of the places in `hidden`; the same record where it says nothing of them."""
    if not hidden or not says_of_places(record):
        return record
    extra = record["hsds"]
    return {**record, "hsds": {**extra, FIELD: rows_without_hidden(extra[FIELD], hidden)}}


def change_without_hidden(change: Json, hidden: Collection[str]) -> Json:
    """The same of one field of a change that waits: `field`, `before`, `after`."""
    if change["field"] != f"hsds.{FIELD}":
        return change
    return {**change, **{when: rows_without_hidden(change[when] or [], hidden) or None for when in ("before", "after")}}


def rows_without_hidden(rows: Iterable[Json], hidden: Collection[str]) -> list[Json]:
    """Rows of service_at_location with nothing but the ids where the place is in `hidden`."""
    return [_shown(row) if row.get("location_id") in hidden else row for row in rows]


def _shown(row: Json) -> Json:
    return {key: row[key] for key in ("id", "location_id") if key in row}
