"""Keys that come back with a restore: found before anything is replaced, proven by what was restored, and no others."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from referral_service.domain.key_rotation import KEPT_APART
from referral_service.outside.keyring_file import KeyEncryptionKey
from referral_service.store.keys import count_by_key
from referral_service.use_cases.keys.rotate_keys import rotate_keys
from service_kit.clock import SystemClock
from service_kit.db.backup_cli import RESTORED_WITH_UNREADABLE_RECORDS
from support.backups import Vault
from support.referral import WORKER, ReferralService
from support.referrals.lost_keys import (
    bring_back,
    forge,
    key_of,
    keyring_of,
    lay_copy,
    logged,
    rotated,
    rotation_of,
    told,
    typed,
)


def rewrite_manifest(vault: Vault, **more: Any) -> Mapping[str, Any]:
    path = vault.backup / "referral.json"
    manifest: dict[str, Any] = json.loads(path.read_text()) | more
    path.write_text(json.dumps(manifest))
    return manifest


def test_where_a_key_was_lost_before_its_copy_the_last_backup_is_restored_with_the_key_before(
    drilled: ReferralService, vault: Vault
) -> None:
    referral = drilled.sent()
    drilled.must(WORKER, referral, "open")
    rotate_keys(rotation_of(drilled, vault), after=KEPT_APART)  # which notes the key
    assert vault.back_up().exit_code == 0
    rotated(drilled, vault)
    vault.log_survivors()
    keyring_of(vault).path.unlink()

    assert told(vault.restore())[0] == 0

    assert drilled.get(WORKER, f"/api/referrals/{referral.id}/identity").get_json()["name"] == "Rafiq"
    assert logged(drilled) == [("bring-back", "kek-1", "done")]
    assert told(bring_back(vault))[0] == 0


def test_a_restore_whose_copy_of_a_key_is_not_that_key_says_so_and_leaves_the_keyring_alone(
    drilled: ReferralService, vault: Vault
) -> None:
    drilled.sent()
    living = rotated(drilled, vault)
    assert vault.back_up().exit_code == 0
    [true_copy] = [path.read_bytes() for path in vault.keys.glob(f"{living}.*")]
    forge(vault, living)
    vault.log_survivors()
    keyring_of(vault).path.unlink()

    code, words = told(vault.restore())

    assert (code, "The database is restored, but its identities do not open." in words) == (1, True), words
    assert f"The copy of the key {living} is not that key." in words
    assert not keyring_of(vault).path.exists(), "whoever starts the worker now seals under nobody's key"
    assert logged(drilled) == [("bring-back", living, "failed")]
    [copied] = vault.keys.glob(f"{living}.*")
    copied.write_bytes(true_copy)
    assert told(bring_back(vault))[0] == 0


def test_a_key_of_the_keyring_that_opens_nothing_of_what_was_restored_is_named(
    drilled: ReferralService, vault: Vault
) -> None:
    drilled.sent()
    assert vault.back_up().exit_code == 0
    vault.log_survivors()
    keyring_of(vault).write([replace(key_of(vault, "kek-1"), secret=b"f" * 32)])

    code, words = told(vault.restore())

    assert (code, f"No record opens under kek-1 as {keyring_of(vault).path} has it" in words) == (1, True), words
    keyring_of(vault).path.unlink()
    assert told(bring_back(vault))[0] == 0


def test_a_restore_brings_back_its_own_key_alone_and_typed_again_takes_along_no_word_of_it(
    drilled: ReferralService, vault: Vault
) -> None:
    referral = drilled.sent()
    drilled.must(WORKER, referral, "open")
    living = rotated(drilled, vault)
    assert vault.back_up().exit_code == 0
    assert not any(living.encode() in path.read_bytes() for path in vault.keys.iterdir()), "copies lie sealed"
    # given a key that somebody wrote into the manifest beside a copy of their own
    evil = KeyEncryptionKey("kek-evil", b"e" * 32, datetime.now(UTC))
    lay_copy(vault, evil, "kek-evil.20261130T000000Z.key.age")
    keys = json.loads((vault.backup / "referral.json").read_text())["keys"]
    rewrite_manifest(vault, keys={**keys, "kek-evil": evil.made_at.isoformat()})
    vault.log_survivors()
    keyring_of(vault).path.unlink()

    for _ in range(2):
        assert told(vault.restore())[0] == 0

        assert [key.id for key in keyring_of(vault).read()] == [living]
        assert logged(drilled) == [("bring-back", living, "done")]
    assert drilled.get(WORKER, f"/api/referrals/{referral.id}/identity").get_json()["name"] == "Rafiq"


def test_a_living_key_that_no_restored_record_needs_is_given_up(drilled: ReferralService, vault: Vault) -> None:
    rotate_keys(rotation_of(drilled, vault), after=KEPT_APART)  # which notes the key
    assert vault.back_up().exit_code == 0
    vault.log_survivors()
    keyring_of(vault).path.unlink()

    assert told(vault.restore())[0] == 0

    assert logged(drilled) == [("give-up", "kek-1", "done")]
    rotate_keys(rotation_of(drilled, vault))
    assert len(keyring_of(vault).read()) == 1


def test_a_key_of_more_than_30_days_that_only_opens_holds_up_no_backup(drilled: ReferralService, vault: Vault) -> None:
    file, now = keyring_of(vault), SystemClock().now()
    [present] = file.read()
    old = KeyEncryptionKey("kek-0", b"0" * 32, now - KEPT_APART - timedelta(days=3))
    file.write([present, old])  # as after a base backup of before the last rotation, and `bring-back`

    done = vault.back_up()

    assert done.exit_code == 0, done.output
    assert set(json.loads((vault.backup / "referral.json").read_text())["keys"]) == {present.id}
    assert [path.name.partition(".")[0] for path in vault.keys.iterdir()] == [present.id]
    said = "kek-0 only opens, and no copy of it is kept after 30 days"
    assert said in done.output
    code, words = told(typed(vault, "status", "--copies", str(vault.keys)))
    assert (code, said in words, "has no copy" in words) == (1, True, False), words
    assert vault.restore().exit_code == 0


def test_records_under_a_key_that_no_backup_copies_are_told_of_once_all_else_is_restored(
    drilled: ReferralService, vault: Vault
) -> None:
    file, now = keyring_of(vault), SystemClock().now()
    [present] = file.read()
    old = KeyEncryptionKey("kek-0", b"0" * 32, now - KEPT_APART - timedelta(days=3))
    file.write([old, present])
    sealed = [drilled.sent() for _ in range(2)]
    file.write([present, old])  # as after a base backup of before the last rotation, and `bring-back`
    opens = drilled.sent()
    for referral in (opens, *sealed):
        drilled.must(WORKER, referral, "open")
    assert vault.back_up().exit_code == 0
    vault.log_survivors()
    file.path.unlink()

    code, words = told(vault.restore())

    assert (code, "referral: restored from the backup" in words) == (RESTORED_WITH_UNREADABLE_RECORDS, True), words
    with drilled.worker_db.transaction() as session:
        count = count_by_key(session)["kek-0"]
    assert f"{count} records lie under kek-0, which is not in the keyring" in words
    assert "setu referral keys give-up kek-0" in words
    assert [key.id for key in keyring_of(vault).read()] == [present.id]
    assert drilled.get(WORKER, f"/api/referrals/{opens.id}/identity").get_json()["name"] == "Rafiq"

    file.write([present, old])
    assert told(vault.restore())[0] == 0, "a copy of the keyring had it"
    assert drilled.get(WORKER, f"/api/referrals/{sealed[0].id}/identity").status_code == 200


def test_a_key_that_was_given_up_is_named_by_status_and_looked_for_by_no_restore(
    drilled: ReferralService, vault: Vault
) -> None:
    file = keyring_of(vault)
    [present] = file.read()
    file.write([KeyEncryptionKey("kek-0", b"0" * 32, SystemClock().now()), present])
    drilled.sent()
    file.write([present])
    said = "records lie under kek-0, which is not in the keyring: they cannot be decrypted."
    assert said in told(typed(vault, "status"))[1]
    assert told(typed(vault, "give-up", "kek-0"))[0] == 0

    assert vault.back_up().exit_code == 0
    vault.log_survivors()
    code, words = told(vault.restore())

    assert (code, "kek-0" in words) == (0, False), words
    code, words = told(typed(vault, "status"))
    assert (code, said in words) == (1, True), words
