"""Shapes of the rows of HSDS 1.x and 2.x, resource by resource, and what HSDS 3 has in their place."""

import re
from collections.abc import Callable

from directory_service.importing.domain.bad_value import BadValue
from directory_service.importing.domain.hsds_rows import Row, Rows
from directory_service.importing.domain.older_schedules import schedule
from directory_service.listings.domain import older_words
from directory_service.listings.domain.hsds.datapackage import tables

_ELIGIBILITY = ("eligibility_description", "eligibility", "description", "name")
_EXTENSION = re.compile(r"(?:x|ext\.?|extn\.?|extension)?\s*(\d{1,9})(?:\.0)?", re.IGNORECASE)
_CODE = re.compile("[a-z]{2,3}")  # ISO 639-1 or 639-2
#: Names that older versions have for the resources of version 3, in columns that name one.
_ENTITIES = {
    "service_attribute": "attribute",
    "other_attribute": "attribute",
    "physical_address": "address",
    "postal_address": "address",
    "accessibility_for_disabilities": "accessibility",
    "regular_schedule": "schedule",
    "holiday_schedule": "schedule",
}


def _organization(_: str, row: Row) -> Rows:
    if "date_incorporated" in row and "year_incorporated" not in row:
        day = older_words.date_of(row["date_incorporated"])
        if day is None:
            raise BadValue(f"date_incorporated: {row['date_incorporated']!r} is not a date")
        row["year_incorporated"] = day[:4]
    elif day := older_words.date_of(row.get("year_incorporated", "")):
        row["year_incorporated"] = day[:4]
    if "website" in row:
        row["website"] = older_words.with_scheme(row["website"])
    row.setdefault("description", row.get("name", ""))
    yield "organization", row


def _location(_: str, row: Row) -> Rows:
    virtual = older_words.is_yes(row.get("virtual", ""))
    row.setdefault("location_type", "virtual" if virtual else "physical")
    if "url" in row:
        row["url"] = older_words.with_scheme(row["url"])
    if "email" in row:
        key = f"location/{row.get('id', '')}/email"
        yield "contact", {"id": key, "location_id": row.get("id", ""), "email": row["email"]}
    yield "location", row


def _service(_: str, row: Row) -> Rows:
    row.setdefault("status", "active")
    row["status"] = row["status"].lower()
    if "url" in row:
        row["url"] = older_words.with_scheme(row["url"])
    if "fees" in row:
        row.setdefault("fees_description", row["fees"])
    if "audience" in row:
        row.setdefault("eligibility_description", row["audience"])
    if "location_id" in row:
        key = f"{row.get('id', '')}/{row['location_id']}"
        yield (
            "service_at_location",
            {"id": key, "service_id": row.get("id", ""), "location_id": row["location_id"]},
        )
    yield "service", row


def _address(stem: str, row: Row) -> Rows:
    postal = stem in {"mail_addresses", "postal_addresses"}
    row.setdefault("address_type", "postal" if postal else "physical")
    if postal and "id" in row:
        row["id"] = f"{stem}/{row['id']}" if row["id"].isdecimal() else row["id"]
    lines = [row.pop(name) for name in ("address_2", "address_3", "address_4") if name in row]
    yield "address", row | ({"address_2": ", ".join(lines)} if lines else {})


def _phone(_: str, row: Row) -> Rows:
    if prefix := row.get("country_prefix"):
        row["number"] = f"{prefix} {row.get('number', '')}".strip()
    if vanity := row.get("vanity_number"):
        row["description"] = f"{row['description']} ({vanity})" if "description" in row else vanity
    if department := row.get("department"):
        row["description"] = f"{department}: {row['description']}" if "description" in row else department
    if found := _EXTENSION.fullmatch(row.get("extension", "")):
        row["extension"] = found[1]
    yield "phone", row


def _program(_: str, row: Row) -> Rows:
    row.setdefault("description", row.get("name", ""))
    yield "program", row


def _term(_: str, row: Row) -> Rows:
    if "taxonomy_id" in row and "id" not in row:  # 1.x: taxonomy_id is the term's own
        row["id"] = row["code"] = row.pop("taxonomy_id")
    if vocabulary := row.get("vocabulary"):
        row.setdefault("taxonomy", vocabulary)
    row.setdefault("description", row.get("name", ""))
    yield "taxonomy_term", row


