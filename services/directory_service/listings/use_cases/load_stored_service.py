"""A service's record as it was stored, also where its hours or figures are of a kind that is taken no more.

What was taken once must not stop a page, a change of the provider or the search index. Hours that are refused now (by
`setu.recurrence`, or because they begin or end before 1900 or after 2200) are read as HSDS `schedule` objects, which
nobody counts days by: integrators see them as they were, pages tell people to ask, and the next change stores them so.
Free places that were counted in the year 1 are left out. Not for what comes in: that is `SERVICE_FIELDS.read`.
"""

import logging
from functools import lru_cache
from typing import Any
from uuid import UUID

from directory_service.listings.domain.fields import HOURS, SERVICE_FIELDS
from directory_service.listings.domain.hsds.schedules import schedule
from directory_service.listings.domain.records import Service
from service_kit import metrics

_log = logging.getLogger(__name__)
_refused = metrics.counter("stored_hours_refused", "Services with stored hours of a kind that is taken no more")

Json = dict[str, Any]


def load_stored_service(record: Json) -> Service:
    """The service of a stored record."""
    return SERVICE_FIELDS.load(readable_record(record))


def readable_record(record: Json) -> Json:
    """The record as it would be taken today; the same record where nothing of it is refused."""
    if "places_as_of" in record and not SERVICE_FIELDS["places_as_of"].kind.takes(record["places_as_of"]):
        record = {name: value for name, value in record.items() if name not in {"places_available", "places_as_of"}}
    rules = record.get("schedules", [])
    known = [rule for rule in rules if HOURS.takes(rule)]
    if len(known) == len(rules):
        return record
    _tell(record["id"])
    as_they_were = [schedule(UUID(record["id"]), at, HOURS.load(rule)) for at, rule in enumerate(rules)]
    return {**record, "schedules": known, "hsds": {"schedules": as_they_were, **record.get("hsds", {})}}


@lru_cache(maxsize=10_000)
def _tell(service: str) -> None:
    """Once a process for each service."""
    _refused.inc()
    _log.warning("stored hours are of a kind that is taken no more", extra={"service_id": service})
