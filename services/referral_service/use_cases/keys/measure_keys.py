"""Gauges of the keyring: whether it can be read, how old its oldest key is, what lies under a key that is not there.

Why: an erasure is final only while keys rotate, and a lost keyring loses every identity. `setu doctor` reads them
(ops/local_stack/worker_reasons.py).
"""

import logging
from datetime import datetime, timedelta

from referral_service.outside.keyring_file import KeyringFile, KeyringUnavailable
from referral_service.use_cases.keys.find_unreadable_records import find_unreadable_records
from service_kit import metrics
from service_kit.db.engine import Database

_log = logging.getLogger(__name__)
_DAY = timedelta(days=1)
_up = metrics.gauge("keyring_up", "1 while the file of key-encryption keys can be read")
_age = metrics.gauge("key_encryption_key_age_days", "Age of the oldest key-encryption key that is not destroyed")
_missing = metrics.gauge("record_keys_without_key", "Record keys under a key-encryption key that is not in the keyring")


def measure_keys(db: Database, file: KeyringFile, now: datetime) -> None:
    """Set the gauges to what is so now."""
    try:
        present = file.read()
    except KeyringUnavailable as error:
        _log.error("the keyring is not at hand: %s", error.sentence)
        _up.set(0)
        return
    _up.set(1)
    _age.set((now - min(key.made_at for key in present)) / _DAY)
    with db.transaction() as session:
        unreadable = find_unreadable_records(session, file)
    _missing.set(sum(each.count for each in unreadable))
    if lacking := [each.kek_id for each in unreadable if each.is_needed]:
        _log.error("the keyring lacks %s: no key rotates and no month is frozen until it is back", ", ".join(lacking))
