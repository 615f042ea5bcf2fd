"""kill -9 at every failpoint of a rotation, under load: what lives can be read, what was destroyed cannot.

`make soak` plays it SETU_ROTATIONS times from SETU_SOAK_SEED; `make test` once at each place.
"""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select

from referral_service.outside.keyring_file import KEYRING_WRITTEN_NOT_RENAMED, KeyringFile
from referral_service.store import keys
from referral_service.store.figure_tally import SealedTally
from referral_service.store.sealed_identities import Sealed
from referral_service.store.tables import identity, referral_key
from referral_service.store.tables_figures import figure_tally
from referral_service.use_cases.figures.seal_tally import open_tally
from referral_service.use_cases.keys.rotate_keys import (
    BATCH_COMMITTED,
    BATCH_WRAPPED_NOT_COMMITTED,
    KEY_DESTROYED_NOT_RECORDED,
    KEY_RETIRED_NOT_DESTROYED,
    KEY_WRITTEN_NOT_RECORDED,
    KeyRotation,
    rotate_keys,
)
from referral_service.use_cases.seal_identity import unseal
from service_kit.clock import SystemClock
from service_kit.db.tables import audit_entry
from service_kit.keyring import CannotOpen, Keyring, WrappedKey
from support.fresh_databases import Urls
from support.keyrings import a_keyring
from support.referral import KEK, OFFICER, ReferralService, a_named_person
from support.referrals.app import a_referral_service

PROCESS = Path(__file__).with_name("rotating_process.py")
PLACES = (
    KEYRING_WRITTEN_NOT_RENAMED,
    f"{KEYRING_WRITTEN_NOT_RENAMED}:2",  # while the old key goes
    KEY_WRITTEN_NOT_RECORDED,
    BATCH_WRAPPED_NOT_COMMITTED,
    BATCH_COMMITTED,
    f"{BATCH_WRAPPED_NOT_COMMITTED}:2",  # of tallies
    KEY_RETIRED_NOT_DESTROYED,
    KEY_DESTROYED_NOT_RECORDED,
)
ROUNDS = int(os.environ.get("SETU_ROTATIONS", len(PLACES)))
SEED = int(os.environ.get("SETU_SOAK_SEED", "0"))
PAUSE = "0.2"  # seconds; a request that still holds an old key then is told to try again, and does
SENDERS = 2
SENT = 16  # at most about so many a round, however long one lasts: what lives, and what a round costs, grow evenly
FASTEST = 0.1  # seconds between two of one sender
TRIED = 25  # records of each backup
_SAME_REFERRAL = identity.c.referral_id == referral_key.c.referral_id
A_WOMAN = a_named_person(gender="woman")  # who is counted by a word


@dataclass
class Load:
    """People who send referrals and take consent back while keys rotate."""

    setu: ReferralService
    faults: list[str] = field(default_factory=list)
    ended: threading.Event = field(default_factory=threading.Event)
    numbers: Iterator[int] = field(default_factory=count)
    pause: float = FASTEST

    def last_as_long_as(self, round_: float) -> None:
        """Spread a round's referrals over as many seconds as the last one took."""
        self.pause = max(FASTEST, round_ * SENDERS / SENT)

    def send(self) -> None:
        while not self.ended.is_set():
            number = next(self.numbers)
            sent = self.setu.submit(key=f"load-{number}", person=A_WOMAN)
            while sent.status_code == 503 and not self.ended.is_set():
                sent = self.setu.submit(key=f"load-{number}", person=A_WOMAN)
            if sent.status_code not in {201, 503}:
                self.faults.append(f"{sent.status_code}: {sent.text}")
            elif sent.status_code == 201 and number % 3 == 0:
                path = f"/api/referrals/{sent.get_json()['id']}"
                self.setu.post(OFFICER, f"{path}/withdraw", {"reason": "person_asked"}, If_Match=sent.headers["ETag"])
            self.ended.wait(self.pause)


@contextmanager
def under_load(setu: ReferralService) -> Iterator[Load]:
    load = Load(setu)
    threads = [threading.Thread(target=load.send) for _ in range(SENDERS)]
    for thread in threads:
        thread.start()
    try:
        yield load
    finally:
        load.ended.set()
        for thread in threads:
            thread.join()


@contextmanager
def rotations(setu: ReferralService, keyring: Path) -> Iterator[Callable[[str], int]]:
    """A function that rotates in a process of its own until a place, and gives the signal that ended it there."""
    command = [sys.executable, str(PROCESS), setu.urls.worker, str(keyring), PAUSE]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as parent:
        stdin, stdout = parent.stdin, parent.stdout
        assert stdin
        assert stdout

        def rotate_until(place: str) -> int:
            stdin.write(f"{place}\n")
            stdin.flush()
            return int(stdout.readline())

        yield rotate_until
        stdin.close()


