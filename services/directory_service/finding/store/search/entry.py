"""Index entry of a public service, made from its row alone.

Coordinates and PIN codes are read from the public document, which has none for a confidential place: so there is
nothing here by which asking for distances could find one.
"""

import json
import logging
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from hashlib import blake2b
from typing import Any, NamedTuple
from uuid import UUID

import tantivy

from directory_service.finding.store.search.fields import (
    GENDERS_NOT_SAID,
    NAME_WORDS,
    WORDS,
    folded_text,
)
from directory_service.listings.domain.attributes import (
    FLAGS,
)
from service_kit import metrics
from setu.languages import english_name

_log = logging.getLogger(__name__)
_unreadable = metrics.counter("index_unreadable", "Services that could not be put into the search index")

Json = Mapping[str, Any]
_RANKS = {"open": 0, "waiting_list": 1, None: 2, "closed": 3}  # what is not said comes behind what is
ANY_AGE = 200
LAST_DAY = date.max.toordinal()  # 22 bits
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class ServiceRow:
    """What is read of a service; the answers are its public ones."""

    id: UUID
    record: Json
    snapshot: Json
    owner: Json
    term_ids: tuple[UUID, ...]
    number: int  # in the change feed; 0 for one that has none yet
    modified_at: datetime
    shown_at: datetime  # before this time every reader sees it as it is
    summary: bytes
    document: bytes


@dataclass(frozen=True)
class Area:
    """A district: its state by LGD code and ISO 3166-2, and what both are called in every language."""

    state_code: int
    state_iso: str
    names: tuple[str, ...]


@dataclass(frozen=True)
class Surroundings:
    """What rows refer to: districts by code, the taxonomy of each term, and what terms of other vocabularies say."""

    areas: Mapping[int, Area]
    taxonomies: Mapping[UUID, UUID]
    term_words: Mapping[UUID, str] = field(default_factory=dict)


class IndexEntry(NamedTuple):
    """What the index is told of a service, and its answers of each of `answers.KINDS`."""

    document: tantivy.Document
    answers: tuple[bytes, bytes, bytes]


def entry(row: ServiceRow, around: Surroundings) -> IndexEntry:
    """The entry of a public service."""
    made = tantivy.Document()
    for name, values in _exact(row, around).items():
        for value in values:
            made.add_text(name, value)
    for name, number in _numbers(row).items():
        made.add_unsigned(name, number)
    names = [folded_text(text) for text in _names(row)]
    made.add_text(NAME_WORDS, "\n".join(names))
    made.add_text(WORDS, "\n".join([*names, *(folded_text(text) for text in _descriptions(row, around))]))
    made.add_text("name_key", f"{folded_text(row.snapshot['name'])}\0{row.id}")
    _add_places(made, row)
    return IndexEntry(made, (_minimal(row), row.summary, row.document))


def entries(rows: Iterable[ServiceRow], around: Surroundings) -> Iterator[IndexEntry]:
    """The entries of these rows. A row that cannot be read is told of and left out: it must not hold up all others."""
    for row in rows:
        try:
            yield entry(row, around)
        except (KeyError, ValueError, TypeError, AttributeError):
            _unreadable.inc()
            _log.exception("a service cannot be indexed", extra={"service_id": str(row.id)})


def _exact(row: ServiceRow, around: Surroundings) -> dict[str, Iterable[str]]:
    said = row.snapshot
    areas = [around.areas[code] for code in said["districts"] if code in around.areas]
    return {
        "kind": ("service",) if said["genders"] else ("service", GENDERS_NOT_SAID),
        "id": (str(row.id),),
        "organization": (said["organization_id"],),
        "status": (_status(row),),
        "term": {str(term) for term in row.term_ids},
        "taxonomy": {str(around.taxonomies[term]) for term in row.term_ids if term in around.taxonomies},
        "hours": (hours_key(row.record.get("schedules", ())),),
        "needs": said["needs"],
        "need_district": (need_in(need, district) for need in said["needs"] for district in said["districts"]),
        "district": map(str, said["districts"]),
        "state": {code for area in areas for code in (str(area.state_code), area.state_iso) if code},
        "gender": said["genders"],
        "language": said["languages"],
        "accepting": filter(None, (said["accepting"],)),
        "cost": filter(None, (said["cost"],)),
        "statements": [flag.field for flag in FLAGS if said[flag.field]],
    }


def need_in(need: str, district: int | str) -> str:
    """A need that is served in a district, as one value.

    What most people ask for is one short list of entries then; the two long lists to compare would grow with the
    directory.
    """
    return f"{need}@{district}"


