"""Sort what a file says into the stage: documents apart from one another, rows with what they refer to.

Faulty rows and objects are reported here and go no further, so that whatever waits in the stage is HSDS. Rows of older
versions become rows of version 3 on the way.
"""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from itertools import islice
from typing import Any

from directory_service.importing.domain.bad_value import BadValue
from directory_service.importing.domain.cleaning import (
    Faults,
    cleaned,
    typed_row,
)
from directory_service.importing.domain.document_kinds import (
    DOCUMENTS,
    LISTS,
    RELATIVES,
    kind_of,
    name_of,
    objects_in,
    own_id_of,
    paths_of_no_objects,
    without_relatives,
)
from directory_service.importing.domain.keys import (
    SourceKeys,
    as_uuid,
    references,
)
from directory_service.importing.domain.older_files import FILES, resource_of
from directory_service.importing.domain.older_rows import modern
from directory_service.importing.outside.import_stage import (
    INSIDE,
    TOP,
    Stage,
)
from directory_service.importing.outside.listing_files import ListingFiles, SourceEntry
from directory_service.importing.use_cases.import_report import (
    DUPLICATE,
    ImportRemark,
    Report,
)
from directory_service.importing.use_cases.row_ledger import RowLedger
from directory_service.listings.domain.hsds.taxonomies import PROFILE

Json = dict[str, Any]


def sample_of_documents(listing: ListingFiles, most: int = 400) -> list[tuple[str, str, str]]:
    """Some organisations and services of JSON documents: kind, id as the file has it, name."""
    found = {}
    for entry in islice(listing.entries(), most):
        value = entry.value if isinstance(entry.value, dict) else {}
        kind = LISTS.get(entry.table) or kind_of(value)
        owner = value.get("organization")
        for each, document in ((kind, value), ("organization", owner if isinstance(owner, dict) else {})):
            if each in {"organization", "service"} and document.get("id"):
                found[each, str(document["id"])] = str(document.get("name", ""))
    return [(kind, key, name) for (kind, key), name in found.items()][:most]


