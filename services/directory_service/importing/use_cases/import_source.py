"""Tell which directory a file is an edition of, so that what left it can be removed.

By its records: a file whose organisations and services came from one source before is an edition of that source,
whatever the file is called. A new directory is labelled by the file's name without dates and numbers.

A guess decides how rows are numbered, never what is removed: part of a directory looks like an edition of it. The label
is certain where somebody says it, or where name and records agree: the file is called as the one before was, and half
of its records came from there. A file whose rows are numbered by the label, and that is called like a directory which
is here and has none of its records, may be either: whoever imports it has to say so.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from uuid import UUID

from sqlalchemy import select, union
from sqlalchemy.orm import Session

from directory_service.importing.domain.document_kinds import LISTS, kind_of
from directory_service.importing.domain.row_ids import (
    as_uuid,
    key_of,
)
from directory_service.importing.outside.listing_files import ListingFiles
from directory_service.listings.store.tables import Service
from directory_service.organizations.store.tables import Organization

#: kind, identifier as the file has it, name
Sample = Sequence[tuple[str, str, str]]
_LEAST = 0.2  # share of the sample that must have come from a source
_CERTAIN = 0.5  # share above which a file of the same name is an edition beyond doubt
_EDITION = re.compile(r"(?<![A-Za-z])(v?\d+)(?![A-Za-z])|\b(edition|export|copy|final|new|old)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Source:
    """The label of a directory; `certain`: what came from it and is in the file no longer has left it."""

    label: str
    certain: bool


def label_of(name: str) -> str:
    """A label for a directory, by its file's name without dates and numbers."""
    return re.sub(r"[\W_]+", "-", _EDITION.sub("-", name)).strip("-").lower() or "directory"


class UnclearSource(ValueError):
    """Only a person can tell whether the file is an edition of a directory that is here already."""

    def __init__(self, name: str, label: str) -> None:
        super().__init__(
            f"{name} is called like the directory {label}, which is here, but has other records: say --source {label}"
            f" if it is the next edition of that, or --source and another label if it is another directory"
        )


def source_of(session: Session, sample: Sample, name: str) -> Source:
    """The source of a file that nobody named. `name` is the file's, without its ending. Raises UnclearSource."""
    labels = union(select(Organization.source), select(Service.source))
    known = [label for label in session.scalars(labels) if label]
    shares = {label: _share(session, label, sample) for label in known} if sample else {}
    best = max(shares, key=lambda label: shares[label], default="")
    stem = label_of(name)
    if best and shares[best] >= _LEAST:
        same_name = re.fullmatch(rf"{re.escape(stem)}(-\d+)?", best) is not None
        return Source(best, certain=same_name and shares[best] >= _CERTAIN)
    if stem in known and not all(as_uuid(key) for _, key, _ in sample):
        raise UnclearSource(name, stem)
    number, label = 1, stem
    while label in known:
        number += 1
        label = f"{stem}-{number}"
    return Source(label, certain=True)


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
