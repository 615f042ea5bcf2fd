"""Put lost key-encryption keys back into the keyring, each proven by a record that it opens.

Why: a keyring whose disk is lost takes every identity along, and nobody knows who wrote a copy, since it is sealed to
public keys. Promises: every key that records need comes back or none; a key that opens no record stays out, and where
no record needs it, it is given up, so that it holds up nothing; so does one come back that was given up by mistake; the
audit log has a key before the keyring has it; the key that was made last is the first. When not to use it: for a
keyring that lies on a disk that is not mounted.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy.orm import Session

from referral_service.outside.keyring_file import KeyEncryptionKey, KeyringFile, KeyringUnavailable
from referral_service.store import keys
from referral_service.use_cases.keys.give_up_key import note_given_up
from referral_service.use_cases.keys.prove_keys import find_proven_key
from referral_service.use_cases.keys.read_key_copies import UnusableCopy
from service_kit.db import audit
from service_kit.db.backup_manifest import BackupError
from service_kit.db.engine import Database
from service_kit.identity import Scope

_BRING_BACK = "referral.key.bring-back"
KeyCopies = Callable[[str], Sequence[KeyEncryptionKey]]
"""Reads the copies of a key by its id. Raises UnusableCopy, OSError."""


class LostKeys(NamedTuple):
    """What became of them: keys that are back, and ids of those that were given up."""

    back: list[KeyEncryptionKey]
    given_up: list[str]


def put_keys_back(
    db: Database, file: KeyringFile, copies: KeyCopies, now: datetime, *, only: Collection[str] | None = None
) -> LostKeys:
    """Put back whatever key the database knows of and the keyring lacks; of `only` these, where they are told.

    `db`: as the owner's role. Raises BackupError, KeyringUnavailable, OSError; then the keyring is as it was, and the
    log has which key could not come back.
    """
    with db.transaction() as alone:
        refuse_beside_rotation(alone)
        lost = file.lacking(keys.living_keys(alone) | keys.count_by_key(alone).keys())
        lost = lost if only is None else lost.intersection(only)
        if not lost:
            return LostKeys([], [])
        file.require_folder()
        try:
            found = _sort_out(alone, copies, sorted(lost))
        except UnusableCopy as error:
            _record(db, [error.kek_id], now, outcome="failed")
            raise
        for kek_id in found.given_up:
            note_given_up(alone, kek_id, now)
        _write(db, file, found.back, now)
    return found


def read_brought_back(db: Database) -> Mapping[str, datetime]:
    """Which keys the log says came back, and when they did last; a database without tables has none."""
    with db.transaction() as session:
        return keys.logged_keys(session, _BRING_BACK)


def log_again(db: Database, before: Mapping[str, datetime], now: datetime) -> None:
    """Log anew what a log had of keys that came back, where the restored one has it no more.

    The keyring is not restored along, so a key of a restore that is typed again is there already.
    """
    with db.transaction() as session:
        known = keys.logged_keys(session, _BRING_BACK)
        for kek_id, at in sorted(before.items()):
            if kek_id not in known or known[kek_id] < at:
                detail = {"logged_at": at.isoformat()}
                audit.record(session, _BRING_BACK, ("key", kek_id), Scope(), now, detail=detail)


def refuse_beside_rotation(alone: Session) -> None:
    """Let no rotation begin until this transaction ends. Raises BackupError where one runs."""
    if not keys.try_rotation_lock(alone):
        raise BackupError(
            "The keys are rotated just now, or somebody else puts some back: stop the worker and type it again."
            " The keyring is as it was."
        )


def _sort_out(alone: Session, copies: KeyCopies, lost: Sequence[str]) -> LostKeys:
    for kek_id in lost:
        keys.lock_key(alone, kek_id)  # no record comes under it meanwhile
    under, living, retired = keys.count_by_key(alone), keys.living_keys(alone), keys.retired_keys(alone)
    found = LostKeys([], [])
    for kek_id in lost:
        try:
            found.back.append(_prove(alone, kek_id, copies(kek_id) if kek_id in under else ()))
        except UnusableCopy:
            if kek_id in under and kek_id not in retired:
                raise
            if kek_id in living:
                found.given_up.append(kek_id)
    return found


def _prove(alone: Session, kek_id: str, candidates: Sequence[KeyEncryptionKey]) -> KeyEncryptionKey:
    key = find_proven_key(alone, kek_id, candidates)
    if key is None:
        raise UnusableCopy(kek_id, f"The copy of the key {kek_id} is not that key.")
    return key


def _write(db: Database, file: KeyringFile, back: Sequence[KeyEncryptionKey], now: datetime) -> None:
    """Log first, in a transaction of its own: whoever dies before the file is written has logged it."""
    ids = [key.id for key in back]
    _record(db, ids, now)
    try:
        file.add(back)
    except KeyringUnavailable:
        _record(db, ids, now, outcome="failed")
        raise


def _record(db: Database, ids: Sequence[str], now: datetime, *, outcome: str = "done") -> None:
    with db.transaction() as session:
        for kek_id in ids:
            audit.record(session, _BRING_BACK, ("key", kek_id), Scope(), now, outcome=outcome)
