"""Sort what a file says into the stage: documents apart from one another, rows with what they refer to.

Faulty rows and objects are reported here and go no further, so that whatever waits in the stage is HSDS. Rows of older
versions become rows of version 3 on the way.
"""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from directory_service.importing.domain.bad_value import BadValue
from directory_service.importing.domain.cleaning import (
    typed_row,
)
from directory_service.importing.domain.document_kinds import (
    DOCUMENTS,
    LISTS,
    kind_of,
    name_of,
    own_id_of,
)
from directory_service.importing.domain.older_files import FILES, resource_of
from directory_service.importing.domain.older_rows import modern
from directory_service.importing.domain.row_ids import (
    SourceKeys,
    as_uuid,
)
from directory_service.importing.outside.import_stage import (
    INSIDE,
    TOP,
    Stage,
)
from directory_service.importing.outside.listing_files import SourceEntry
from directory_service.importing.use_cases.import_report import (
    ImportRemark,
    Report,
)
from directory_service.importing.use_cases.row_ledger import RowLedger
from directory_service.importing.use_cases.stage_documents import DocumentStaging
from directory_service.importing.use_cases.stage_filler import StageFiller, upward

Json = dict[str, Any]


class Staging:
    """Fills a stage. `source` is the label that identifiers which are no UUIDs are hashed with."""

    def __init__(self, stage: Stage, report: Report, source: str) -> None:
        self._stage, self.ledger = stage, RowLedger(stage, report)
        self.keys = SourceKeys(source, stage.note_own_id)
        self._filler = StageFiller(stage, self.ledger)
        self._documents = DocumentStaging(stage, self.ledger, self._filler)

    @property
    def unreadable(self) -> bool:
        """Whether something stood there of which not even the id is known."""
        return self._filler.unreadable

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
        if kind:
            self._documents.sort(kind, self.keys.document(kind, value), entry.where)
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
            self._filler.mark_all_seen(self.keys.document(kind, value) if nests else value or None)
        for each in {kind, *DOCUMENTS} if value.get("id") else ():
            self._stage.mark_seen(self.keys.key(each, value["id"]))
        self.ledger.reject_row(ImportRemark(entry.where, name_of(entry.value), (reason,), id=own_id_of(entry.value)))

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
        self._filler.reject_each(kind, row, where, left_out)
        if kind not in DOCUMENTS:
            of_whom = (
                [("resource_id", self.keys.key(each, row["resource_id"])) for each in DOCUMENTS] if untyped else None
            )
            return self._filler.add_part(kind, body, where, shared=shared, own_row=own_row, links=of_whom)
        owner = body["id"] if kind == "organization" else str(body.get("organization_id", ""))
        first = (
            self._stage.replace_document(kind, body["id"], owner, where, body)
            if last_wins
            else self._stage.add_document(kind, body["id"], owner, TOP, where, body)
        )
        if first and not last_wins:
            self._filler.report_duplicate(where, row, first)
            return False
        return True

    def inside_row(self, kind: str, row: Mapping[str, Any], where: str) -> None:
        """A row that stands beside others of the same thing (the organisation of a plain table's line)."""
        body, reasons, left_out = typed_row(kind, self.keys.row(kind, row))
        self._filler.reject_each(kind, row, where, (*reasons, *left_out))
        if not reasons:
            owner = body["id"] if kind == "organization" else str(body.get("organization_id", ""))
            self._stage.add_document(kind, body["id"], owner, INSIDE, where, body)

    def _eligibility(self, row: Mapping[str, Any], where: str) -> bool:
        """A table of older versions; its words go into the service."""
        key, service = self.keys.key("eligibility", row["id"]), self.keys.key("service", row["service_id"])
        return self._filler.add_part("eligibility", {**row, "id": key}, where, links=[("service_id", service)])


def _table_of(entry: SourceEntry, kind: str) -> str:
    """The table of an entry that is a row: of tabular.json, or of a list whose ids are numbers; "" for a document."""
    if entry.table in LISTS:
        flat = not any(isinstance(inner, dict | list) for inner in entry.value.values())
        return kind if kind in DOCUMENTS and flat and not as_uuid(entry.value.get("id")) else ""
    return entry.table if entry.table in FILES else ""


def _hangs_on_nothing(kind: str, body: Json) -> list[str]:
    """A part that names nothing it could belong to would be in no document."""
    columns = upward(kind)
    if kind in DOCUMENTS or not columns or any(body.get(column) for column in columns):
        return []
    return [f"{', '.join(columns)}: one of them must say what this belongs to"]


def _text(value: object) -> str:
    return "" if value is None else str(value)
