"""A keyring that was lost: its keys come back from their copies, or are given up, and each way is in the log."""

import os
import resource
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from click.testing import CliRunner
from pyrage.x25519 import Identity
from sqlalchemy import make_url, update

from local_stack.test_servers import free_ports
from referral_service import cli
from referral_service.domain.key_rotation import KEPT_APART
from referral_service.outside.keyring_file import KEYRING_WRITTEN_NOT_RENAMED
from referral_service.store.tables import referral_key
from referral_service.use_cases.keys.rotate_keys import rotate_keys
from support.backups import Vault
from support.events import eventually
from support.referral import WORKER, ReferralService
from support.referrals.lost_keys import (
    bring_back,
    copies_laid,
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
    copies_laid(vault)
    lost = rotated(drilled, vault)
    keyring_of(vault).path.unlink()

    code, words = told(bring_back(vault))
    assert (code, f"The key {lost} is neither in the keyring nor in the folder of keys." in words) == (1, True), words
    assert logged(drilled) == [("bring-back", lost, "failed")]
    for still in (typed(vault, "give-up", lost), typed(vault, "give-up", "kek-1", "--keyring-is-lost")):
        assert told(still)[0] == 1, "an empty mount point looks the same; destroyed long since"
    assert told(typed(vault, "give-up", lost, "--keyring-is-lost")) == (0, f"{lost} is given up.\n")
    assert "the worker makes a new keyring" in told(bring_back(vault))[1]

    rotate_keys(rotation_of(drilled, vault))

    [new] = keyring_of(vault).read()
    assert new.id not in {"kek-1", lost}
    assert drilled.submit().status_code == 201


def test_a_key_that_was_given_up_by_mistake_comes_back_while_its_copy_is_there(
    drilled: ReferralService, vault: Vault
) -> None:
    referral = drilled.sent()
    drilled.must(WORKER, referral, "open")
    living = rotated(drilled, vault)
    copies_laid(vault)
    keyring_of(vault).path.unlink()
    assert told(typed(vault, "give-up", living, "--keyring-is-lost"))[0] == 0
    rotate_keys(rotation_of(drilled, vault))

    assert told(bring_back(vault))[0] == 0

    assert drilled.get(WORKER, f"/api/referrals/{referral.id}/identity").get_json()["name"] == "Rafiq"
    assert rotate_keys(rotation_of(drilled, vault))
    assert living not in keyring_of(vault).keks()
    assert drilled.get(WORKER, f"/api/referrals/{referral.id}/identity").get_json()["name"] == "Rafiq"


def test_of_a_rotation_that_was_cut_the_older_key_comes_back_and_the_newer_is_given_up_which_no_record_needs(
    drilled: ReferralService, vault: Vault
) -> None:
    referral = drilled.sent()
    drilled.must(WORKER, referral, "open")
    copies_laid(vault)
    cut = replace(rotation_of(drilled, vault), pause=lambda _: True)
    assert not rotate_keys(cut, after=timedelta(0))
    newer, older = keyring_of(vault).read()
    lay_copy(vault, replace(newer, secret=b"f" * 32), f"{newer.id}.20261130T000000Z.key.age")  # nothing can prove it
    keyring_of(vault).path.unlink()

    code, words = told(bring_back(vault))

    assert (code, f"{newer.id}: given up, since no record needs it." in words) == (0, True), words
    assert [key.id for key in keyring_of(vault).read()] == [older.id]
    assert logged(drilled) == [("give-up", newer.id, "done"), ("bring-back", older.id, "done")]
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
    copies_laid(vault)
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
    copies_laid(vault)
    keyring_of(vault).path.write_bytes(older)  # as an older copy of the file, whose key is retired

    code, words = told(bring_back(vault))

    assert (code, words) == (0, f"{newest}: back in {keyring_of(vault).path}.\n")
    assert [key.id for key in keyring_of(vault).read()] == [newest, "kek-1"]
    assert drilled.submit().status_code == 201
    assert drilled.get(WORKER, f"/api/referrals/{referral.id}/identity").get_json()["name"] == "Rafiq"
    assert logged(drilled) == [("bring-back", newest, "done")]


def test_a_key_under_which_records_came_before_the_worker_could_note_it_comes_back(
    drilled: ReferralService, vault: Vault
) -> None:
    drilled.sent()
    copies_laid(vault)
    keyring_of(vault).path.unlink()

    assert told(bring_back(vault))[0] == 0

    assert [key.id for key in keyring_of(vault).read()] == ["kek-1"]


def test_whoever_dies_before_the_keyring_is_written_has_logged_the_key_and_can_type_it_again(
    drilled: ReferralService, vault: Vault
) -> None:
    drilled.sent()
    copies_laid(vault)
    keyring_of(vault).path.unlink()
    line = [sys.executable, "-m", "setu_cli", "referral", "keys", "bring-back", str(vault.keys)]
    environment = {**os.environ, **vault.environment, "SETU_FAILPOINT": KEYRING_WRITTEN_NOT_RENAMED}

    died = subprocess.run([*line, "--identity", str(vault.secret_file)], env=environment, check=False, timeout=120)

    assert died.returncode == -signal.SIGKILL
    assert (logged(drilled), keyring_of(vault).path.exists()) == ([("bring-back", "kek-1", "done")], False)
    eventually(lambda: told(bring_back(vault))[0] == 0)  # the server lets go of the dead one's lock first


def test_where_there_is_no_room_for_the_keyring_it_is_said_and_logged(drilled: ReferralService, vault: Vault) -> None:
    drilled.sent()
    copies_laid(vault)
    keyring_of(vault).path.unlink()
    usual = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20, usual[1]))
    try:
        code, words = told(bring_back(vault))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, usual)

    assert (code, "cannot be written" in words) == (1, True), words
    assert logged(drilled) == [("bring-back", "kek-1", "done"), ("bring-back", "kek-1", "failed")]