class Staging:
    """Fills a stage. `source` is the label that identifiers which are no UUIDs are hashed with."""

    def __init__(self, stage: Stage, report: Report, source: str) -> None:
        self._stage, self.ledger = stage, RowLedger(stage, report)
        self.keys = SourceKeys(source, stage.note_own_id)
        self.unreadable = False  # something stood there of which not even the id is known

    def document(self, entry: SourceEntry) -> None:
        """A JSON document: an organisation, a service, a place, a service at a place, a taxonomy or a term."""
        value = entry.value
        kind = (LISTS.get(entry.table) or kind_of(value)) if isinstance(value, dict) else ""
        if kind and not entry.fault and (table := _table_of(entry, kind)):
            self.row(SourceEntry(table, {name: _text(inner) for name, inner in value.items()}, entry.where))
            return
        self.ledger.read()
        if entry.fault or not isinstance(value, dict):
            self._keep_out(kind or "service", entry, entry.fault or "must be an object")
            return
        try:
            self._document(kind, value, entry)
        except RecursionError:
            self._keep_out(kind, entry, "is nested too deep")

    def _document(self, kind: str, value: Json, entry: SourceEntry) -> None:
        keyed = self.keys.document(kind, value) if kind else value
        if kind == "service_at_location":
            self._service_at_location(keyed, entry.where)
        elif kind in DOCUMENTS:
            self._whole(kind, keyed, "", TOP, entry.where)
        elif kind:
            self._cleaned_part(kind, keyed, entry.where)
        else:
            self._keep_out("service", entry, "is neither an organisation, a service nor a place")

    def row(self, entry: SourceEntry) -> None:
        """A row of a CSV file of any version; of a file that HSDS does not know nothing is read."""
        kind = resource_of(entry.table)
        if kind is None:
            return
        self.ledger.read()
        if entry.fault:
            self._keep_out(kind, entry, entry.fault)
            return
        try:
            rows = list(modern(entry.table.lower(), kind, entry.value))
        except BadValue as error:
            self._keep_out(kind, entry, str(error))
            return
        *rest, (made, row) = rows
        if self.modern_row(made, row, entry.where):
            for child, inner in rest:
                self.modern_row(child, inner, entry.where, own_row=False)

    def _keep_out(self, kind: str, entry: SourceEntry, reason: str) -> None:
        """A row of which nothing goes in; what is stored of it is not gone."""
        value = entry.value if isinstance(entry.value, dict) else {}
        with suppress(RecursionError):  # the ids inside as they would have been stored
            nests = value and kind in DOCUMENTS | {"service_at_location"}
            self._mark_all_seen(self.keys.document(kind, value) if nests else value or None)
        for each in {kind, *DOCUMENTS} if value.get("id") else ():
            self._stage.mark_seen(self.keys.key(each, value["id"]))
        self.ledger.reject_row(ImportRemark(entry.where, name_of(entry.value), (reason,), id=own_id_of(entry.value)))

    def _mark_all_seen(self, value: Any) -> None:
        """What stands inside a document that is kept out has not left the file either."""
        if not isinstance(value, dict):
            self.unreadable = True
            return
        self._stage.mark_seen(str(value.get("id", "")))
        for name in ("locations", "services"):
            for inner in objects_in(value, name):
                self._mark_all_seen(inner)
        for one in (value, *objects_in(value, "service_at_locations")):
            for name in ("organization", "service", "location"):
                if isinstance(one.get(name), dict):
                    self._mark_all_seen(one[name])

    def modern_row(
        self,
        kind: str,
        row: Mapping[str, Any],
        where: str,
        *,
        last_wins: bool = False,
        shared: bool = False,
        own_row: bool = True,
    ) -> bool:
        """A row of version 3, identifiers as the file has them. Whether it was taken.

        `shared`: may come again; `own_row`: the row of the file is about this, and is lost with it.
        """
        if kind == "eligibility":
            return self._eligibility(row, where)
        keyed = self.keys.row(kind, row)
        body, reasons, left_out = typed_row(kind, keyed)
        untyped = kind == "metadata" and "resource_type" not in row
        if untyped:
            reasons = [reason for reason in reasons if not reason.startswith("resource_type: is required")]
        if kind == "service" and "location_id" in row:
            reasons = [reason for reason in reasons if not reason.startswith("organization_id: is required")]
        reasons += [] if reasons else _hangs_on_nothing(kind, body)
        if reasons:
            self._stage.mark_seen(str(keyed.get("id", "")))
            remark = ImportRemark(where, name_of(row), (*reasons, *left_out), id=own_id_of(row))
            (self.ledger.reject_row if own_row else self.ledger.reject_inside)(remark)
            return False
        self._reject_each(kind, row, where, left_out)
        if kind not in DOCUMENTS:
            of_whom = (
                [("resource_id", self.keys.key(each, row["resource_id"])) for each in DOCUMENTS] if untyped else None
            )
            return self._part(kind, body, where, shared=shared, own_row=own_row, links=of_whom)
        owner = body["id"] if kind == "organization" else str(body.get("organization_id", ""))
        first = (
            self._stage.replace_document(kind, body["id"], owner, where, body)
            if last_wins
            else self._stage.add_document(kind, body["id"], owner, TOP, where, body)
        )
        if first and not last_wins:
            self._duplicate(where, row, first)
            return False
        return True

    def inside_row(self, kind: str, row: Mapping[str, Any], where: str) -> None:
        """A row that stands beside others of the same thing (the organisation of a plain table's line)."""
        body, reasons, left_out = typed_row(kind, self.keys.row(kind, row))
        self._reject_each(kind, row, where, (*reasons, *left_out))
        if not reasons:
            owner = body["id"] if kind == "organization" else str(body.get("organization_id", ""))
            self._stage.add_document(kind, body["id"], owner, INSIDE, where, body)

    def _eligibility(self, row: Mapping[str, Any], where: str) -> bool:
        """A table of older versions; its words go into the service."""
        key, service = self.keys.key("eligibility", row["id"]), self.keys.key("service", row["service_id"])
        return self._part("eligibility", {**row, "id": key}, where, links=[("service_id", service)])

    def _part(
        self,
        kind: str,
        body: Json,
        where: str,
        *,
        shared: bool = False,
        own_row: bool = True,
        links: Sequence[tuple[str, str]] | None = None,
    ) -> bool:
        """Whether it was taken. `links`: what it hangs on, where its columns do not tell."""
        if links is None:
            links = [(name, str(body[name])) for name in _upward(kind) if body.get(name)]
        first = self._stage.add_part(kind, body["id"], where, body, links, own_row=own_row)
        if first and first != where and not shared:
            self._duplicate(where, body, first, row=own_row)
            return False
        if kind == "service_at_location" and not first:
            self._stage.add_place_of_service(body["service_id"], body["location_id"])
        return True

    def _whole(self, kind: str, value: Json, owner: str, rank: int, where: str) -> None:
        faults = Faults()
        document = cleaned(kind, without_relatives(kind, value), faults)
        for name in RELATIVES.get(kind, ()):
            faults.found += [(path, "must be an object") for path in paths_of_no_objects(value, name)]
        if kind == "service" and not isinstance(value.get("organization") or {}, dict):
            faults.add("organization", "must be an object")
        self._tell_faults(kind, value, faults, where, kept=document is not None, row=rank == TOP)
        if document is None:
            self._mark_all_seen(value)
            return
        self._terms(document, where)
        stage_document = {"organization": self._organization, "location": self._location, "service": self._service}
        stage_document[kind](value, document, owner, rank, where)

    def _organization(self, value: Json, document: Json, _: str, rank: int, where: str) -> None:
        key = document["id"]
        self._add("organization", key, key, rank, where, document)
        for place in objects_in(value, "locations"):
            self._whole("location", place, key, INSIDE, where)
        for service in objects_in(value, "services"):
            self._whole("service", service, key, INSIDE, where)

    def _location(self, _: Json, document: Json, owner: str, rank: int, where: str) -> None:
        self._add("location", document["id"], document.get("organization_id") or owner, rank, where, document)

    def _service(self, value: Json, document: Json, owner: str, rank: int, where: str) -> None:
        organization = value.get("organization")
        named = document.get("organization_id") or owner
        if isinstance(organization, dict):
            named = named or _owner_of(value)
            self._whole("organization", organization, "", INSIDE, where)
        for at in document.get("service_at_locations", []):
            place = at.pop("location", None)
            if place:
                at["location_id"] = place["id"]
            if at.get("location_id"):
                self._stage.add_place_of_service(document["id"], at["location_id"])
        for at in objects_in(value, "service_at_locations"):
            if isinstance(at.get("location"), dict):
                self._whole("location", at["location"], named, INSIDE, where)
        self._add("service", document["id"], named, rank, where, document)

    def _service_at_location(self, value: Json, where: str) -> None:
        """An item of /service_at_locations: the service, the place, and what holds for the two."""
        service, place = value.get("service"), value.get("location")
        if not isinstance(service, dict) or not isinstance(place, dict):
            remark = ImportRemark(where, name_of(value), ("needs a service and a location",), id=own_id_of(value))
            self.ledger.reject_row(remark)
            self._mark_all_seen(value)
            return
        between = {name: inner for name, inner in value.items() if name not in {"service", "location"}}
        given = {**between, "service_id": service.get("id"), "location_id": place.get("id")}
        self._whole("service", service, "", INSIDE, where)
        self._whole("location", place, _owner_of(service), INSIDE, where)
        self._cleaned_part("service_at_location", given, where)

    def _cleaned_part(self, kind: str, given: Json, where: str) -> None:
        """A part by itself."""
        faults = Faults()
        body = cleaned(kind, given, faults)
        self._tell_faults(kind, given, faults, where, kept=body is not None, row=True)
        if body is not None:
            self._part(kind, body, where)

    def _add(self, kind: str, key: str, owner: str, rank: int, where: str, document: Json) -> None:
        first = self._stage.add_document(kind, key, owner, rank, where, document)
        if first:
            self._duplicate(where, document, first)

    def _terms(self, document: Json, where: str) -> None:
        """Terms that stand inside statements, so that the directory can filter by them; ours are known."""
        for attribute in document.get("attributes", []):
            term = attribute.get("taxonomy_term")
            if term and not str(term.get("taxonomy", "")).startswith(f"{PROFILE}/"):
                attribute.setdefault("taxonomy_term_id", term["id"])
                self._stage.add_part("taxonomy_term", term["id"], where, term, [])

    def _tell_faults(self, kind: str, value: Json, faults: Faults, where: str, *, kept: bool, row: bool) -> None:
        """A document that is kept out is one fault; a faulty object inside a good one is one each."""
        reasons = [f"{path}: {reason}" for path, reason in faults.found]
        fresh = [reason for reason in reasons if self._stage.is_new(str(value.get("id")), reason)]
        if kept:
            self._reject_each(kind, value, where, fresh)
            return
        remark = ImportRemark(where, name_of(value), tuple(fresh or reasons), id=own_id_of(value))
        (self.ledger.reject_row if row else self.ledger.reject_inside)(remark)

    def _reject_each(self, kind: str, value: Mapping[str, Any], where: str, reasons: Iterable[str]) -> None:
        """What an object does without."""
        called = " ".join(dict.fromkeys(filter(None, (kind, own_id_of(value), name_of(value)))))
        for reason in reasons:
            self.ledger.reject_inside(ImportRemark(where, called[:160], (reason,), id=own_id_of(value)))

    def _duplicate(self, where: str, value: Mapping[str, Any], kept: str, *, row: bool = True) -> None:
        reason = f"id: stands in the file twice; the one at {kept} is kept"
        remark = ImportRemark(where, name_of(value), (reason,), DUPLICATE, own_id_of(value))
        (self.ledger.reject_row if row else self.ledger.reject_inside)(remark)