def hours_key(schedules: Iterable[Json]) -> str:
    """The opening hours as one value: services with the same hours have the same, whatever the hours are called.

    Few are different, so "open at" is answered by looking at each once, at the time of asking; nothing goes stale.
    """
    rules = [{key: value for key, value in rule.items() if key != "description"} for rule in schedules]
    return json.dumps(sorted(rules, key=str), sort_keys=True, separators=(",", ":"))


def _numbers(row: ServiceRow) -> dict[str, int]:
    said = row.snapshot
    children = said["admits_children_up_to"]
    youngest, oldest = said["minimum_age"], said["maximum_age"]
    confirmed = said["assured_date"]
    assured = date.fromisoformat(confirmed).toordinal() if confirmed else 0
    name = name_number(folded_text(said["name"]))
    rank = _RANKS[said["accepting"]] if said["status"] == "active" else 3
    identity = int.from_bytes(blake2b(row.id.bytes, digest_size=8).digest())
    return {
        "by_id": identity,
        "by_best": rank << 62 | name >> 40 << 38 | identity >> 26,
        "by_confirmed": (LAST_DAY - assured) << 42 | rank << 40 | name >> 48 << 24 | identity >> 40,
        "by_name": name,
        "by_change": row.number,
        "modified": milliseconds(row.modified_at),
        "shown": milliseconds(max(row.shown_at, row.modified_at)),
        "youngest": youngest or 0,
        "oldest": ANY_AGE if oldest is None else oldest,
        "child": 0 if children is None else children + 1,
        "assured": assured,
    }


def name_number(name: str) -> int:
    """The first eight bytes of a plain name, so that numbers stand in the order of the names."""
    return int.from_bytes(name.encode()[:8].ljust(8, b"\0"))


def milliseconds(moment: datetime) -> int:
    """Since 1970 in UTC, never below zero."""
    return max(0, int((moment - _EPOCH).total_seconds() * 1000))


def _names(row: ServiceRow) -> Iterator[str]:
    yield row.snapshot["name"]
    yield from row.snapshot["names"].values()
    yield row.record.get("alternate_name", "")
    yield row.owner.get("name", "")
    yield row.owner.get("alternate_name", "")
    yield from row.owner.get("names", {}).values()


def _descriptions(row: ServiceRow, around: Surroundings) -> Iterator[str]:
    yield row.record.get("description", "")
    yield from row.record.get("descriptions", {}).values()
    yield from (around.term_words[term] for term in row.term_ids if term in around.term_words)
    yield from (english_name(code) for code in row.snapshot["languages"])
    for code in row.snapshot["districts"]:
        yield from around.areas[code].names if code in around.areas else ()
    yield from (row.snapshot[name] or "" for name in ("area", "address", "landmark"))


def _status(row: ServiceRow) -> str:
    """The standard's word, as the item says it; the snapshot knows active and inactive only."""
    return str(row.record.get("status", "active"))


def _minimal(row: ServiceRow) -> bytes:
    """`id` and `modified_date`, as the parameter is described, and what the standard's schema of lists requires."""
    moment = row.modified_at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    said = {"id": str(row.id), "name": row.snapshot["name"], "status": _status(row), "modified_date": moment}
    return json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()


def _add_places(made: tantivy.Document, row: ServiceRow) -> None:
    document = json.loads(row.document)
    found = list(_places(document))
    made.add_unsigned("places", len(found))
    for latitude, longitude, _ in found:
        made.add_float("latitude", latitude)
        made.add_float("longitude", longitude)
    for postcode in _postcodes(document):
        made.add_text("postcode", postcode)
    made.add_bytes("coordinates", json.dumps(found).encode())


def _postcodes(document: Json) -> set[str]:
    """The PIN codes of all public addresses, also of places that tell no co-ordinates."""
    places = (joined.get("location", {}) for joined in document.get("service_at_locations", ()))
    codes = (address.get("postal_code") for place in places for address in place.get("addresses", ()))
    return {code for code in codes if isinstance(code, str) and code}


def _places(document: Json) -> Iterator[tuple[float, float, str]]:
    for joined in document.get("service_at_locations", ()):
        place = joined.get("location", {})
        latitude, longitude = place.get("latitude"), place.get("longitude")
        if _is_within(latitude, 90) and _is_within(longitude, 180):  # imported ones may be anything
            codes = [address.get("postal_code", "") for address in place.get("addresses", ())]
            yield float(latitude), float(longitude), next(iter(codes), "")


def _is_within(degrees: object, most: int) -> bool:
    return isinstance(degrees, int | float) and -most <= degrees <= most