@pytest.fixture
def setu(fresh_database: Callable[[str], Urls], tmp_path: Path) -> ReferralService:
    return a_referral_service(fresh_database("referral"), keyring=a_keyring(tmp_path / "keyring.json", KEK))


def all_sealed(setu: ReferralService) -> dict[UUID, Sealed]:
    """Every sealed identity with its key, as a backup would have it."""
    query = select(identity, referral_key).join_from(identity, referral_key, _SAME_REFERRAL)
    with setu.worker_db.transaction() as session:
        return {
            row.referral_id: Sealed(WrappedKey(row.kek_id, row.wrapped), row.sealed, row.contact_hint)
            for row in session.execute(query)
        }


def some_of(sealed: dict[UUID, Sealed], chance: random.Random) -> dict[UUID, Sealed]:
    """A backup as far as it is tried again after each later rotation; they grow, and a key opens all under it alike."""
    return dict(chance.sample(list(sealed.items()), min(TRIED, len(sealed))))


def opens(file: Path, sealed: dict[UUID, Sealed]) -> list[UUID]:
    """Those that the keys of the file open, as a process that starts now reads it."""
    keyring, opened = Keyring(KeyringFile(file).keks), []
    for referral_id, found in sealed.items():
        try:
            unseal(keyring, found.key, referral_id, found.sealed)
            opened.append(referral_id)
        except CannotOpen:
            pass
    return opened


def tallies_that_do_not_open(setu: ReferralService, file: Path) -> int:
    """How many of them; all tell of a woman."""
    keyring, lost = Keyring(KeyringFile(file).keks), 0
    with setu.worker_db.transaction() as session:
        tallies = session.execute(select(figure_tally).where(figure_tally.c.sealed.is_not(None))).all()
    assert tallies
    for row in tallies:
        lost += not open_tally(keyring, SealedTally(row.id, WrappedKey(row.kek_id, row.wrapped), row.sealed))
    return lost


def destroyed_keys(setu: ReferralService) -> set[str]:
    with setu.worker_db.transaction() as session:
        return {key.id for key in keys.history(session).values() if key.destroyed_at is not None}


def steps(setu: ReferralService) -> dict[str, list[str]]:
    """What the audit log says was done with each key, in order and once each."""
    query = select(audit_entry.c.object_id, audit_entry.c.action).where(audit_entry.c.object_type == "key")
    found: dict[str, list[str]] = {}
    with setu.worker_db.transaction() as session:
        for kek_id, action in session.execute(query.order_by(audit_entry.c.position)):
            done = found.setdefault(kek_id, [])
            if action not in done or action != "referral.key.rewrap":
                done.append(action)
    return found


def test_killed_at_every_place_a_rotation_loses_nothing_that_lives_and_keeps_nothing_that_was_destroyed(
    setu: ReferralService, tmp_path: Path
) -> None:
    keyring = tmp_path / "keyring.json"
    chance = random.Random(SEED)  # noqa: S311 # what is drawn is no secret
    places = [*PLACES, *(chance.choice(PLACES) for _ in range(ROUNDS - len(PLACES)))]
    backups: list[dict[UUID, Sealed]] = []
    setu.sent(person=A_WOMAN)
    with under_load(setu) as load, rotations(setu, keyring) as rotate_until:
        for place in places:
            began = time.monotonic()
            backups.append(some_of(all_sealed(setu), chance))

            assert rotate_until(place) == signal.SIGKILL, place
            living = all_sealed(setu)
            assert len(opens(keyring, living)) == len(living), f"all that lives opens after {place}"
            assert tallies_that_do_not_open(setu, keyring) == 0, f"all that is counted opens after {place}"
            gone = destroyed_keys(setu)
            of_old = [{id_: one for id_, one in backup.items() if one.key.kek_id in gone} for backup in backups]
            assert not any(opens(keyring, backup) for backup in of_old), f"no old backup opens after {place}"
            load.last_as_long_as(time.monotonic() - began)
    rotation = KeyRotation(setu.worker_db, KeyringFile(keyring), SystemClock(), lambda _: None)
    assert rotate_keys(rotation, after=timedelta(0))

    assert load.faults == []
    assert tallies_that_do_not_open(setu, keyring) == 0
    living = all_sealed(setu)
    assert len(opens(keyring, living)) == len(living) > len(places)
    assert [len(opens(keyring, backup)) for backup in backups] == [0] * len(backups)
    [present] = KeyringFile(keyring).read()
    done = steps(setu)
    assert done.pop(present.id) == ["referral.key.make"]
    assert all(told[0] == "referral.key.make" and told[-2:] == ["referral.key.retire", "referral.key.destroy"]
               for told in done.values())  # fmt: skip