def _taxonomy(stem: str, row: Row) -> Rows:
    """2.x kept terms in `taxonomies.csv`: a row with a parent or a vocabulary is one."""
    if {"parent_id", "parent_name", "vocabulary"} & set(row):
        yield from _term(stem, row)
    else:
        row.setdefault("description", row.get("name", ""))
        yield "taxonomy", row


def _eligibility(_: str, row: Row) -> Rows:
    """Words and ages about whom a service is for, which version 3 has in the service itself."""
    words = next((row[name] for name in _ELIGIBILITY if name in row), "")
    ages = {name: row[name] for name in ("minimum_age", "maximum_age") if name in row}
    for name, said in ages.items():
        if not said.isdecimal():
            raise BadValue(f"{name}: {said!r} is not a number")
    kept = {name: row[name] for name in ("id", "service_id") if name in row}
    if "service_id" not in row or "id" not in row:
        raise BadValue("id, service_id: are required")
    yield (
        "eligibility",
        kept | ({"eligibility_description": words} if words else {}) | {name: int(said) for name, said in ages.items()},
    )


def _metadata(_: str, row: Row) -> Rows:
    if "resource_type" in row:
        row["resource_type"] = _ENTITIES.get(row["resource_type"], row["resource_type"])
    yield "metadata", row


def _attribute(_: str, row: Row) -> Rows:
    if "link_entity" not in row and "taxonomy_term_id" in row and row.get("link_type"):  # as 2.x calls it
        row["link_entity"] = row.pop("link_type")
    if "link_entity" in row:
        row["link_entity"] = _ENTITIES.get(row["link_entity"], row["link_entity"])
    if "taxonomy_detail" in row:
        row.setdefault("value", row["taxonomy_detail"])
    for kind in ("service", "organization", "location", "service_at_location"):
        if f"{kind}_id" in row:
            row.setdefault("link_id", row[f"{kind}_id"])
            row.setdefault("link_entity", kind)
    if "taxonomy_id" in row:
        row.setdefault("taxonomy_term_id", row["taxonomy_id"])
    yield "attribute", row


def _language(_: str, row: Row) -> Rows:
    """Older versions have codes where version 3 has names: what looks like a code is one."""
    if "code" not in row and _CODE.fullmatch(row.get("name", "")):
        row["code"] = row.pop("name")
    yield "language", row


def _same(kind: str) -> Callable[[str, Row], Rows]:
    def shape(_: str, row: Row) -> Rows:
        yield kind, row

    return shape


#: By resource: what makes rows of version 3 of a row of a file (its name without `.csv`); they raise BadValue.
SHAPES: dict[str, Callable[[str, Row], Rows]] = {
    **{kind: _same(kind) for kind in tables()},
    "organization": _organization,
    "location": _location,
    "service": _service,
    "address": _address,
    "phone": _phone,
    "schedule": schedule,
    "program": _program,
    "taxonomy_term": _term,
    "taxonomy": _taxonomy,
    "attribute": _attribute,
    "metadata": _metadata,
    "language": _language,
    "eligibility": _eligibility,
}
#: Columns that the shapes above read though they are no columns of version 3.
READ: dict[str, frozenset[str]] = {
    "organization": frozenset({"date_incorporated"}),
    "location": frozenset({"virtual", "email"}),
    "service": frozenset({"location_id", "audience", "fees"}),
    "phone": frozenset({"country_prefix", "vanity_number", "department"}),
    "address": frozenset({"address_3", "address_4"}),
    "eligibility": frozenset({"id", "service_id", "minimum_age", "maximum_age", *_ELIGIBILITY}),
    "schedule": frozenset({"weekday", "closed", "start_date", "end_date"}),
    "taxonomy_term": frozenset({"vocabulary", "parent_name"}),
    "taxonomy": frozenset({"vocabulary", "parent_name", "parent_id", "taxonomy_id"}),
    "attribute": frozenset({"service_id", "organization_id", "location_id", "service_at_location_id", "taxonomy_id"})
    | frozenset({"taxonomy_detail"}),
}
