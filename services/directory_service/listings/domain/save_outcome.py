"""Outcome of saving a record: whether it is added, changed or the same, for edits and imports alike.

Why: versions, history, events and the counts of an import follow from it. Not for what is kept out of the directory or
leaves it (`importing/domain/rejections.py`, `importing/domain/removals.py`).
"""

from datetime import datetime
from enum import StrEnum


class SaveOutcome(StrEnum):
    """What saving did."""

    ADDED = "added"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


def save_outcome(stored: object, written: object, deleted_at: datetime | None) -> SaveOutcome:
    """Compare what is stored with what is written; what was deleted and comes back is added."""
    if deleted_at is not None:
        return SaveOutcome.ADDED
    return SaveOutcome.UNCHANGED if stored == written else SaveOutcome.CHANGED
