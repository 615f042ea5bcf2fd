"""A service document that a provider sends, as our record; or 422 with every field at fault, and nothing stored.

The standard's own table checks the fields, then our record's schema the values. What is not changed by writing a
service (its organisation, its places' addresses, the history) may stand in the document as it was read; anything else
there would be lost without a word, so it is refused.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from directory_service.listings.domain import records
from directory_service.listings.domain.confirmation import is_ahead
from directory_service.listings.domain.field_faults import FieldFault, InvalidFields
from directory_service.listings.domain.fields import SERVICE_FIELDS
from directory_service.listings.domain.hsds.attributes import service_attributes
from directory_service.listings.domain.hsds.hours_from_schedules import rule_of
from directory_service.listings.domain.hsds.ids import nested_id
from directory_service.listings.domain.hsds.moments import moment_faults
from directory_service.listings.domain.hsds.objects import faults
from directory_service.listings.domain.hsds.own_ids import with_missing_ids, with_own_ids
from directory_service.listings.domain.hsds.service_from_document import (
    said_at_places,
    service_from,
)
from directory_service.listings.domain.hsds.taxonomies import (
    ATTRIBUTES_TAXONOMY,
    NEEDS_TAXONOMY,
    terms_by_id,
)
from directory_service.listings.domain.spreadsheet_cells import (
    REFUSED,
    running_cells,
)
from service_kit.errors import FieldError, Invalid
from setu.recurrence import rule_fault

Json = dict[str, Any]
_COMPUTED = ("last_modified", "metadata", "organization")
_OURS = frozenset({NEEDS_TAXONOMY, ATTRIBUTES_TAXONOMY})
_CONFIDENTIAL = (ATTRIBUTES_TAXONOMY, "location_confidential", "true", None)


def with_own_places(document: Json, copies: Mapping[str, str]) -> Json:
    """The document with the organisation's own copies of shared places, by whose public id it was read and sent."""
    rows = document.get("service_at_locations")
    if not copies or not isinstance(rows, list):
        return document
    return {
        **document,
        "service_at_locations": [_own_place(row, copies) if isinstance(row, dict) else row for row in rows],
    }


def _own_place(row: Json, copies: Mapping[str, str]) -> Json:
    place = row.get("location")
    named = (
        {**row, "location": {**place, "id": copies.get(str(place.get("id")), place.get("id"))}}
        if isinstance(place, dict)
        else row
    )
    return named | (
        {"location_id": copies.get(str(row["location_id"]), row["location_id"])} if "location_id" in row else {}
    )


def record_from_body(
    document: Json,
    service_id: UUID,
    organization: UUID,
    now: datetime,
    *,
    shown: Mapping[str, Any],
    stored: records.Service | None,
) -> records.Service:
    """`shown`: the document as the provider saw it, empty for a new service; `stored`: its record. `now` is aware."""
    sent = {"id": str(service_id), "organization_id": str(organization), **document}
    whole = with_missing_ids("service", sent, service_id)
    if found := _document_faults(whole, service_id, organization, shown):
        raise Invalid(*found)
    try:
        kept = _with_kept(whole, shown, stored)
        if "hsds" in kept:
            kept["hsds"] = with_own_ids(str(service_id), kept["hsds"], shown)
        record = SERVICE_FIELDS.read({**kept, "organization_id": str(organization)})
    except InvalidFields as bad:
        raise Invalid(*_by_schedule(bad.faults, whole.get("schedules", []))) from None
    if refused := _record_faults(whole, record, shown, now):
        raise Invalid(*refused)
    return record if stored is None else replace(record, sample=stored.sample)


def _document_faults(whole: Json, service_id: UUID, organization: UUID, shown: Mapping[str, Any]) -> list[FieldError]:
    """Faults of the document by the standard's table, and of what writing a service does not change."""
    wrong = list(faults("service", whole)) or list(moment_faults("service", whole))
    found = [FieldError(fault.path, fault.detail) for fault in wrong]
    found += [FieldError(path, f"{REFUSED}.") for path in running_cells(whole, shown)]
    for name, ours in (("id", service_id), ("organization_id", organization)):
        if str(whole[name]).lower() != str(ours):
            found.append(FieldError(name, "Must be the one of the address and of your organisation."))
    return found or (list(_not_changed_here(whole, shown)) if shown else [])


def _record_faults(whole: Json, record: records.Service, shown: Mapping[str, Any], now: datetime) -> list[FieldError]:
    """Faults of what became a record: attributes without a meaning, times ahead, days of no month."""
    hidden = not shown or any(_statement(each) == _CONFIDENTIAL for each in shown["attributes"])
    return [
        *_not_understood(whole, record, confidential=hidden),
        *_ahead(record, now),
        *_days_of_no_month(whole, shown),
    ]


