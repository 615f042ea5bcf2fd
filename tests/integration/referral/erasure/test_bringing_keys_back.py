"""A keyring that was lost: its keys come back from their copies, or are given up, and each way is in the log."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from click.testing import CliRunner, Result
from pyrage.x25519 import Identity
from sqlalchemy import make_url, select, update

from local_stack.test_servers import free_ports
from referral_service import cli
from referral_service.domain.key_rotation import KEPT_APART
from referral_service.outside.keyring_file import KeyEncryptionKey, KeyringFile, tell_key
from referral_service.store.tables import referral_key
from referral_service.use_cases.keys.rotate_keys import KeyRotation, rotate_keys
from service_kit import age
from service_kit.clock import SystemClock
from service_kit.db.tables import audit_entry
from support.backups import Vault
from support.referral import WORKER, ReferralService


def keyring_of(vault: Vault) -> KeyringFile:
    return KeyringFile(Path(vault.environment["SETU_KEYRING"]))


def typed(vault: Vault, *words: str, **more: str) -> Result:
    """`setu referral keys …`."""
    return CliRunner().invoke(cli.commands, ["keys", *words], env={**vault.environment, **more})


def bring_back(vault: Vault, **more: str) -> Result:
    return typed(vault, "bring-back", str(vault.keys), "--identity", str(vault.secret_file), **more)


def told(result: Result) -> tuple[int, str]:
    assert isinstance(result.exception, SystemExit | None), result.exception
    return result.exit_code, result.output


def rotation_of(drilled: ReferralService, vault: Vault) -> KeyRotation:
    return KeyRotation(drilled.worker_db, keyring_of(vault), SystemClock(), lambda _: None)


def rotated(drilled: ReferralService, vault: Vault) -> str:
    """The worker makes a new key and destroys the old one; the new one's id."""
    assert rotate_keys(rotation_of(drilled, vault), after=timedelta(0))
    [key] = keyring_of(vault).read()
    return key.id


def logged(drilled: ReferralService) -> Sequence[tuple[str, str, str]]:
    query = select(audit_entry.c.action, audit_entry.c.object_id, audit_entry.c.outcome)
    with drilled.worker_db.transaction() as session:
        rows = session.execute(query.order_by(audit_entry.c.position)).all()
    return [(row.action, row.object_id, row.outcome) for row in rows if row.action == "referral.key.bring-back"]


def test_a_key_that_no_backup_has_copied_yet_is_named_by_every_look_at_the_copies(
    drilled: ReferralService, vault: Vault
) -> None:
    drilled.sent()
    assert vault.back_up().exit_code == 0

    def looks() -> Sequence[tuple[int, str]]:
        alone = CliRunner().invoke(
            cli.commands, ["keys", "copies", str(vault.keys)], env={"SETU_KEYRING": vault.environment["SETU_KEYRING"]}
        )
        return told(typed(vault, "status", "--copies", str(vault.keys))), told(alone)

    assert [code for code, _ in looks()] == [0, 0]
    fresh = rotated(drilled, vault)

    for code, words in looks():
        assert (code, f"{fresh} has no copy in {vault.keys}: back up now" in words) == (1, True), words

    vault.backup.rename(vault.root / "before")
    assert vault.back_up().exit_code == 0
    assert [code for code, _ in looks()] == [0, 0]
    keyring_of(vault).path.unlink()
    code, words = looks()[1]
    assert (code, "There is no keyring at" in words) == (1, True), words


def test_a_lost_key_without_a_copy_is_given_up_without_a_keyring_and_the_worker_makes_a_new_one(
    drilled: ReferralService, vault: Vault
) -> None:
    drilled.sent()
    assert vault.back_up().exit_code == 0
    lost = rotated(drilled, vault)
    keyring_of(vault).path.unlink()

    code, words = told(bring_back(vault))
    assert (code, f"The key {lost} is neither in the keyring nor in the folder of keys." in words) == (1, True), words
    assert logged(drilled) == [("referral.key.bring-back", lost, "failed")]
    for still in (typed(vault, "give-up", lost), typed(vault, "give-up", "kek-1", "--keyring-is-lost")):
        assert told(still)[0] == 1, "an empty mount point looks the same; destroyed long since"
    assert told(typed(vault, "give-up", lost, "--keyring-is-lost")) == (0, f"{lost} is given up.\n")
    assert "the worker makes a new keyring" in told(bring_back(vault))[1]

    rotate_keys(rotation_of(drilled, vault))

    [new] = keyring_of(vault).read()
    assert new.id not in {"kek-1", lost}
    assert drilled.submit().status_code == 201


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
    assert told(bring_back(vault))[0] == 0


def test_of_a_rotation_that_was_cut_the_older_key_comes_back_once_the_newer_is_given_up(
    drilled: ReferralService, vault: Vault
) -> None:
    referral = drilled.sent()
    drilled.must(WORKER, referral, "open")
    assert vault.back_up().exit_code == 0
    cut = replace(rotation_of(drilled, vault), pause=lambda _: True)
    assert not rotate_keys(cut, after=timedelta(0))
    newer, older = keyring_of(vault).read()
    keyring_of(vault).path.unlink()
    assert newer.id in told(bring_back(vault))[1]

    assert told(typed(vault, "give-up", newer.id, "--keyring-is-lost"))[0] == 0

    assert told(bring_back(vault))[0] == 0
    assert [key.id for key in keyring_of(vault).read()] == [older.id]
    assert drilled.get(WORKER, f"/api/referrals/{referral.id}/identity").get_json()["name"] == "Rafiq"


