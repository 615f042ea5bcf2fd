"""Tell which directory a file is an edition of, so that what left it can be removed: the rule is `domain/editions.py`.

A sample of the file's organisations and services is looked up among what each source brought.
"""

from collections.abc import Sequence
from itertools import islice
from uuid import UUID

from sqlalchemy import select, union
from sqlalchemy.orm import Session

from directory_service.importing.domain.document_kinds import LISTS, kind_of
from directory_service.importing.domain.editions import Source, edition_of
from directory_service.importing.domain.row_ids import (
    as_uuid,
    key_of,
)
from directory_service.importing.outside.listing_files import ListingFiles
from directory_service.listings.store.tables import Service
from directory_service.organizations.store.tables import Organization

#: kind, identifier as the file has it, name
Sample = Sequence[tuple[str, str, str]]


def source_of(session: Session, sample: Sample, name: str) -> Source:
    """The source of a file that nobody named. `name` is the file's, without its ending. Raises UnclearSource."""
    labels = union(select(Organization.source), select(Service.source))
    known = [label for label in session.scalars(labels) if label]
    shares = {label: _share(session, label, sample) if sample else 0.0 for label in known}
    return edition_of(name, shares, has_uuids=all(as_uuid(key) for _, key, _ in sample))


def _share(session: Session, label: str, sample: Sample) -> float:
    """Which part of the sample the directory has from this source; a row without a UUID must have the same name."""
    found: dict[UUID, str] = {}
    for kind, table in (("organization", Organization), ("service", Service)):
        ids = [UUID(key_of(label, each, key)) for each, key, _ in sample if each == kind]
        rows = select(table.id, table.name).where(table.id.in_(ids), table.source == label)
        found |= {row.id: row.name for row in session.execute(rows)}
    same = [
        1
        for kind, key, name in sample
        if (stored := found.get(UUID(key_of(label, kind, key)))) is not None
        and (as_uuid(key) or stored == name.strip())
    ]
    return len(same) / len(sample)


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
