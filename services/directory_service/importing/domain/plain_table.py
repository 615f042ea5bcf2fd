"""Reader of a plain table's lines by their mapping: each becomes rows of HSDS 3, a service with place and provider."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from directory_service.importing.domain.bad_value import BadValue
from directory_service.importing.domain.hsds_rows import Row, Rows
from directory_service.importing.domain.table_mapping import LISTS, FieldSource, TableMapping, Terms
from directory_service.listings.domain import older_words
from directory_service.listings.domain.hsds.ids import nested_id
from directory_service.listings.domain.hsds.taxonomies import ATTRIBUTES_TAXONOMY, NEEDS_TAXONOMY, terms
from directory_service.listings.domain.pin_codes import as_pin_code

Line = Mapping[str, str]
_WHOLE_ADDRESS = ("address_1", "city", "postal_code")
_DEGREES = re.compile(r"(?P<minus>-)?\s*(?P<degrees>\d{1,3}(?:[.,]\d+)?)\s*°?\s*(?P<side>[NSEW])?", re.IGNORECASE)


def key_of_line(mapping: TableMapping, line: Line) -> str:
    """What identifies the line; "" where a part of it is empty."""
    parts = [_cell(line, column) for column in mapping.key]
    return " / ".join(parts) if all(parts) else ""


def rows_of(mapping: TableMapping, line: Line, find: Callable[[str, str], int]) -> Rows:
    """The rows that a line makes, the service's own last. Raises BadValue."""
    key = key_of_line(mapping, line)
    line = {name: "" if (text or "").strip() in mapping.empty else text for name, text in line.items()}
    if not key:
        raise BadValue(f"{', '.join(mapping.key)}: is empty, and identifies the line")
    organization = _fields(mapping, "organization", line)
    owner = organization.pop("key", None) or organization.get("name")
    if not owner:
        raise BadValue("organization.name: is empty")
    numbers = organization.pop("phone", [])
    organization.setdefault("description", organization.get("name", ""))
    yield "organization", {**organization, "id": owner}
    yield from _phones(owner, "organization_id", numbers)
    service = _fields(mapping, "service", line)
    parts = list(_parts(service, key))
    yield from _place(mapping, line, key, owner, find)
    for said in mapping.terms:
        yield from _terms(said, line, key)
    yield "service", {"status": "active", **service, "id": key, "organization_id": owner}
    yield from parts


def address_fault(rows: list[tuple[str, Row]]) -> str:
    """What an address lacks that HSDS needs; "" where it is whole or there is none."""
    for kind, row in rows:
        if kind == "location" and (said := row.get("address_in_part")):
            missing = [name for name in (*_WHOLE_ADDRESS, "state_province", "country") if name not in said]
            reason = "it is shown on pages, HSDS has no place for it"
            return f"address: has no {', '.join(missing)}; {reason}" if missing else ""
    return ""


def _place(mapping: TableMapping, line: Line, key: str, owner: str, find: Callable[[str, str], int]) -> Rows:
    location, address = (_fields(mapping, part, line) for part in ("location", "address"))
    if not location and not address:
        return
    location |= _point(location)
    row = {"location_type": "physical", **location, "id": key, "organization_id": owner}
    where = {name: address[name] for name in ("address_1", "address_2", "city", "postal_code") if name in address}
    if as_pin_code(address.get("postal_code", "")):
        address.setdefault("country", "IN")
    is_whole = {*_WHOLE_ADDRESS, "state_province", "country"} <= set(address)
    yield "location", row if is_whole or not where else row | {"address_in_part": address}
    yield "service_at_location", {"id": key, "service_id": key, "location_id": key}
    if is_whole:
        yield "address", {"address_type": "physical", **address, "id": key, "location_id": key}
    if district := find(address.get("state_province", ""), address.get("region", "")):
        area = {"id": f"{key}/district", "service_id": key, "extent_type": "text"}
        yield "service_area", {**area, "extent": f"LGD district {district}", "name": address["region"]}


def _point(location: Row) -> Row:
    """Takes `geo` apart; a comma may stand for the point of latitude and longitude."""
    found: Row = {name: location[name].replace(",", ".") for name in ("latitude", "longitude") if name in location}
    said = location.pop("geo", None)
    if said is None:
        return found
    both = [read for each in said if (read := _degrees(each))]
    sides = [side for side, _ in both]
    if len(both) != 2 or len(said) != 2 or sides in (["NS", "NS"], ["EW", "EW"]):
        raise BadValue(f"location.geo: {', '.join(said)!r} is no latitude and longitude")
    if sides[0] == "EW" or sides[1] == "NS":  # the letters say which is which, or else the order does
        both.reverse()
    return {"latitude": str(both[0][1]), "longitude": str(both[1][1])}


def _degrees(text: str) -> tuple[str, float] | None:
    """The sides that its letter belongs to, NS or EW, "" without a letter; and the degrees, south and west below 0."""
    found = _DEGREES.fullmatch(text.strip())
    if not found:
        return None
    side = (found["side"] or "").upper()
    degrees = float(found["degrees"].replace(",", "."))
    sides = next((each for each in ("NS", "EW") if side and side in each), "")
    return sides, -degrees if found["minus"] or side in {"S", "W"} else degrees


