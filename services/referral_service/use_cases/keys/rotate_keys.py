"""Rotate key-encryption keys: make a new one, wrap every surviving record key again, destroy the old one.

Why: an erased referral is final only when no key that could open a backup of it is left. Promises: a process that dies
at any point leaves every living record readable, and the next run goes on from there; a key is destroyed only when
nothing is wrapped under it, which the database keeps true from then on; each step is in the audit log, after it was
done. However much there is, it goes in batches, between which `pause` is the loop's heartbeat and may end the run. What
its key cannot open was lost before: it is logged as failed, and keeps no key alive. Web processes go on meanwhile: they
look at the file at each use, and `pause` gives a request that holds the old key its moment.
"""

import logging
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Table
from sqlalchemy.orm import Session

from referral_service.domain.key_rotation import ROTATE_AFTER, is_due
from referral_service.outside.keyring_file import KeyEncryptionKey, KeyringFile, KeyringMissing, KeyringUnavailable
from referral_service.store import keys
from service_kit import failpoints
from service_kit.clock import Clock
from service_kit.db import audit
from service_kit.db.engine import Database
from service_kit.identity import Scope
from service_kit.keyring import CannotOpen, Keyring, WrappedKey

KEY_WRITTEN_NOT_RECORDED = "key-written-not-recorded"
BATCH_WRAPPED_NOT_COMMITTED = "batch-wrapped-not-committed"
BATCH_COMMITTED = "batch-committed"
KEY_RETIRED_NOT_DESTROYED = "key-retired-not-destroyed"
KEY_DESTROYED_NOT_RECORDED = "key-destroyed-not-recorded"
BATCH = 500
_NO_TIME = 0.0
GRACE = 2.0  # seconds, for a request that read the keyring before it changed
_FIRST = UUID(int=0)
_SECRET = 32
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class KeyRotation:
    """Whatever a rotation needs: the worker's database, the file, the clock.

    `pause` waits for seconds and says whether to stop, as a worker's stop signal does.
    """

    db: Database
    file: KeyringFile
    clock: Clock
    pause: Callable[[float], object]
    random: Callable[[int], bytes] = os.urandom


class _Stopped(Exception):
    """The worker is to end; the next run goes on."""


def rotate_keys(rotation: KeyRotation, *, after: timedelta = ROTATE_AFTER) -> bool:
    """Make a new key where the present one is `after` old, and let every older one go; False while another run does.

    False, too, where it was told to stop in between.

    Raises KeyringUnavailable, also where records lie under a key that the file lacks; what was done by then stays.
    """
    with rotation.db.transaction() as alone:
        if not keys.try_rotation_lock(alone):
            return False
        try:
            _rotate(rotation, after)
        except _Stopped:
            return False
        return True


def _rotate(rotation: KeyRotation, after: timedelta) -> None:
    present = _make_first_key(rotation)
    _refuse_older_copy(rotation)
    if _is_due(rotation, present[0], after):
        present = [_make_key(rotation), *present]
        rotation.file.write(present)
        failpoints.reach(KEY_WRITTEN_NOT_RECORDED)
    _record_new_keys(rotation)
    for old in present[1:]:
        _let_go(rotation, old.id)
    _record_destroyed_keys(rotation)


def make_first_key(rotation: KeyRotation) -> list[KeyEncryptionKey]:
    """The keys of the file, which one worker makes where no key lives or is needed. Raises KeyringUnavailable."""
    try:
        return list(rotation.file.read())
    except KeyringMissing:
        with rotation.db.transaction() as alone:
            keys.wait_for_rotation_lock(alone)
            return _make_first_key(rotation)


def _make_first_key(rotation: KeyRotation) -> list[KeyEncryptionKey]:
    try:
        return list(rotation.file.read())  # another worker may just have made it
    except KeyringMissing:
        with rotation.db.transaction() as session:
            if keys.living_keys(session) or keys.keys_needed(session):
                raise
        rotation.file.write([_make_key(rotation)])
        return list(rotation.file.read())


def take_over_keys(rotation: KeyRotation, found: Mapping[str, bytes]) -> bool:
    """Make the file of the keys that an older release had in its environment; False where there is a file.

    Nobody knows how old they are, so they are due at once. Raises KeyringUnavailable, also where the database knows of
    keys: then the file is lost, or its disk is away, and the old ones were destroyed.
    """
    try:
        rotation.file.read()
    except KeyringMissing:
        with rotation.db.transaction() as alone:
            keys.wait_for_rotation_lock(alone)
            return _take_over_keys(rotation, found)
    return False


def _take_over_keys(rotation: KeyRotation, found: Mapping[str, bytes]) -> bool:
    try:
        rotation.file.read()
    except KeyringMissing:
        with rotation.db.transaction() as session:
            if keys.history(session):
                raise
        long_ago = datetime.fromtimestamp(0, rotation.clock.now().tzinfo)
        rotation.file.write([KeyEncryptionKey(kek_id, secret, long_ago) for kek_id, secret in found.items()])
        _record_new_keys(rotation)
        return True
    return False


def _refuse_older_copy(rotation: KeyRotation) -> None:
    """Whoever put it back will put back the newest, over whatever was made meanwhile."""
    with rotation.db.transaction() as session:
        lacking = sorted(keys.keys_needed(session) - rotation.file.keks().keys())
    if lacking:
        raise KeyringUnavailable(
            f"The keyring {rotation.file.path} lacks {', '.join(lacking)}, under which records lie. If it is an older"
            " copy, put back the newest; if nobody has that key any more: setu referral keys give-up KEY."
        )


