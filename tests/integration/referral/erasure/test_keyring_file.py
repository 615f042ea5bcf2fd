"""The keyring's file: missing, damaged, open to others, behind a link, without room, made by two at once."""

import os
import resource
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text

from conftest import b64
from referral_service.outside.keyring_file import KeyringFile, KeyringMissing, KeyringUnavailable
from referral_service.store.keys import wait_for_rotation_lock
from referral_service.store.tables import task
from referral_service.use_cases.keys.measure_keys import measure_keys
from referral_service.use_cases.keys.rotate_keys import KeyRotation, make_first_key, rotate_keys, take_over_keys
from service_kit.metrics import exposition
from support.events import eventually
from support.fresh_databases import Urls
from support.keyrings import a_keyring
from support.referral import KEK, MONDAY_NOON, WORKER, ReferralService
from support.referrals.app import a_referral_service

WAITING = text(
    "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
    " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)


@pytest.fixture
def keyring(tmp_path: Path) -> Path:
    return a_keyring(tmp_path / "keyring.json", KEK, made_at=MONDAY_NOON)


@pytest.fixture
def setu(fresh_database: Callable[[str], Urls], keyring: Path) -> ReferralService:
    return a_referral_service(fresh_database("referral"), keyring=keyring)


@pytest.fixture
def rotation(setu: ReferralService) -> KeyRotation:
    return setu.rotation


def test_without_its_keyring_the_service_seals_nothing_opens_nothing_and_says_why(
    setu: ReferralService, rotation: KeyRotation, keyring: Path
) -> None:
    referral = setu.sent()
    setu.must(WORKER, referral, "open")
    kept = keyring.rename(keyring.with_name("elsewhere"))

    refused = setu.submit()
    assert (refused.status_code, str(keyring) in refused.text) == (503, False)
    assert setu.get(WORKER, f"/api/referrals/{referral.id}/identity").status_code == 503
    with setu.worker_db.transaction() as session:
        assert len(session.scalars(select(task.c.id)).all()) == 1
    with pytest.raises(KeyringMissing) as missing:
        make_first_key(rotation)
    assert "Is its disk mounted? What is lost comes back" in missing.value.sentence
    assert "setu referral keys bring-back" in missing.value.sentence
    measure_keys(setu.worker_db, rotation.file, setu.clock.now())
    assert b"setu_keyring_up 0.0" in exposition()

    kept.rename(keyring)
    assert setu.submit().status_code == 201


def test_a_new_installation_makes_its_keyring_and_one_whose_keyring_is_lost_makes_no_other(
    setu: ReferralService, rotation: KeyRotation, keyring: Path
) -> None:
    keyring.unlink()
    make_first_key(rotation)
    setu.sent()
    keyring.unlink()

    with pytest.raises(KeyringMissing):
        rotate_keys(rotation)

    assert not keyring.exists()


@pytest.mark.parametrize(
    "make", [make_first_key, lambda rotation: take_over_keys(rotation, {"another": bytes(32)})], ids=["first", "over"]
)
def test_of_two_workers_that_start_together_the_second_keeps_the_keyring_of_the_first(
    setu: ReferralService, rotation: KeyRotation, keyring: Path, make: Callable[[KeyRotation], object]
) -> None:
    keyring.unlink()
    second = replace(rotation, file=KeyringFile(keyring))

    with ThreadPoolExecutor(1) as other, setu.worker_db.transaction() as first:
        wait_for_rotation_lock(first)
        started = other.submit(make, second)
        eventually(lambda: started.done() or first.scalar(WAITING))
        a_keyring(keyring, KEK, made_at=MONDAY_NOON)
        first.commit()
        started.result()

    assert [key.id for key in KeyringFile(keyring).read()] == ["kek-1"]


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda path: path.chmod(0o640), "can be read by others: chmod 600"),
        (lambda path: path.write_text(path.read_text()[:40]), "is damaged: move it away. What is lost comes back"),
        (lambda path: path.write_text('{"keys": []}'), "is damaged: move it away. What is lost comes back"),
        (lambda path: path.write_bytes(b'{"keys": "\xff"}'), "is damaged: move it away. What is lost comes back"),
    ],
)
def test_a_keyring_that_is_open_to_others_or_damaged_is_refused_in_words_without_a_key(
    keyring: Path, spoil: Callable[[Path], Any], words: str
) -> None:
    spoil(keyring)

    with pytest.raises(KeyringUnavailable) as refused:
        KeyringFile(keyring).keks()

    assert words in refused.value.sentence
    assert b64(KEK["kek-1"]) not in refused.value.sentence


def test_where_there_is_no_room_the_old_keyring_stays_whole(rotation: KeyRotation, keyring: Path) -> None:
    before, usual = keyring.read_bytes(), resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(before) + 20, usual[1]))
    try:
        with pytest.raises(KeyringUnavailable) as refused:
            rotate_keys(rotation, after=timedelta(0))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, usual)

    assert "What it held is unchanged." in refused.value.sentence
    assert keyring.read_bytes() == before
    assert os.listdir(keyring.parent) == [keyring.name]  # noqa: PTH208 # names alone


def test_behind_a_link_the_keyring_itself_is_replaced(rotation: KeyRotation, keyring: Path, tmp_path: Path) -> None:
    link = tmp_path / "keyring-on-another-disk.json"
    link.symlink_to(keyring)

    rotate_keys(replace(rotation, file=KeyringFile(link)), after=timedelta(0))

    assert link.is_symlink()
    assert b64(KEK["kek-1"]) not in keyring.read_text()