def _by_schedule(faults_of_record: Sequence[FieldFault], schedules: Sequence[Json]) -> Iterator[FieldError]:
    """The faults by the document's own fields: not every schedule is a rule, and a rule is spread over several."""
    rules = [(at, rule["rrule"]) for at, schedule in enumerate(schedules) if (rule := rule_of(schedule)[0])]
    for fault in faults_of_record:
        top, _, rest = fault.path.partition(".")
        number, _, name = rest.partition(".")
        if top == "schedules" and name:
            at, text = rules[int(number)]
            part = rule_fault(text)
            named = ("freq" if part in {"form", None} else part) if name == "rrule" else name
            yield FieldError(f"schedules.{at}.{named}", fault.detail)
        else:
            yield FieldError(rest if top == "hsds" else fault.path, fault.detail)


def _with_kept(whole: Json, shown: Mapping[str, Any], stored: records.Service | None) -> Json:
    """What the document says that no field of ours holds, and what the directory alone knows."""
    record = service_from(whole)
    kept = dict(record.pop("hsds", {}))
    before = stored.hsds if stored is not None else {}
    if "metadata" in before:
        kept["metadata"] = before["metadata"]
    if stored is not None and "schedules" in before and whole.get("schedules") == shown.get("schedules"):
        record["schedules"], kept["schedules"] = SERVICE_FIELDS.write(stored).get("schedules", []), before["schedules"]
    if said := list(_said_at(whole, before.get("service_at_locations", []))):
        kept["service_at_locations"] = said
    return {**record, **({"hsds": kept} if kept else {})}


def _said_at(whole: Json, before: Any) -> Iterator[Json]:
    """Rows that say something of their own, under ids that are ours: another service's row may have the one sent."""
    taken = {row["id"] for row in before}
    for row in said_at_places(whole["id"], whole.get("service_at_locations", [])):
        usual = {"id": nested_id(whole["id"], "service_at_location", row["location_id"])}
        named = row if row["id"] in taken else {**row, **usual}
        if named != {**usual, "location_id": row["location_id"]}:
            yield named


def _not_changed_here(whole: Json, shown: Mapping[str, Any]) -> Iterator[FieldError]:
    for name in _COMPUTED:
        if name in whole and not _says_no_other(whole[name], shown.get(name)):
            yield FieldError(name, "This is not changed with a service.")
    places = {row["location_id"]: row.get("location") for row in shown.get("service_at_locations", [])}
    for at, row in enumerate(whole.get("service_at_locations", [])):
        known = places.get(str(row.get("location_id")))
        if "location" in row and known is not None and not _says_no_other(row["location"], known):
            yield FieldError(f"service_at_locations.{at}.location", "A place is changed on its own.")


def _says_no_other(given: Any, known: Any) -> bool:
    if isinstance(given, dict) and isinstance(known, dict):
        return all(known.get(name) == value for name, value in given.items())
    return bool(given == known)


def _not_understood(whole: Json, record: records.Service, *, confidential: bool) -> Iterator[FieldError]:
    """Attributes in our vocabularies that say nothing to us."""
    made = {_statement(each) for each in service_attributes(record, confidential=confidential)}
    for at, attribute in enumerate(whole.get("attributes", [])):
        said = _statement(attribute)
        if said[0] in _OURS and said not in made and attribute.get("value") != "false":
            yield FieldError(f"attributes.{at}", "This is not an attribute of this vocabulary.")


def _days_of_no_month(whole: Json, shown: Mapping[str, Any]) -> Iterator[FieldError]:
    """Days of the month in a schedule that is not monthly; a file's are kept as they are, and nobody counts by them."""
    known = shown.get("schedules", [])
    for at, schedule in enumerate(whole.get("schedules", [])):
        if "bymonthday" in schedule and schedule.get("freq") != "MONTHLY" and schedule not in known:
            yield FieldError(f"schedules.{at}.bymonthday", "Goes with freq MONTHLY only.")


def _ahead(record: records.Service, now: datetime) -> Iterator[FieldError]:
    """Nobody can have confirmed or counted tomorrow; of a count five minutes are left to other clocks."""
    if record.assured_date is not None and is_ahead(record.assured_date, now):
        yield FieldError("assured_date", "Must not be in the future.")
    if record.places_as_of is not None and record.places_as_of > now + timedelta(minutes=5):
        yield FieldError("capacities.0.updated", "Must not be in the future.")


def _statement(attribute: Mapping[str, Any]) -> tuple[object, ...]:
    """Vocabulary, code, value and, where the label is the language, the label."""
    term = attribute.get("taxonomy_term") or terms_by_id().get(str(attribute.get("taxonomy_term_id")), {})
    code, vocabulary = str(term.get("code")), term.get("taxonomy")
    value = None if vocabulary == NEEDS_TAXONOMY else attribute.get("value")
    return vocabulary, code, value, attribute.get("label") if code.startswith("translated_") else None
