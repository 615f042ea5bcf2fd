"""Count of records that no key of the keyring opens, by the key that they need.

Why: gauges, `keys status` and a restore tell of the same records. Promises: each table is counted once, so that a key
and its number belong together. When not to use it: to look whether a record that has its key opens.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from referral_service.outside.keyring_file import KeyringFile
from referral_service.store import keys


@dataclass(frozen=True)
class UnreadableRecords:
    """How many records lie under a key that the keyring lacks.

    `is_needed`: the keyring should have it. A key that was retired or given up is not: nobody looks for it any more.
    """

    kek_id: str
    count: int
    is_needed: bool


def find_unreadable_records(session: Session, file: KeyringFile) -> Sequence[UnreadableRecords]:
    """One of each key that records lie under and the keyring lacks, by its id. Raises KeyringUnavailable."""
    under, retired = keys.count_by_key(session), keys.retired_keys(session)
    return [UnreadableRecords(kek_id, under[kek_id], kek_id not in retired) for kek_id in sorted(file.lacking(under))]