def _phones(owner: str, column: str, numbers: list[str]) -> Rows:
    of_whom = f"{column.removesuffix('_id')}/{owner}"  # an organisation and a service may have the same key
    for at, number in enumerate(numbers):
        yield "phone", {"id": f"{of_whom}/phone" + (f"/{at}" if at else ""), column: owner, "number": number}


def _parts(service: Row, key: str) -> Rows:
    """Takes out of the service's fields what is an object of its own in HSDS."""
    yield from _phones(key, "service_id", service.pop("phone", []))
    for language in service.pop("languages", []):
        code = language if language.islower() and len(language) in {2, 3} else None
        named = {"code": code} if code else {"name": language}
        yield "language", {"id": f"{key}/language/{language}", "service_id": key, **named}
    days, note = service.pop("weekdays", None), service.pop("schedule_note", None)
    times: dict[str, str] = {name: service.pop(name) for name in ("opens_at", "closes_at") if name in service}
    if days or note or times:
        yield "schedule", {"id": f"{key}/schedule", "service_id": key, **_rule(days, note), **_times(times)}


def _rule(days: str | None, note: str | None) -> Row:
    found = older_words.weekdays_of(days) if days else None
    if days and found is None:
        raise BadValue(f"service.weekdays: {days!r} names no days of the week")
    rule: Row = {"freq": "WEEKLY", "byday": ",".join(found)} if found else {}
    return rule | ({"description": note} if note else {})


def _times(times: Mapping[str, str]) -> Row:
    read = {name: older_words.time_of(text) for name, text in times.items()}
    for name, found in read.items():
        if found is None:
            raise BadValue(f"service.{name}: {times[name]!r} is not a time of day")
    return dict(read)


def _terms(said: Terms, line: Line, key: str) -> Rows:
    text = _cell(line, said.column)
    given = [each.strip() for each in (text.split(said.separator) if said.separator else [text]) if each.strip()]
    for code in given:
        if code not in said.codes:
            raise BadValue(f"{said.column}: {code!r} is not in the mapping's codes")
    for code in dict.fromkeys([said.codes[each] for each in given] or filter(None, [said.default])):
        yield from _attribute(said.taxonomy, code, key)


def _attribute(taxonomy: str, code: str, key: str) -> Rows:
    known = {str(term["code"]): str(term["id"]) for term in terms() if term["taxonomy"] == taxonomy}
    ours = taxonomy in {NEEDS_TAXONOMY, ATTRIBUTES_TAXONOMY}
    name, _, value = code.partition("=") if ours else (code, "", "")
    term = known[name] if ours else nested_id("taxonomy", taxonomy, code)
    if not ours:
        yield "taxonomy_term", {"id": term, "code": code, "name": code, "description": code, "taxonomy": taxonomy}
    link = {"id": f"{key}/{taxonomy}/{code}", "link_id": key, "link_entity": "service", "taxonomy_term_id": term}
    yield "attribute", link | ({"value": value or "true"} if taxonomy == ATTRIBUTES_TAXONOMY else {})


def _fields(mapping: TableMapping, part: str, line: Line) -> Row:
    found = {name: _field(f"{part}.{name}", name, said, line) for name, said in mapping.fields[part].items()}
    return {name: value for name, value in found.items() if value}


def _field(called: str, name: str, said: FieldSource, line: Line) -> Any:
    """The text of a field; a list where the field holds several. Raises BadValue."""
    text = said.value or said.join.join(filter(None, (_cell(line, column) for column in said.columns)))
    pieces = [each.strip() for each in text.split(said.split)] if said.split and text else [text]
    if said.part and text:
        at = said.part - 1 if said.part > 0 else said.part
        pieces = [pieces[at]] if -len(pieces) <= at < len(pieces) else []
    read = [_meant(called, said, piece or said.default) for piece in pieces or [""]]
    if name == "languages" and not said.split:
        return [each for piece in read for each in older_words.listed(piece)]
    if name == "geo":
        return [] if not text else read if said.split else re.split(r"\s*[,; ]\s*", read[0].strip("() "))
    return [each for each in read if each] if name in LISTS else read[0]


def _meant(called: str, said: FieldSource, text: str) -> str:
    if said.codes is not None and text and text != said.default:
        if text not in said.codes:
            raise BadValue(f"{called}: {text!r} is not in the mapping's codes")
        return said.codes[text]
    if said.format and text:
        day = older_words.day_written(text, said.format)
        if day is None:
            raise BadValue(f"{called}: {text!r} is no date like {said.format}")
        return day
    if said.decimal and text:
        grouping = "." if said.decimal == "," else ","
        return text.replace(grouping, "").replace(" ", "").replace(said.decimal, ".")
    return text


def _cell(line: Line, column: str) -> str:
    return (line.get(column) or "").strip()
