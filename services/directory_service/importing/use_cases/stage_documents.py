"""Sort JSON documents into the stage: organisations, services and places apart from one another.

Faulty objects are reported here and go no further, so that whatever waits in the stage is HSDS.
"""

from typing import Any

from directory_service.importing.domain.cleaning import Faults, cleaned
from directory_service.importing.domain.document_kinds import (
    DOCUMENTS,
    RELATIVES,
    name_of,
    objects_in,
    own_id_of,
    paths_of_no_objects,
    without_relatives,
)
from directory_service.importing.domain.row_ids import as_uuid
from directory_service.importing.outside.import_stage import (
    INSIDE,
    TOP,
    Stage,
)
from directory_service.importing.use_cases.import_report import ImportRemark
from directory_service.importing.use_cases.row_ledger import RowLedger
from directory_service.importing.use_cases.stage_filler import StageFiller

Json = dict[str, Any]


class DocumentStaging:
    """Takes documents whose ids are the directory's own already."""

    def __init__(self, stage: Stage, ledger: RowLedger, filler: StageFiller) -> None:
        self._stage, self._ledger, self._filler = stage, ledger, filler

    def sort(self, kind: str, keyed: Json, where: str) -> None:
        """A document of that kind with all that stands inside, or a part by itself."""
        if kind == "service_at_location":
            self._service_at_location(keyed, where)
        elif kind in DOCUMENTS:
            self._stage_object(kind, keyed, "", TOP, where)
        else:
            self._cleaned_part(kind, keyed, where)

    def _stage_object(self, kind: str, value: Json, owner: str, rank: int, where: str) -> None:
        faults = Faults()
        document = cleaned(kind, without_relatives(kind, value), faults)
        for name in RELATIVES.get(kind, ()):
            faults.found += [(path, "must be an object") for path in paths_of_no_objects(value, name)]
        if kind == "service" and not isinstance(value.get("organization") or {}, dict):
            faults.add("organization", "must be an object")
        self._filler.report_faults(kind, value, faults, where, kept=document is not None, row=rank == TOP)
        if document is None:
            self._filler.mark_all_seen(value)
            return
        self._filler.add_terms(document, where)
        stage_document = {"organization": self._organization, "location": self._location, "service": self._service}
        stage_document[kind](value, document, owner, rank, where)

    def _organization(self, value: Json, document: Json, _: str, rank: int, where: str) -> None:
        key = document["id"]
        self._filler.add_document("organization", key, key, rank, where, document)
        for place in objects_in(value, "locations"):
            self._stage_object("location", place, key, INSIDE, where)
        for service in objects_in(value, "services"):
            self._stage_object("service", service, key, INSIDE, where)

    def _location(self, _: Json, document: Json, owner: str, rank: int, where: str) -> None:
        self._filler.add_document(
            "location", document["id"], document.get("organization_id") or owner, rank, where, document
        )

    def _service(self, value: Json, document: Json, owner: str, rank: int, where: str) -> None:
        organization = value.get("organization")
        named = document.get("organization_id") or owner
        if isinstance(organization, dict):
            named = named or _owner_of(value)
            self._stage_object("organization", organization, "", INSIDE, where)
        for at in document.get("service_at_locations", []):
            place = at.pop("location", None)
            if place:
                at["location_id"] = place["id"]
            if at.get("location_id"):
                self._stage.add_place_of_service(document["id"], at["location_id"])
        for at in objects_in(value, "service_at_locations"):
            if isinstance(at.get("location"), dict):
                self._stage_object("location", at["location"], named, INSIDE, where)
        self._filler.add_document("service", document["id"], named, rank, where, document)

    def _service_at_location(self, value: Json, where: str) -> None:
        """An item of /service_at_locations: the service, the place, and what holds for the two."""
        service, place = value.get("service"), value.get("location")
        if not isinstance(service, dict) or not isinstance(place, dict):
            remark = ImportRemark(where, name_of(value), ("needs a service and a location",), id=own_id_of(value))
            self._ledger.reject_row(remark)
            self._filler.mark_all_seen(value)
            return
        between = {name: inner for name, inner in value.items() if name not in {"service", "location"}}
        given = {**between, "service_id": service.get("id"), "location_id": place.get("id")}
        self._stage_object("service", service, "", INSIDE, where)
        self._stage_object("location", place, _owner_of(service), INSIDE, where)
        self._cleaned_part("service_at_location", given, where)

    def _cleaned_part(self, kind: str, given: Json, where: str) -> None:
        """A part by itself."""
        faults = Faults()
        body = cleaned(kind, given, faults)
        self._filler.report_faults(kind, given, faults, where, kept=body is not None, row=True)
        if body is not None:
            self._filler.add_part(kind, body, where)


def _owner_of(service: Json) -> str:
    """The id of a service's organisation, by its column or by the object; "" where neither holds an identifier."""
    organization = service.get("organization")
    inside = organization.get("id") if isinstance(organization, dict) else None
    return str(as_uuid(service.get("organization_id")) or as_uuid(inside) or "")
