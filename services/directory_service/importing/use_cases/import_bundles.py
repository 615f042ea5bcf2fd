"""Bundles of an import: an organisation with its places and services at a time, from the stage to our own records.

Whatever does not make a valid record is reported by file and line, and kept out.
"""

from collections import Counter
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from directory_service.importing.domain.nesting import nested
from directory_service.importing.domain.records_from_documents import (
    FindDistrict,
    is_abroad,
    organization_record,
    place_record,
    service_record,
)
from directory_service.importing.outside.import_stage import (
    Stage,
    Staged,
)
from directory_service.importing.use_cases.import_group import (
    Group,
    Row,
)
from directory_service.importing.use_cases.import_report import (
    ORPHAN,
    ImportRemark,
)
from directory_service.importing.use_cases.row_ledger import RowLedger
from directory_service.listings.domain.field_faults import InvalidFields
from directory_service.listings.domain.fields import LOCATION_FIELDS, ORGANIZATION_FIELDS, SERVICE_FIELDS
from directory_service.listings.domain.location_copies import copy_key

Json = dict[str, Any]


class Bundles:
    """Turns what is staged into groups. `district` is for organisations whose own nothing tells."""

    def __init__(
        self, stage: Stage, find: FindDistrict, ledger: RowLedger, district: int, terms: dict[str, Json]
    ) -> None:
        self._stage, self._find, self._ledger, self._district, self._terms = stage, find, ledger, district, terms

    def groups(self) -> Iterator[Group]:
        """Every organisation that the file has or refers to."""
        for owner in self._stage.organizations():
            if owner:
                yield self._group(owner)
            else:
                self._ownerless()

    def _group(self, owner: str) -> Group:
        group = Group(UUID(owner))
        places = self._places_of(owner)
        services = self._stage.documents("service", owner)
        wanted = self._wanted(owner, services, places)
        group.places = [row for key, staged in places.items() if (row := self._place(key, staged, owner))]
        taken = {str(row.record.id) for row in group.places}
        group.copies = {UUID(key): copy_key(places[key].id, owner) for key in taken if places[key].id != key}
        places = {key: staged for key, staged in places.items() if key in taken}
        for staged in services:
            group.services += self._service(staged, owner, wanted.get(staged.id, {}), places)
        for staged in self._stage.documents("organization", owner):
            district = self._district_of(group)
            record = organization_record(self._nested(staged), district)
            if read := self._read(ORGANIZATION_FIELDS.read, record, staged):
                group.organization = read
        return group

    def _places_of(self, owner: str) -> dict[str, Staged]:
        return {staged.id: staged for staged in self._stage.documents("location", owner)}

    def _wanted(self, owner: str, services: list[Staged], places: dict[str, Staged]) -> dict[str, dict[str, str]]:
        """For each service its places as named → as taken: a place of somebody else is taken as a place of its own."""
        wanted: dict[str, dict[str, str]] = {}
        for service in services:
            body = self._nested(service)
            service.body.clear()
            service.body.update(body)
            for at in body.get("service_at_locations", []):
                key = at.get("location_id")
                if not key:
                    continue
                taken = key
                if key not in places and (other := self._stage.document("location", key)):
                    taken = self._stage.copy_of(key, owner)
                    places[taken] = other
                wanted.setdefault(service.id, {})[key] = taken
        return wanted

    def _place(self, key: str, staged: Staged, owner: str) -> Row[Any] | None:
        document = {**self._nested(staged), "id": key}
        record = place_record(document, owner, self._find)
        if key != staged.id and not record.get("confidential"):
            record["shared_id"] = staged.id
        return self._read(LOCATION_FIELDS.read, record, staged)

    def _service(
        self, staged: Staged, owner: str, wanted: dict[str, str], places: dict[str, Staged]
    ) -> Iterator[Row[Any]]:
        document = dict(staged.body)
        rows = []
        for at in document.get("service_at_locations", []):
            key = wanted.get(at.get("location_id", ""), "")
            if key in places:
                rows.append({**at, "location_id": key})
            else:
                self._lost(staged, at)
        document["service_at_locations"] = rows
        here = not is_abroad([self._nested(places[row["location_id"]]) for row in rows])
        if read := self._read(SERVICE_FIELDS.read, service_record(document, owner, here=here), staged):
            yield read

    def _lost(self, staged: Staged, at: Json) -> None:
        where = self._stage.row_of(str(at.get("id", ""))) or staged.at
        if self._ledger.is_lost(where):
            return
        reason = f"service_at_locations: there is no location {at.get('location_id', '')} in the file"
        remark = ImportRemark(where, str(staged.body.get("name", ""))[:80], (reason,), ORPHAN, staged.id)
        (self._ledger.reject_inside if where == staged.at else self._ledger.reject_row)(remark)

    def _nested(self, staged: Staged) -> Json:
        return nested(staged.kind, staged.body, self._stage.below, self._part)

    def _part(self, kind: str, key: str) -> Json | None:
        return self._stage.part(kind, key) or (self._terms.get(key) if kind == "taxonomy_term" else None)

    def _district_of(self, group: Group) -> int:
        codes = [place.record.district for place in group.places if place.record.district]
        codes += [code for service in group.services for code in service.record.districts[:1]] if not codes else []
        return Counter(codes).most_common(1)[0][0] if codes else self._district

    def _read(self, read: Any, record: Json, staged: Staged) -> Row[Any] | None:
        try:
            return Row(read(record), staged.at)
        except InvalidFields as bad:
            remark = ImportRemark(staged.at, _name(staged), tuple(map(str, bad.faults)), id=staged.id)
            self._stage.mark_seen(str(record["id"]))
            self._ledger.reject_document(staged.id, remark)
            return None

    def _ownerless(self) -> None:
        for kind in ("location", "service"):
            for staged in self._stage.documents(kind, ""):
                reason = f"organization_id: this {kind} names no organisation, and nothing tells whose it is"
                self._ledger.reject_document(
                    staged.id, ImportRemark(staged.at, _name(staged), (reason,), ORPHAN, staged.id)
                )


def _name(staged: Staged) -> str:
    return str(staged.body.get("name", ""))[:80]
