"""Edition of a directory: of which source a file is one that nobody named, and whether that is beyond doubt.

By its records: a file whose organisations and services came from one source before is an edition of that source,
whatever the file is called. A new directory is labelled by the file's name without dates and numbers.

A guess decides how rows are numbered, never what is removed: part of a directory looks like an edition of it. The label
is certain where somebody says it, or where name and records agree: the file is called as the one before was, and half
of its records came from there. A file whose rows are numbered by the label, and that is called like a directory which
is here and has none of its records, may be either: whoever imports it has to say so. Pure. Not for how much may leave a
source: `removals.py`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

LEAST = 0.2
"""Share of a file's records that must have come from a source, so that the file counts as an edition of it."""
CERTAIN = 0.5
"""Share from which on a file of the same name is an edition beyond doubt."""
_EDITION = re.compile(r"(?<![A-Za-z])(v?\d+)(?![A-Za-z])|\b(edition|export|copy|final|new|old)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Source:
    """The label of a directory; `certain`: what came from it and is in the file no longer has left it."""

    label: str
    certain: bool


class UnclearSource(ValueError):
    """Only a person can tell whether the file is an edition of a directory that is here already."""

    def __init__(self, name: str, label: str) -> None:
        super().__init__(
            f"{name} is called like the directory {label}, which is here, but has other records: say --source {label}"
            f" if it is the next edition of that, or --source and another label if it is another directory"
        )


def label_of(name: str) -> str:
    """A label for a directory, by its file's name without dates and numbers."""
    return re.sub(r"[\W_]+", "-", _EDITION.sub("-", name)).strip("-").lower() or "directory"


def edition_of(name: str, shares: Mapping[str, float], *, has_uuids: bool) -> Source:
    """The source of a file of this name, without its ending. Raises UnclearSource.

    `shares`: each source that is here → the part of the file's records that came from it. `has_uuids`: no row is
    numbered by the label.
    """
    best = max(shares, key=lambda label: shares[label], default="")
    stem = label_of(name)
    if best and shares[best] >= LEAST:
        same_name = re.fullmatch(rf"{re.escape(stem)}(-\d+)?", best) is not None
        return Source(best, certain=same_name and shares[best] >= CERTAIN)
    if stem in shares and not has_uuids:
        raise UnclearSource(name, stem)
    number, label = 1, stem
    while label in shares:
        number += 1
        label = f"{stem}-{number}"
    return Source(label, certain=True)