def _owner_of(service: Json) -> str:
    """The id of a service's organisation, by its column or by the object; "" where neither holds an identifier."""
    organization = service.get("organization")
    inside = organization.get("id") if isinstance(organization, dict) else None
    return str(as_uuid(service.get("organization_id")) or as_uuid(inside) or "")


def _upward(kind: str) -> list[str]:
    if kind in {"taxonomy_term", "taxonomy", "unit", "meta_table_description"}:
        return []
    links = {"attribute": ["link_id"], "metadata": ["resource_id"]}.get(kind, [])
    return [*references(kind), *links]


def _table_of(entry: SourceEntry, kind: str) -> str:
    """The table of an entry that is a row: of tabular.json, or of a list whose ids are numbers; "" for a document."""
    if entry.table in LISTS:
        flat = not any(isinstance(inner, dict | list) for inner in entry.value.values())
        return kind if kind in DOCUMENTS and flat and not as_uuid(entry.value.get("id")) else ""
    return entry.table if entry.table in FILES else ""


def _hangs_on_nothing(kind: str, body: Json) -> list[str]:
    """A part that names nothing it could belong to would be in no document."""
    columns = _upward(kind)
    if kind in DOCUMENTS or not columns or any(body.get(column) for column in columns):
        return []
    return [f"{', '.join(columns)}: one of them must say what this belongs to"]


def _text(value: object) -> str:
    return "" if value is None else str(value)
