"""Settle what is staged before it goes into the directory: whose places are, and which parts hang on nothing.

References can only be judged when the whole file has been read. Memory stays flat: both questions are asked of the
stage, a page at a time.
"""

from itertools import groupby

from directory_service.importing.outside.import_stage import Stage
from directory_service.importing.use_cases.import_report import (
    ORPHAN,
    ImportRemark,
)
from directory_service.importing.use_cases.row_ledger import RowLedger
from directory_service.listings.domain.hsds.ids import nested_id

#: References that a part is nothing without.
_NEEDED = {
    "service_at_location": frozenset({"service_id", "location_id"}),
    "service_capacity": frozenset({"service_id", "unit_id"}),
    "attribute": frozenset({"link_id", "taxonomy_term_id"}),
}


def settle_import(stage: Stage, ledger: RowLedger, known_terms: set[str]) -> None:
    """Give places their organisation, drop orphans, and note the places that will be taken as an organisation's own."""
    for key, named, where, user in stage.resolve_owners():
        if user and user != named:
            stage.set_owner("location", key, user)
            if named:
                reason = f"organization_id: there is no organisation {named}; taken for a place of {user}"
                ledger.note(ImportRemark(where, "location", (reason,), ORPHAN, key))
    for key, user in stage.shared_places():
        stage.mark_seen(own_place_of(key, user))
    while _drop_orphans(stage, ledger, known_terms):
        pass  # what hung on them hangs on nothing now


def own_place_of(place: str, organization: str) -> str:
    """The id of a place of somebody else, taken as a place of the organisation's own."""
    return nested_id(place, "place of", organization)


def _drop_orphans(stage: Stage, ledger: RowLedger, known_terms: set[str]) -> int:
    """How many there were. The stage gives the references of a part one after the other."""
    dropped = 0
    for (kind, key, where), references in groupby(stage.references(), key=lambda row: row[:3]):
        links = [
            (column, target, there or (column == "taxonomy_term_id" and target in known_terms))
            for _, _, _, column, target, there in references
        ]
        lost = [f"{column}: there is no {target} in the file" for column, target, there in links if not there]
        needed = _NEEDED.get(kind, frozenset())
        remark = ImportRemark(where, kind, tuple(lost), ORPHAN, key)
        if lost and (not any(there for _, _, there in links) or any(c in needed and not t for c, _, t in links)):
            own_row = stage.row_of(key) == where
            stage.drop_part(kind, key)
            (ledger.reject_row if own_row else ledger.reject_inside)(remark)
            dropped += 1
        elif lost and kind != "metadata" and stage.is_new(key, "; ".join(lost)):
            ledger.note(remark)
    return dropped
