"""Settle what is staged before it goes into the directory: whose places are, and which parts hang on nothing.

References can only be judged when the whole file has been read; then is known, too, of which places organisations need
copies, and each gets its id. Memory stays flat: all questions are asked of the stage, a page at a time.
"""

from collections.abc import Callable, Mapping
from itertools import groupby, islice
from uuid import UUID

from directory_service.importing.outside.import_stage import Stage
from directory_service.importing.use_cases.import_report import (
    ORPHAN,
    ImportRemark,
)
from directory_service.importing.use_cases.row_ledger import RowLedger
from directory_service.listings.domain.location_copies import copy_key
from directory_service.listings.store.location_copies import new_copy_id

#: Key → organisation of copies; answers with the ids of those that it has. As `location_copies.find_copies`.
FindCopies = Callable[[Mapping[UUID, UUID]], Mapping[UUID, UUID]]
#: References that a part is nothing without.
_NEEDED = {
    "service_at_location": frozenset({"service_id", "location_id"}),
    "service_capacity": frozenset({"service_id", "unit_id"}),
    "attribute": frozenset({"link_id", "taxonomy_term_id"}),
}
_AT_ONCE = 1_000  # copies


def settle_import(stage: Stage, ledger: RowLedger, terms: set[str], find: FindCopies) -> None:
    """Give places their organisation, drop orphans, and say under which id a place is taken as one of one's own.

    `terms`: those that the directory knows.
    """
    for key, named, where, user in stage.resolve_owners():
        if user and user != named:
            stage.set_owner("location", key, user)
            if named:
                reason = f"organization_id: there is no organisation {named}; taken for a place of {user}"
                ledger.note(ImportRemark(where, "location", (reason,), ORPHAN, key))
    _name_copies(stage, find)
    while _drop_orphans(stage, ledger, terms):
        pass  # what hung on them hangs on nothing now


def _name_copies(stage: Stage, find: FindCopies) -> None:
    """Each copy's id as it was; of a new one a random one, which is remembered once the copy is there."""
    shared = stage.shared_places()
    while pairs := list(islice(shared, _AT_ONCE)):
        keys = {copy_key(place, user): (place, user) for place, user in pairs}
        known = find({key: UUID(user) for key, (_, user) in keys.items()})
        for key, (place, user) in keys.items():
            copy = str(known.get(key) or new_copy_id())
            stage.add_copy(place, user, copy)
            stage.mark_seen(copy)


def _drop_orphans(stage: Stage, ledger: RowLedger, terms: set[str]) -> int:
    """How many there were. The stage gives the references of a part one after the other."""
    dropped = 0
    for (kind, key, where), references in groupby(stage.references(), key=lambda row: row[:3]):
        links = [
            (column, target, there or (column == "taxonomy_term_id" and target in terms))
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