def test_a_copy_that_opens_nothing_of_what_lies_under_its_key_is_refused(
    drilled: ReferralService, vault: Vault
) -> None:
    drilled.sent()
    living = rotated(drilled, vault)
    copies_laid(vault)
    forge(vault, living)
    keyring_of(vault).path.unlink()

    code, words = told(bring_back(vault))

    assert (code, f"The copy of the key {living} is not that key. The keyring is as it was." in words) == (1, True)
    assert not keyring_of(vault).path.exists()
    assert logged(drilled) == [("bring-back", living, "failed")]


def test_whatever_lies_beside_a_true_copy_under_its_name_holds_it_up_no_more(
    drilled: ReferralService, vault: Vault
) -> None:
    drilled.sent()
    living = rotated(drilled, vault)
    copies_laid(vault)
    (vault.keys / f"{living}.20000101T000000Z.key.age").write_text("half a copy")
    (vault.keys / f"{living}.x.key.age").write_text("mine")
    lay_copy(vault, replace(key_of(vault, living), secret=b"f" * 32), f"{living}.20000102T000000Z.key.age")
    lay_copy(vault, replace(key_of(vault, living), id="kek-9"), f"{living}.20000103T000000Z.key.age")
    [true_key] = keyring_of(vault).read()
    keyring_of(vault).path.unlink()

    assert told(bring_back(vault))[0] == 0

    assert keyring_of(vault).read() == [true_key]


def test_a_record_that_is_damaged_speaks_against_no_copy(drilled: ReferralService, vault: Vault) -> None:
    broken, _ = drilled.sent(), drilled.sent()
    with drilled.worker_db.transaction() as session:
        session.execute(update(referral_key).where(referral_key.c.referral_id == broken.id).values(wrapped=b"x" * 60))
    rotate_keys(rotation_of(drilled, vault), after=KEPT_APART)  # which notes the key
    copies_laid(vault)
    keyring_of(vault).path.unlink()

    assert told(bring_back(vault))[0] == 0

    assert [key.id for key in keyring_of(vault).read()] == ["kek-1"]


def a_folder_there(path: Path) -> None:
    path.unlink()
    path.mkdir()


def test_what_keeps_keys_from_coming_back_is_said_in_words(drilled: ReferralService, vault: Vault) -> None:
    drilled.sent()
    living = rotated(drilled, vault)
    copies_laid(vault)
    keyring_of(vault).path.unlink()
    owner = make_url(vault.environment["SETU_DATABASE_OWNER_URL"])
    [away] = free_ports(1)
    for wrong in (owner.set(host="127.0.0.1", port=away, query={}), owner.set(password="wrong")):
        code, words = told(bring_back(vault, SETU_DATABASE_OWNER_URL=wrong.render_as_string(hide_password=False)))
        assert (code, "The database does not answer, or refuses the role." in words) == (1, True), words

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