def _is_due(rotation: KeyRotation, primary: KeyEncryptionKey, after: timedelta) -> bool:
    """By its age; or it was retired once, and an old copy of the file has brought it back."""
    with rotation.db.transaction() as session:
        known = keys.history(session).get(primary.id)
    retired = known is not None and known.retired_at is not None
    return retired or is_due(primary.made_at, rotation.clock.now(), after)


def _make_key(rotation: KeyRotation) -> KeyEncryptionKey:
    now = rotation.clock.now()
    return KeyEncryptionKey(f"kek-{now:%Y%m%d}-{rotation.random(4).hex()}", rotation.random(_SECRET), now)


def _record_new_keys(rotation: KeyRotation) -> None:
    """Of this run, or of one that died before it could."""
    with rotation.db.transaction() as session:
        known = keys.history(session)
        for key in rotation.file.read():
            if key.id not in known:
                keys.add_key(session, key.id, key.made_at)
                _record(session, "make", key.id, rotation.clock.now())


def _let_go(rotation: KeyRotation, old: str) -> None:
    keyring = Keyring(rotation.file.keks)
    _pause(rotation, GRACE)
    for table in keys.WITH_RECORD_KEYS:
        while _wrap_in_batches(rotation, keyring, table, old) >= BATCH:
            pass  # what came in meanwhile would all move while nobody can wrap
    _retire(rotation, keyring, old)
    failpoints.reach(KEY_RETIRED_NOT_DESTROYED)
    _pause(rotation, GRACE)
    rotation.file.write([key for key in rotation.file.read() if key.id != old])
    failpoints.reach(KEY_DESTROYED_NOT_RECORDED)


def _pause(rotation: KeyRotation, seconds: float = _NO_TIME) -> None:
    if rotation.pause(seconds):
        raise _Stopped


def _wrap_in_batches(rotation: KeyRotation, keyring: Keyring, table: Table, old: str) -> int:
    """Once through all that lies under the old key and nobody else has locked; how many that were."""
    total = 0
    after: UUID | None = _FIRST
    while after is not None:
        _pause(rotation)
        with rotation.db.transaction() as session:
            found = keys.record_keys_under(session, table, old, after=after, limit=BATCH, skip_locked=True)
            wrapped = _wrap(session, keyring, table, found)
            if wrapped:
                _record(session, "rewrap", old, rotation.clock.now(), count=wrapped)
            total, after = total + wrapped, _next_after(found)
            failpoints.reach(BATCH_WRAPPED_NOT_COMMITTED)
        failpoints.reach(BATCH_COMMITTED)
    return total


def _next_after(found: Sequence[tuple[UUID, WrappedKey]]) -> UUID | None:
    return found[-1][0] if len(found) == BATCH else None


def _wrap(session: Session, keyring: Keyring, table: Table, found: Sequence[tuple[UUID, WrappedKey]]) -> int:
    """Wrap record keys again; returns how many could be."""
    wrapped = 0
    for row_id, key in found:
        try:
            keys.replace_key(session, table, row_id, keyring.rewrap(key))
            wrapped += 1
        except CannotOpen:
            extra = {"table": table.name, "row": str(row_id)}
            _log.error("a record key does not open and cannot be wrapped again", extra=extra)
    return wrapped


def _retire(rotation: KeyRotation, keyring: Keyring, old: str) -> None:
    """Under the key's lock nobody wraps: what came in since the last batch moves, and nothing can come after."""
    with rotation.db.transaction() as session:
        keys.lock_key(session, old)
        now = rotation.clock.now()
        for table in keys.WITH_RECORD_KEYS:
            _wrap_the_rest(session, rotation, keyring, table, old)
        if keys.history(session)[old].retired_at is None:
            keys.retire_key(session, old, now)
            _record(session, "retire", old, now)


def _wrap_the_rest(session: Session, rotation: KeyRotation, keyring: Keyring, table: Table, old: str) -> None:
    found, wrapped = 0, 0
    after: UUID | None = _FIRST
    while after is not None:
        _pause(rotation)
        batch = keys.record_keys_under(session, table, old, after=after, limit=BATCH)
        found, wrapped, after = found + len(batch), wrapped + _wrap(session, keyring, table, batch), _next_after(batch)
    now = rotation.clock.now()
    if wrapped:
        _record(session, "rewrap", old, now, count=wrapped)
    if wrapped < found:
        _record(session, "rewrap", old, now, count=found - wrapped, outcome="failed")


def _record_destroyed_keys(rotation: KeyRotation) -> None:
    """Retired keys that are in the file no more: of this run, or of one that died before it could write it down."""
    present = {key.id for key in rotation.file.read()}
    with rotation.db.transaction() as session:
        for key in keys.history(session).values():
            if key.retired_at is not None and key.destroyed_at is None and key.id not in present:
                now = rotation.clock.now()
                keys.note_destroyed(session, key.id, now)
                _record(session, "destroy", key.id, now)


def _record(
    session: Session, step: str, kek_id: str, now: datetime, *, count: int | None = None, outcome: str = "done"
) -> None:
    detail = {} if count is None else {"count": str(count)}
    audit.record(session, f"referral.key.{step}", ("key", kek_id), Scope(), now, outcome=outcome, detail=detail)
