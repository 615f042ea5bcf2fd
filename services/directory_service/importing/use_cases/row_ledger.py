"""Ledger of a file's rows: each one that is read goes in, or is named as kept out.

Whoever rejects something rejects it here. A row that is kept out takes with it the rows that hang on nothing else, and
each of those is named too. Ids are told as the file has them, not as the UUIDs that were computed from them.
"""

import re
from dataclasses import replace

from directory_service.importing.outside.import_stage import Stage
from directory_service.importing.use_cases.import_report import ORPHAN, ImportRemark, Report

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_WORDS = {"service_at_location": "service at a place", "taxonomy_term": "term"}


class RowLedger:
    """Counts rows in the report; the stage remembers which are lost."""

    def __init__(self, stage: Stage, report: Report) -> None:
        self._stage, self._report = stage, report

    def read(self) -> None:
        """One more row was read."""
        self._report.rows["read"] += 1

    def reject_row(self, remark: ImportRemark) -> None:
        """Keep the row out that stands there."""
        self.reject_inside(remark)
        if self._stage.lose_row(remark.where):
            self._report.rows["rejected"] += 1

    def reject_inside(self, remark: ImportRemark) -> None:
        """Keep out something inside a row that goes in."""
        self._report.rejected.append(self._in_own_ids(remark))

    def note(self, remark: ImportRemark) -> None:
        """Tell something about a row that goes in."""
        self._report.notes.append(self._in_own_ids(remark))

    def reject_document(self, key: str, remark: ImportRemark) -> None:
        """Keep out a document of the stage, with what hangs on it."""
        if self._stage.row_of(key) == remark.where:
            self.reject_row(remark)
        else:
            self.reject_inside(remark)
        self.lose_below(key)

    def lose_below(self, key: str) -> None:
        """Name the rows that hang on an id that is kept out, and on nothing else that goes in."""
        self._stage.lose_id(key)
        for kind, part, where, column in self._stage.hanging_on(key):
            self._stage.mark_seen(part)
            if not self._stage.is_lost_row(where):
                reason = f"{column}: {key} is kept out"
                self.reject_row(ImportRemark(where, _WORDS.get(kind, kind), (reason,), ORPHAN, part))
            self._stage.drop_part(kind, part)
            self.lose_below(part)

    def is_lost(self, where: str) -> bool:
        """Whether the row there is named as kept out already."""
        return self._stage.is_lost_row(where)

    def _in_own_ids(self, remark: ImportRemark) -> ImportRemark:
        def own(text: str) -> str:
            return _UUID.sub(lambda found: self._stage.own_id(found[0]), text)

        return replace(remark, name=own(remark.name), id=own(remark.id), reasons=tuple(map(own, remark.reasons)))
