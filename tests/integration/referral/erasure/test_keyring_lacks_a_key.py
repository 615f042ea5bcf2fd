"""A keyring that lacks a key which records lie under: nothing is destroyed until it is back, or given up."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from referral_service import cli
from referral_service.outside.keyring_file import KeyringUnavailable
from referral_service.use_cases.keys.measure_keys import measure_keys
from referral_service.use_cases.keys.rotate_keys import KeyRotation, rotate_keys
from service_kit.db.tables import audit_entry
from support.fresh_databases import Urls
from support.keyrings import a_keyring
from support.referral import KEK, MONDAY_NOON, WORKER, ReferralService
from support.referrals.app import a_referral_service


@pytest.fixture
def keyring(tmp_path: Path) -> Path:
    return a_keyring(tmp_path / "keyring.json", KEK, made_at=MONDAY_NOON)


@pytest.fixture
def setu(fresh_database: Callable[[str], Urls], keyring: Path) -> ReferralService:
    return a_referral_service(fresh_database("referral"), keyring=keyring)


@pytest.fixture
def rotation(setu: ReferralService) -> KeyRotation:
    return setu.rotation


def test_an_older_copy_of_the_keyring_is_not_rotated_so_that_the_newest_can_be_put_back(
    setu: ReferralService, rotation: KeyRotation, keyring: Path, caplog: pytest.LogCaptureFixture
) -> None:
    referral = setu.sent()
    setu.must(WORKER, referral, "open")
    older = keyring.read_bytes()
    rotate_keys(rotation, after=timedelta(0))
    newest = keyring.read_bytes()
    keyring.write_bytes(older)

    with pytest.raises(KeyringUnavailable) as refused:
        rotate_keys(rotation)
    measure_keys(setu.worker_db, rotation.file, setu.clock.now())

    assert "put back the newest" in refused.value.sentence
    assert "no key rotates" in caplog.text
    assert keyring.read_bytes() == older
    keyring.write_bytes(newest)
    assert rotate_keys(rotation)
    assert setu.get(WORKER, f"/api/referrals/{referral.id}/identity").status_code == 200


def test_a_key_that_nobody_has_any_more_holds_up_rotations_until_it_is_given_up(
    setu: ReferralService, rotation: KeyRotation, keyring: Path, settings_env: Callable[..., dict[str, str]]
) -> None:
    setu.sent()
    a_keyring(keyring, {"other": bytes(32)}, made_at=MONDAY_NOON)
    with pytest.raises(KeyringUnavailable):
        rotate_keys(rotation)
    environment = settings_env("referral", setu.urls, process="worker", SETU_KEYRING=str(keyring))

    done = [CliRunner().invoke(cli.commands, ["keys", "give-up", key], env=environment) for key in ("other", "kek-1")]

    assert [each.exit_code for each in done] == [1, 0], [each.output for each in done]
    with setu.worker_db.transaction() as session:
        assert "referral.key.give-up" in session.scalars(select(audit_entry.c.action)).all()
    assert rotate_keys(rotation)
