"""Filler of the stage: documents and parts one by one, and what became of each in the ledger.

What stands twice is named and kept once. What is seen has not left the file, also where it is kept out.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from directory_service.importing.domain.cleaning import Faults
from directory_service.importing.domain.document_kinds import (
    name_of,
    objects_in,
    own_id_of,
)
from directory_service.importing.domain.row_ids import references
from directory_service.importing.outside.import_stage import Stage
from directory_service.importing.use_cases.import_report import DUPLICATE, ImportRemark
from directory_service.importing.use_cases.row_ledger import RowLedger
from directory_service.listings.domain.hsds.taxonomies import PROFILE

Json = dict[str, Any]


class StageFiller:
    """Puts into the stage what was cleaned. `unreadable`: something stood there of which not even the id is known."""

    def __init__(self, stage: Stage, ledger: RowLedger) -> None:
        self._stage, self._ledger = stage, ledger
        self.unreadable = False

    def add_part(
        self,
        kind: str,
        body: Json,
        where: str,
        *,
        shared: bool = False,
        own_row: bool = True,
        links: Sequence[tuple[str, str]] | None = None,
    ) -> bool:
        """What hangs on documents; whether it was taken. `links`: on which, where its columns do not tell."""
        if links is None:
            links = [(name, str(body[name])) for name in upward(kind) if body.get(name)]
        first = self._stage.add_part(kind, body["id"], where, body, links, own_row=own_row)
        if first and first != where and not shared:
            self.report_duplicate(where, body, first, row=own_row)
            return False
        if kind == "service_at_location" and not first:
            self._stage.add_place_of_service(body["service_id"], body["location_id"])
        return True

    def add_document(self, kind: str, key: str, owner: str, rank: int, where: str, document: Json) -> None:
        """A document; one of a lower `rank` gives way to one of a higher."""
        first = self._stage.add_document(kind, key, owner, rank, where, document)
        if first:
            self.report_duplicate(where, document, first)

    def add_terms(self, document: Json, where: str) -> None:
        """Terms that stand inside statements, so that the directory can filter by them; ours are known."""
        for attribute in document.get("attributes", []):
            term = attribute.get("taxonomy_term")
            if term and not str(term.get("taxonomy", "")).startswith(f"{PROFILE}/"):
                attribute.setdefault("taxonomy_term_id", term["id"])
                self._stage.add_part("taxonomy_term", term["id"], where, term, [])

    def report_faults(self, kind: str, value: Json, faults: Faults, where: str, *, kept: bool, row: bool) -> None:
        """A document that is kept out is one fault; a faulty object inside a good one is one each."""
        reasons = [f"{path}: {reason}" for path, reason in faults.found]
        fresh = [reason for reason in reasons if self._stage.is_new(str(value.get("id")), reason)]
        if kept:
            self.reject_each(kind, value, where, fresh)
            return
        remark = ImportRemark(where, name_of(value), tuple(fresh or reasons), id=own_id_of(value))
        (self._ledger.reject_row if row else self._ledger.reject_inside)(remark)

    def reject_each(self, kind: str, value: Mapping[str, Any], where: str, reasons: Iterable[str]) -> None:
        """What an object does without."""
        called = " ".join(dict.fromkeys(filter(None, (kind, own_id_of(value), name_of(value)))))
        for reason in reasons:
            self._ledger.reject_inside(ImportRemark(where, called[:160], (reason,), id=own_id_of(value)))

    def report_duplicate(self, where: str, value: Mapping[str, Any], kept: str, *, row: bool = True) -> None:
        """Name what stands twice; the one at `kept` stays. `row`: the row of the file is about this."""
        reason = f"id: stands in the file twice; the one at {kept} is kept"
        remark = ImportRemark(where, name_of(value), (reason,), DUPLICATE, own_id_of(value))
        (self._ledger.reject_row if row else self._ledger.reject_inside)(remark)

    def mark_all_seen(self, value: Any) -> None:
        """What is kept out, and what stands inside it, has not left the file."""
        if not isinstance(value, dict):
            self.unreadable = True
            return
        self._stage.mark_seen(str(value.get("id", "")))
        for name in ("locations", "services"):
            for inner in objects_in(value, name):
                self.mark_all_seen(inner)
        for one in (value, *objects_in(value, "service_at_locations")):
            for name in ("organization", "service", "location"):
                if isinstance(one.get(name), dict):
                    self.mark_all_seen(one[name])


def upward(kind: str) -> list[str]:
    """The columns in which a row of that kind names what it belongs to."""
    if kind in {"taxonomy_term", "taxonomy", "unit", "meta_table_description"}:
        return []
    links = {"attribute": ["link_id"], "metadata": ["resource_id"]}.get(kind, [])
    return [*references(kind), *links]
