"""Key-encryption keys: a month's rotation, what is left under an old key, and the commands."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import delete, func, insert, select, update

from conftest import b64
from referral_service import cli
from referral_service.domain.key_rotation import ROTATE_AFTER
from referral_service.outside.keyring_file import KeyringFile, KeyringMissing
from referral_service.store.tables import referral_key
from referral_service.store.tables_figures import figure_tally
from referral_service.use_cases.keys.measure_keys import measure_keys
from referral_service.use_cases.keys.rotate_keys import BATCH, KeyRotation, rotate_keys, take_over_keys
from service_kit.db.engine import Database
from service_kit.db.tables import audit_entry
from service_kit.keyring import CannotOpen, Keyring, WrappedKey
from service_kit.metrics import exposition
from support.fresh_databases import Urls
from support.keyrings import a_keyring
from support.referral import KEK, KOLKATA, MONDAY_NOON, WORKER, ReferralService
from support.referrals.app import a_referral_service

A_MINUTE = timedelta(minutes=1)


@pytest.fixture
def keyring(tmp_path: Path) -> Path:
    return a_keyring(tmp_path / "keyring.json", KEK, made_at=MONDAY_NOON - ROTATE_AFTER + A_MINUTE)


@pytest.fixture
def setu(fresh_database: Callable[[str], Urls], keyring: Path) -> ReferralService:
    return a_referral_service(fresh_database("referral"), keyring=keyring)


@pytest.fixture
def rotation(setu: ReferralService) -> KeyRotation:
    return setu.rotation


def keys_in_use(setu: ReferralService) -> set[str]:
    with setu.worker_db.transaction() as session:
        return set(session.scalars(select(referral_key.c.kek_id)))


def logged(setu: ReferralService) -> list[tuple[str, str, str]]:
    query = select(audit_entry.c.action, audit_entry.c.object_id, audit_entry.c.outcome)
    with setu.worker_db.transaction() as session:
        found = session.execute(query.where(audit_entry.c.object_type == "key").order_by(audit_entry.c.position))
        return [(row.action.removeprefix("referral.key."), row.object_id, row.outcome) for row in found]


def test_after_a_month_every_key_lies_under_a_new_one_and_the_old_one_is_nowhere(
    setu: ReferralService, rotation: KeyRotation, keyring: Path
) -> None:
    before, waiting = setu.sent(), setu.sent()
    setu.must(WORKER, before, "open")
    rotate_keys(rotation)
    assert keys_in_use(setu) == {"kek-1"}
    setu.clock.advance(A_MINUTE)

    rotate_keys(rotation)

    [present] = KeyringFile(keyring).read()
    assert keys_in_use(setu) == {present.id}
    assert [word for word in logged(setu) if word[1] == "kek-1"] == [
        (step, "kek-1", "done")
        for step in ("make", "rewrap", "rewrap", "retire", "destroy")  # of referrals and of tallies
    ]
    assert ("make", present.id, "done") in logged(setu)
    assert keyring.stat().st_mode & 0o777 == 0o600
    assert b64(KEK["kek-1"]) not in keyring.read_text()

    # the web process that ran all along sees the new key
    assert setu.get(WORKER, f"/api/referrals/{before.id}/identity").get_json()["name"] == "Rafiq"
    setu.must(WORKER, waiting, "open")
    assert setu.get(WORKER, f"/api/referrals/{waiting.id}/identity").status_code == 200
    setu.sent()
    assert keys_in_use(setu) == {present.id}


def test_a_long_rotation_gives_signs_of_life_and_ends_between_two_batches_to_go_on_later(
    setu: ReferralService, rotation: KeyRotation
) -> None:
    key = Keyring(KEK).new_record_key().stored
    row = {"month": MONDAY_NOON.date().replace(day=1), "district": KOLKATA, "kek_id": key.kek_id}
    with setu.worker_db.transaction() as session:
        session.execute(insert(figure_tally), [{**row, "wrapped": key.wrapped, "sealed": b"words"}] * (2 * BATCH + 1))
    signs: list[int] = []
    other = Database(setu.urls.worker, pool_size=1)

    def stop_at(last: int) -> Callable[[float], bool]:
        def pause(_seconds: float) -> bool:
            signs.append(left_under(other, key.kek_id))
            return len(signs) >= last

        return pause

    assert not rotate_keys(replace(rotation, pause=stop_at(4)), after=timedelta(0))
    assert signs == [2 * BATCH + 1] * 3 + [BATCH + 1]
    assert key.kek_id in rotation.file.keks()

    signs.clear()
    assert rotate_keys(replace(rotation, pause=stop_at(1000)), after=ROTATE_AFTER)
    assert (left_under(other, key.kek_id), list(rotation.file.keks()).count(key.kek_id)) == (0, 0)
    assert len(signs) > 4
    other.dispose()


def left_under(db: Database, kek_id: str) -> int:
    with db.transaction() as session:
        query = select(func.count()).where(figure_tally.c.kek_id == kek_id)
        return session.scalar(query) or 0


def test_a_process_that_still_holds_a_retired_key_cannot_store_anything_under_it(
    setu: ReferralService, rotation: KeyRotation
) -> None:
    referral = setu.sent()
    stale = Keyring(KEK).new_record_key().stored
    rotate_keys(rotation, after=timedelta(0))

    with pytest.raises(Exception, match="was retired"), setu.worker_db.transaction() as session:
        session.execute(
            update(referral_key)
            .where(referral_key.c.referral_id == referral.id)
            .values(kek_id=stale.kek_id, wrapped=stale.wrapped)
        )


def test_an_old_copy_of_the_keyring_that_comes_back_is_rotated_away_at_once(
    setu: ReferralService, rotation: KeyRotation, keyring: Path
) -> None:
    setu.sent()
    old = keyring.read_bytes()
    rotate_keys(rotation, after=timedelta(0))
    copied = KeyringFile(keyring).read()
    keyring.write_bytes(old)
    rotation.file.write([*KeyringFile(keyring).read(), *copied])
    assert setu.submit().status_code == 503

    rotate_keys(rotation)

    assert [key.id for key in KeyringFile(keyring).read()] not in ([], ["kek-1"])
    assert setu.submit().status_code == 201
    assert "kek-1" not in keys_in_use(setu)


def test_a_record_key_that_no_longer_opens_is_logged_and_keeps_no_old_key_alive(
    setu: ReferralService, rotation: KeyRotation, keyring: Path
) -> None:
    broken = setu.sent()
    setu.sent()
    with setu.worker_db.transaction() as session:
        session.execute(update(referral_key).where(referral_key.c.referral_id == broken.id).values(wrapped=b"x" * 60))

    rotate_keys(rotation, after=timedelta(0))

    assert len(KeyringFile(keyring).read()) == 1
    assert ("rewrap", "kek-1", "failed") in logged(setu)


def test_the_gauges_tell_the_age_of_the_oldest_key_and_what_no_key_opens(
    setu: ReferralService, rotation: KeyRotation, keyring: Path
) -> None:
    setu.sent()
    setu.clock.advance(timedelta(days=32))
    a_keyring(keyring, {"other": bytes(32)}, made_at=MONDAY_NOON)

    measure_keys(setu.worker_db, rotation.file, setu.clock.now())

    told = exposition().decode()
    assert "setu_key_encryption_key_age_days 32.0" in told
    assert "setu_record_keys_without_key 2.0" in told  # of the referral and of its tally


def test_keys_of_an_older_release_are_taken_over_once_and_replaced_at_once(
    setu: ReferralService, rotation: KeyRotation, keyring: Path
) -> None:
    referral = setu.sent()
    setu.must(WORKER, referral, "open")
    keyring.unlink()

    assert take_over_keys(rotation, KEK)
    assert not take_over_keys(rotation, {"another": bytes(32)})
    assert setu.get(WORKER, f"/api/referrals/{referral.id}/identity").status_code == 200
    rotate_keys(rotation)

    assert "kek-1" not in keys_in_use(setu)
    assert setu.get(WORKER, f"/api/referrals/{referral.id}/identity").status_code == 200
    keyring.rename(keyring.with_name("disk that is away"))
    with pytest.raises(KeyringMissing):
        take_over_keys(rotation, KEK)  # still in the environment, and destroyed
    assert not keyring.exists()


def test_a_withdrawn_referral_stays_closed_to_every_key_that_there_was(
    setu: ReferralService, rotation: KeyRotation, keyring: Path
) -> None:
    referral = setu.sent()
    with setu.worker_db.transaction() as session:
        row = session.execute(select(referral_key)).one()
        copied = WrappedKey(row.kek_id, row.wrapped)
        session.execute(delete(referral_key).where(referral_key.c.referral_id == referral.id))

    rotate_keys(rotation, after=timedelta(0))

    with pytest.raises(CannotOpen):
        Keyring(KeyringFile(keyring).keks).rewrap(copied)


def test_the_commands_show_ages_and_rotate_and_never_print_a_key(
    setu: ReferralService, keyring: Path, settings_env: Callable[..., dict[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("time.sleep", lambda _: None)  # nobody else uses the keys here
    setu.sent()
    environment = settings_env("referral", setu.urls, process="worker", SETU_KEYRING=str(keyring))
    run = CliRunner().invoke

    old = run(cli.commands, ["keys", "status"], env=environment)
    done = run(cli.commands, ["keys", "rotate"], env=environment)
    now = run(cli.commands, ["keys", "status"], env=environment)

    assert (old.exit_code, done.exit_code, now.exit_code) == (1, 0, 0), (old.output, done.output, now.output)
    assert "seals, 2 records" in old.output
    assert "kek-1 is older than 31 days" in old.output
    assert "0 days old, seals, 2 records" in now.output
    secret = b64(KeyringFile(keyring).read()[0].secret)
    assert not any(each in old.output + done.output + now.output for each in (b64(KEK["kek-1"]), secret))
