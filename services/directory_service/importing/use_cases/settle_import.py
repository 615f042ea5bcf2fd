"""Settle what is staged before it goes into the directory: whose places are, and which parts hang on nothing.

References can only be judged when the whole file has been read. Memory stays flat: both questions are asked of the
stage, a page at a time.
"""

from collections.abc import Callable, Mapping, Sequence
from itertools import groupby, islice
from uuid import UUID, uuid4

from directory_service.importing.outside.import_stage import Stage
from directory_service.importing.use_cases.import_report import (
    ORPHAN,
    ImportRemark,
)
from directory_service.importing.use_cases.row_ledger import RowLedger

Pair = tuple[UUID, UUID]
KnownCopies = Callable[[Sequence[Pair]], Mapping[Pair, UUID]]
"""(place, organisation) of those that the directory has as copies → the copy's id."""
_AT_ONCE = 1_000

#: References that a part is nothing without.
_NEEDED = {
    "service_at_location": frozenset({"service_id", "location_id"}),
    "service_capacity": frozenset({"service_id", "unit_id"}),
    "attribute": frozenset({"link_id", "taxonomy_term_id"}),
}


def settle_import(stage: Stage, ledger: RowLedger, known_terms: set[str], known_copies: KnownCopies) -> None:
    """Give places their organisation, drop orphans, and note the places that will be taken as an organisation's own."""
    for key, named, where, user in stage.resolve_owners():
        if user and user != named:
            stage.set_owner("location", key, user)
            if named:
                reason = f"organization_id: there is no organisation {named}; taken for a place of {user}"
                ledger.note(ImportRemark(where, "location", (reason,), ORPHAN, key))
    _name_copies(stage, known_copies)
    while _drop_orphans(stage, ledger, known_terms):
        pass  # what hung on them hangs on nothing now


def _name_copies(stage: Stage, known_copies: KnownCopies) -> None:
    """The id of each place of somebody else that is taken as an organisation's own: what it has, or a random one.

    Made of public ids, it would say of a copy that its organisation hides which place it is.
    """
    shared = stage.shared_places()
    while some := list(islice(shared, _AT_ONCE)):
        pairs = [(UUID(place), UUID(organization)) for place, organization in some]
        known = known_copies(pairs)
        for (place, organization), pair in zip(some, pairs, strict=True):
            copy = str(known.get(pair) or uuid4())
            stage.note_copy(place, organization, copy)
            stage.mark_seen(copy)


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
