"""Kept checkpoints of the audit log: what another machine keeps of it, and what shows against it later."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import text

from service_kit.clock import FrozenClock
from service_kit.db import audit, audit_chain
from service_kit.db.audit_kept_checkpoints import (
    KeptCheckpoint,
    NotACheckpoint,
    contradiction,
    make_checkpoint,
    read_checkpoint,
    write_checkpoint,
)
from service_kit.db.audit_verification import LogKeys, verify
from service_kit.db.engine import Database
from service_kit.identity import Scope
from service_kit.worker import publish_checkpoint
from support.events import MOMENT
from support.fresh_databases import Urls

KEY = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
PUBLIC = KEY.public_key().public_bytes_raw()
CUT = ("DELETE FROM audit_entry WHERE sequence > 2", "DELETE FROM audit_checkpoint WHERE sequence > 2")


@pytest.fixture
def log(fresh_database: Callable[[str], Urls]) -> Urls:
    """A log of two entries and then three, each part chained and signed."""
    urls = fresh_database("kit")
    add(urls, 2)
    add(urls, 3)
    return urls


def add(urls: Urls, count: int) -> None:
    with Database(urls.worker, pool_size=1).transaction() as session:
        for number in range(count):
            audit.record(session, "x", ("x", UUID(int=number)), Scope(), MOMENT)
        audit_chain.chain_and_sign(session, private_key=KEY.private_bytes_raw(), log="referral", now=MOMENT)


def is_sound(urls: Urls) -> bool:
    with Database(urls.worker, pool_size=1).transaction() as session:
        return not verify(session, LogKeys("referral", {audit_chain.key_id(PUBLIC): PUBLIC}), MOMENT)


def cut_off(urls: Urls) -> None:
    """As somebody who owns the server, with the guards off."""
    with Database(urls.superuser, pool_size=1).transaction() as session:
        session.execute(text("SET LOCAL session_replication_role = replica"))
        for statement in CUT:
            session.execute(text(statement))


def against(urls: Urls, kept: KeptCheckpoint) -> str | None:
    with Database(urls.worker, pool_size=1).transaction() as session:
        return contradiction(session, kept)


def a_checkpoint(urls: Urls) -> KeptCheckpoint:
    with Database(urls.worker, pool_size=1).transaction() as session:
        return make_checkpoint(session, KEY.private_bytes_raw(), "referral", MOMENT)


def test_a_tail_cut_off_with_its_checkpoint_is_found_by_the_head_that_was_kept(log: Urls) -> None:
    kept = a_checkpoint(log)
    assert against(log, kept) is None

    cut_off(log)

    assert is_sound(log)
    assert against(log, kept) == "The log ends at entry 2; the kept checkpoint of 2026-03-01 09:30 UTC has 5."


def test_a_log_that_went_on_otherwise_contradicts_the_head_that_was_kept(log: Urls) -> None:
    kept = a_checkpoint(log)
    cut_off(log)
    add(log, 4)

    assert is_sound(log)
    assert against(log, kept) == "Entry 5 is not the one that the kept checkpoint of 2026-03-01 09:30 UTC has."


def test_a_checkpoint_is_a_file_that_is_written_once_and_read_again(log: Urls, tmp_path: Path) -> None:
    kept = a_checkpoint(log)
    path = write_checkpoint(tmp_path, kept)

    assert path.stat().st_mode & 0o777 == 0o600
    assert read_checkpoint(path.read_text(), "referral") == kept
    with pytest.raises(FileExistsError):
        write_checkpoint(tmp_path, kept)
    with pytest.raises(FileNotFoundError, match="is its disk mounted"):
        write_checkpoint(tmp_path / "away", kept)


def test_a_checkpoint_tells_how_many_entries_there_are_and_nothing_of_them(log: Urls) -> None:
    told = json.loads(a_checkpoint(log).to_json())

    assert told.keys() == {"log", "sequence", "hash", "at", "public_key", "signature"}
    assert (told["sequence"], told["at"]) == (5, MOMENT.isoformat())


def test_a_checkpoint_that_was_changed_is_none(log: Urls) -> None:
    whole = json.loads(a_checkpoint(log).to_json())
    changes = {"sequence": 4, "hash": "00" * 32, "at": "2026-03-01T09:31:00+00:00", "log": "directory"}

    for name, value in changes.items():
        with pytest.raises(NotACheckpoint):
            read_checkpoint(json.dumps(whole | {name: value}), "referral")


def test_the_worker_lays_a_new_file_each_day_and_no_other(log: Urls, tmp_path: Path) -> None:
    worker = Database(log.worker, pool_size=1)
    (tmp_path / "directory-20260301T093000Z.json").touch()  # another log's
    for hours in (0, 1, 23, 24, 25):
        clock = FrozenClock(MOMENT + timedelta(hours=hours))
        publish_checkpoint(worker, "referral", KEY.private_bytes_raw(), tmp_path, clock)

    files = sorted(path.name for path in tmp_path.glob("referral-*"))
    assert files == ["referral-20260301T093000Z.json", "referral-20260302T093000Z.json"]
    (tmp_path / "referral-20290301T093000Z.json").touch()  # of a clock that leapt and was put right
    publish_checkpoint(worker, "referral", KEY.private_bytes_raw(), tmp_path, FrozenClock(MOMENT + timedelta(days=2)))
    assert (tmp_path / "referral-20260303T093000Z.json").exists()
    assert against(log, read_checkpoint((tmp_path / files[1]).read_text(), "referral")) is None
