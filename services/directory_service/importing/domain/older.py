"""Converter of HSDS 1.x and 2.x rows to HSDS 3: other file names, other columns, lists between commas.

`modern` turns one row into one or more rows of version 3; a row of version 3 passes as it is. Identifiers stay as the
file has them (see `keys`). What version 3 has no place for (keywords, accepted payments, internal addresses) is left
out; `left_out` names those columns, so that the report can.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from directory_service.listings.domain import values
from directory_service.listings.domain.hsds.tables import tables

_ELIGIBILITY = ("eligibility_description", "eligibility", "description", "name")
_EXTENSION = re.compile(r"(?:x|ext\.?|extn\.?|extension)?\s*(\d{1,9})(?:\.0)?", re.IGNORECASE)
_CODE = re.compile("[a-z]{2,3}")  # ISO 639-1 or 639-2
_RULE = ("freq", "interval", "wkst", "byday", "byweekno", "bymonthday", "byyearday", "until", "count")
Row = dict[str, Any]
Rows = Iterator[tuple[str, Row]]

#: File names (without `.csv`) of all versions, and the resource of version 3 that their rows belong to.
FILES: dict[str, str] = {
    **{table.path.removesuffix(".csv"): kind for kind, table in tables().items()},
    **{kind: kind for kind in tables()},
    "physical_address": "address",
    "postal_address": "address",
    "regular_schedule": "schedule",
    "holiday_schedule": "schedule",
    "service_attribute": "attribute",
    "other_attribute": "attribute",
    "eligibility": "eligibility",
    "eligibilities": "eligibility",
    "services_at_location": "service_at_location",
    "service_at_locations": "service_at_location",
    "physical_addresses": "address",
    "postal_addresses": "address",
    "mail_addresses": "address",
    "regular_schedules": "schedule",
    "holiday_schedules": "schedule",
    "accessibility_for_disabilities": "accessibility",
    "taxonomy": "taxonomy_term",
    "urls": "url",
    "fee": "cost_option",
    "fees": "cost_option",
    "service_taxonomy": "attribute",
    "services_taxonomy": "attribute",
    "other_attributes": "attribute",
    "service_attributes": "attribute",
}
_NO_PLACE = frozenset({"payment_accepted", "payments_accepted", "accepted_payments", "interpretation_services"})
_ABOUT_FILES = frozenset({"meta_table_description", "meta_table_descriptions"})
_RENAMED: dict[str, dict[str, str]] = {
    "organization": {"url": "website"},
    "service": {"website": "url", "eligibility": "eligibility_description"},
    "location": {"website": "url", "short_desc": "description"},
    "phone": {"number_type": "type"},
    "accessibility": {"accessibility": "description"},
    "required_document": {"required_document": "document"},
    "language": {"language": "name"},
    "service_area": {"service_area": "name"},
    "taxonomy_term": {"term": "name"},
    "cost_option": {"fee": "option"},
}
#: Columns that hold a list: the resource its items become rows of, and their column there.
_LISTS: dict[str, dict[str, tuple[str, str]]] = {
    "organization": {"funding_sources": ("funding", "source")},
    "location": {"accessibility": ("accessibility", "description"), "languages": ("language", "name")},
    "service": {
        "funding_sources": ("funding", "source"),
        "required_documents": ("required_document", "document"),
        "service_areas": ("service_area", "name"),
        "languages": ("language", "name"),
        "taxonomy_ids": ("attribute", "taxonomy_term_id"),
    },
    "phone": {"language": ("language", "code"), "languages": ("language", "code")},
}
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


class BadValue(ValueError):
    """A value that cannot be read; the message names column and value."""


def resource_of(file_name: str) -> str | None:
    """The resource that a CSV file holds rows of, by its name; None for a file that HSDS does not know."""
    return FILES.get(file_name.lower().removesuffix(".csv"))


def nothing_read(file_name: str) -> str:
    """Why nothing is read of a file that HSDS has; "" for one that is read, or that it does not know."""
    stem = file_name.lower().removesuffix(".csv")
    if stem in _ABOUT_FILES:
        return "it tells how the files are written; nothing of it is kept"
    return "HSDS 3 has no place for it; nothing of it was read" if stem in _NO_PLACE else ""


def modern(stem: str, kind: str, row: Mapping[str, str]) -> Rows:
    """Rows of version 3 for one row of the file `stem`; blanks are left out. Raises BadValue."""
    filled: Row = {name: text.strip() for name, text in row.items() if name and text and text.strip()}
    for column, (child, inner) in _LISTS.get(kind, {}).items():
        if column in filled and not _is_column(kind, column):
            yield from _items(kind, filled, column, child, inner)
    for old, new in _RENAMED.get(kind, {}).items():
        if old in filled and not _is_column(kind, old):
            filled.setdefault(new, filled[old])
    yield from _SHAPES[kind](stem, filled)


def left_out(kind: str, header: list[str]) -> list[str]:
    """Columns of a file that nothing is made of."""
    known = {column.name for column in tables()[kind].columns} if kind in tables() else set[str]()
    used = known | set(_RENAMED.get(kind, {})) | set(_LISTS.get(kind, {}))
    return [name for name in header if name and name not in used | _READ.get(kind, frozenset())]


def _is_column(kind: str, name: str) -> bool:
    return kind in tables() and any(column.name == name for column in tables()[kind].columns)


def _items(kind: str, row: Row, column: str, child: str, inner: str) -> Rows:
    for at, item in enumerate(values.listed(row[column])):
        key = f"{kind}/{row.get('id', '')}/{column}/{at}"
        if child == "attribute":
            yield child, {"id": key, "link_id": row.get("id", ""), "link_entity": kind, inner: item}
        else:
            made = {"id": key, f"{kind}_id": row.get("id", ""), inner: item}
            yield from _language("", made) if child == "language" else [(child, made)]


def _organization(_: str, row: Row) -> Rows:
    if "date_incorporated" in row and "year_incorporated" not in row:
        day = values.date_of(row["date_incorporated"])
        if day is None:
            raise BadValue(f"date_incorporated: {row['date_incorporated']!r} is not a date")
        row["year_incorporated"] = day[:4]
    elif day := values.date_of(row.get("year_incorporated", "")):
        row["year_incorporated"] = day[:4]
    if "website" in row:
        row["website"] = values.with_scheme(row["website"])
    row.setdefault("description", row.get("name", ""))
    yield "organization", row


def _location(_: str, row: Row) -> Rows:
    virtual = values.is_yes(row.get("virtual", ""))
    row.setdefault("location_type", "virtual" if virtual else "physical")
    if "url" in row:
        row["url"] = values.with_scheme(row["url"])
    if "email" in row:
        key = f"location/{row.get('id', '')}/email"
        yield "contact", {"id": key, "location_id": row.get("id", ""), "email": row["email"]}
    yield "location", row


def _service(_: str, row: Row) -> Rows:
    row.setdefault("status", "active")
    row["status"] = row["status"].lower()
    if "url" in row:
        row["url"] = values.with_scheme(row["url"])
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


def _schedule(stem: str, row: Row) -> Rows:
    if "weekday" in row:
        yield "schedule", _weekly(stem, row)
    elif "closed" in row or "start_date" in row:
        yield "schedule", _holiday(stem, row)
    else:
        yield "schedule", _of_two(row)


def _of_two(row: Row) -> Row:
    """A rule of version 2: daily ones are weeks of seven days; what version 3 has no frequency for stands in words."""
    if row.get("freq") == "DAILY" and row.get("interval", "1") == "1":
        return {**row, "freq": "WEEKLY", "byday": row.get("byday", ",".join(values.WEEK))}
    if row.get("freq") in {"DAILY", "YEARLY"}:
        parts = [f"{name.upper()}={row[name]}" for name in _RULE if name in row]
        said = filter(None, (row.get("notes"), f"RRULE:{';'.join(parts)}"))
        return {name: value for name, value in row.items() if name not in _RULE} | {"notes": " ".join(said)}
    return row


def _weekly(stem: str, row: Row) -> Row:
    days = values.weekdays_of(row.pop("weekday"))
    if days is None:
        raise BadValue("weekday: is not a day of the week")
    times: Row = {name: _time(row, name) for name in ("opens_at", "closes_at") if name in row}
    return {
        **row,
        **times,
        "id": f"{stem}/{row.get('id', '')}",
        "freq": "WEEKLY",
        "byday": ",".join(days),
        "merge": True,
    }


def _holiday(stem: str, row: Row) -> Row:
    made = {"id": f"{stem}/{row.get('id', '')}", "freq": "WEEKLY", "byday": ",".join(values.WEEK)}
    made |= {name: row[name] for name in ("service_id", "location_id", "service_at_location_id") if name in row}
    for old, new in (("start_date", "valid_from"), ("end_date", "valid_to")):
        if old in row:
            day = values.date_of(row[old])
            if day is None:
                raise BadValue(f"{old}: {row[old]!r} is not a date")
            made[new] = day
    closed = values.is_yes(row.get("closed", ""))
    made["description"] = "Closed" if closed else "Holiday hours"
    if closed:
        return {name: value for name, value in made.items() if name not in {"freq", "byday"}}
    return made | {name: _time(row, name) for name in ("opens_at", "closes_at") if name in row}


def _time(row: Row, name: str) -> str:
    found = values.time_of(row[name])
    if found is None:
        raise BadValue(f"{name}: {row[name]!r} is not a time of day")
    return f"{found}:00"


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


_SHAPES: dict[str, Callable[[str, Row], Rows]] = {
    **{kind: _same(kind) for kind in tables()},
    "organization": _organization,
    "location": _location,
    "service": _service,
    "address": _address,
    "phone": _phone,
    "schedule": _schedule,
    "program": _program,
    "taxonomy_term": _term,
    "taxonomy": _taxonomy,
    "attribute": _attribute,
    "metadata": _metadata,
    "language": _language,
    "eligibility": _eligibility,
}
#: Columns that the shapes above read though they are no columns of version 3.
_READ: dict[str, frozenset[str]] = {
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