def test_a_lost_key_that_nothing_lies_under_is_given_up_too(drilled: ReferralService, vault: Vault) -> None:
    lost = rotated(drilled, vault)
    keyring_of(vault).path.unlink()

    assert told(typed(vault, "give-up", lost, "--keyring-is-lost"))[0] == 0

    rotate_keys(rotation_of(drilled, vault))
    assert len(keyring_of(vault).read()) == 1


def test_where_the_keyrings_folder_is_away_no_keyring_is_made_and_no_key_given_up(
    drilled: ReferralService, vault: Vault
) -> None:
    living = rotated(drilled, vault)
    assert vault.back_up().exit_code == 0
    folder = keyring_of(vault).path.parent
    away = folder.rename(folder.with_name("not mounted"))

    for done in (bring_back(vault), typed(vault, "give-up", living, "--keyring-is-lost")):
        code, words = told(done)
        assert (code, f"There is no folder {folder} for the keyring. Is its disk mounted?" in words) == (1, True), words
        assert not folder.exists()

    assert logged(drilled) == []
    away.rename(folder)
    assert "has every living key; nothing was changed" in told(bring_back(vault))[1]


def test_keys_that_come_back_are_in_the_log_and_the_newest_seals(drilled: ReferralService, vault: Vault) -> None:
    referral = drilled.sent()
    drilled.must(WORKER, referral, "open")
    older = keyring_of(vault).path.read_bytes()
    newest = rotated(drilled, vault)
    assert vault.back_up().exit_code == 0
    keyring_of(vault).path.write_bytes(older)  # as an older copy of the file, whose key is retired

    code, words = told(bring_back(vault))

    assert (code, words) == (0, f"{newest}: back in {keyring_of(vault).path}, which has every living key.\n")
    assert [key.id for key in keyring_of(vault).read()] == [newest, "kek-1"]
    assert drilled.submit().status_code == 201
    assert drilled.get(WORKER, f"/api/referrals/{referral.id}/identity").get_json()["name"] == "Rafiq"
    assert logged(drilled) == [("referral.key.bring-back", newest, "done")]


def forge(vault: Vault, kek_id: str) -> None:
    """Whoever may write where the copies lie knows the public keys, and gives a key of their own that name."""
    [copied] = vault.keys.glob(f"{kek_id}.*")
    [key] = [key for key in keyring_of(vault).read() if key.id == kek_id]
    false = json.dumps(tell_key(replace(key, secret=b"f" * 32))).encode()
    copied.write_bytes(age.seal(false, age.read_recipients(vault.recipients)))


def test_a_copy_that_opens_nothing_of_what_lies_under_its_key_is_refused(
    drilled: ReferralService, vault: Vault
) -> None:
    drilled.sent()
    living = rotated(drilled, vault)
    assert vault.back_up().exit_code == 0
    forge(vault, living)
    keyring_of(vault).path.unlink()

    code, words = told(bring_back(vault))

    assert (code, f"The copy of the key {living} is not that key. Nothing was changed." in words) == (1, True), words
    assert not keyring_of(vault).path.exists()
    assert logged(drilled) == [("referral.key.bring-back", living, "failed")]


def test_a_record_that_is_damaged_speaks_against_no_copy(drilled: ReferralService, vault: Vault) -> None:
    broken, _ = drilled.sent(), drilled.sent()
    with drilled.worker_db.transaction() as session:
        session.execute(update(referral_key).where(referral_key.c.referral_id == broken.id).values(wrapped=b"x" * 60))
    rotate_keys(rotation_of(drilled, vault), after=KEPT_APART)  # which notes the key
    assert vault.back_up().exit_code == 0
    keyring_of(vault).path.unlink()

    assert told(bring_back(vault))[0] == 0

    assert [key.id for key in keyring_of(vault).read()] == ["kek-1"]


def test_a_restore_whose_copy_of_a_key_is_not_that_key_says_so(drilled: ReferralService, vault: Vault) -> None:
    drilled.sent()
    living = rotated(drilled, vault)
    assert vault.back_up().exit_code == 0
    [true_copy] = [path.read_bytes() for path in vault.keys.glob(f"{living}.*")]
    forge(vault, living)
    vault.log_survivors()
    keyring_of(vault).path.unlink()

    code, words = told(vault.restore())

    assert (code, f"nothing opens under {living}" in words) == (1, True), words
    assert not keyring_of(vault).path.exists(), "whoever starts the worker now seals under nobody's key"
    [copied] = vault.keys.glob(f"{living}.*")
    copied.write_bytes(true_copy)
    assert told(bring_back(vault))[0] == 0


def a_folder_there(path: Path) -> None:
    path.unlink()
    path.mkdir()


def test_what_keeps_keys_from_coming_back_is_said_in_words(drilled: ReferralService, vault: Vault) -> None:
    living = rotated(drilled, vault)
    assert vault.back_up().exit_code == 0
    keyring_of(vault).path.unlink()
    owner = make_url(vault.environment["SETU_DATABASE_OWNER_URL"])
    [away] = free_ports(1)
    for wrong in (owner.set(host="127.0.0.1", port=away, query={}), owner.set(password="wrong")):
        code, words = told(bring_back(vault, SETU_DATABASE_OWNER_URL=wrong.render_as_string(hide_password=False)))
        assert (code, "The database does not answer, or refuses the owner's role." in words) == (1, True), words

    [copied] = vault.keys.glob(f"{living}.*")
    sealed = copied.read_bytes()
    a_folder_there(copied)  # as a file that this user may not read
    code, words = told(bring_back(vault))
    assert (code, f"{copied}: Is a directory." in words) == (1, True), words
    copied.rmdir()
    copied.write_bytes(sealed)
    vault.secret_file.write_text(f"{Identity.generate()}\n")
    code, words = told(bring_back(vault))
    assert (code, "It does not open" in words) == (1, True), words
    assert not keyring_of(vault).path.exists()


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
