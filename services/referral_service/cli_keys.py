"""Commands `setu referral keys …`: look at the keyring, rotate it now, give lost keys up or put them back.

The worker rotates by itself; `rotate` is for a key that may have leaked. No command prints a key or takes one as an
argument.
"""

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import NoReturn

import click
from pyrage.x25519 import Identity, Recipient

from referral_service import settings as configuration
from referral_service.domain.key_rotation import KEPT_APART, TOO_OLD
from referral_service.outside.keyring_file import KeyEncryptionKey, KeyringFile, KeyringUnavailable
from referral_service.store.keys import count_by_key
from referral_service.use_cases.keys.copy_keys import (
    copy_keys,
    find_old_copies,
    find_outlived,
    find_uncopied,
)
from referral_service.use_cases.keys.find_backup_keys import find_backup_keys
from referral_service.use_cases.keys.find_unreadable_records import UnreadableRecords, find_unreadable_records
from referral_service.use_cases.keys.give_up_key import give_up_key
from referral_service.use_cases.keys.prove_keys import find_refuted_keys
from referral_service.use_cases.keys.put_keys_back import LostKeys, log_again, put_keys_back, read_brought_back
from referral_service.use_cases.keys.read_key_copies import read_key_copies
from referral_service.use_cases.keys.refuse_emptied_database import refuse_emptied_database
from referral_service.use_cases.keys.rotate_keys import KeyRotation, rotate_keys, take_over_keys
from service_kit import age
from service_kit.clock import SystemClock
from service_kit.db.backup_cli import PutKeysBack, backup_errors_in_words
from service_kit.db.backup_manifest import BackupError
from service_kit.db.command_database import command_database
from service_kit.db.engine import Database
from service_kit.settings import Environment


def add_to(group: click.Group) -> None:
    """Mounts `keys` under the service's commands."""
    group.add_command(keys)


@click.group()
def keys() -> None:
    """The keys under which identities are sealed."""


@keys.command()
@click.option("--copies", type=click.Path(exists=True, file_okay=False, path_type=Path), help="Where copies lie apart.")
def status(copies: Path | None) -> None:
    """Each key with its age and what lies under it; exit code 1 when one or a copy is too old or missing."""
    rotation = _rotation()
    with _errors_in_words():
        present = rotation.file.read()
    now = rotation.clock.now()
    with rotation.db.transaction() as session:
        under, unreadable = count_by_key(session), find_unreadable_records(session, rotation.file)
    for place, key in enumerate(present):
        since_made, task = now - key.made_at, "seals" if place == 0 else "only opens"
        click.echo(f"{key.id}: {since_made.days} days old, {task}, {under.get(key.id, 0)} records")
    wrong = [f"{key.id} is older than {TOO_OLD.days} days: is the worker running?" for key in present if
             now - key.made_at > TOO_OLD]  # fmt: skip
    wrong += [_describe_unreadable(records) for records in unreadable]
    _exit_with([*wrong, *(_faults_of_copies(copies, present) if copies else ())])


@keys.command(name="copies")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
def look_at_copies(folder: Path) -> None:
    """Look at the copies in FOLDER, without a database; exit code 1 when one is too old, or a key has none.

    Which keys there are is read from the keyring, where SETU_KEYRING names one.
    """
    try:
        wrong = _faults_of_copies(folder, _keys_of_keyring())
    except KeyringUnavailable as error:
        wrong = [*_faults_of_copies(folder, ()), error.sentence]
    _exit_with(wrong)


def _keys_of_keyring() -> Sequence[KeyEncryptionKey]:
    with Environment() as env:
        path = env.text("SETU_KEYRING", "")
    return KeyringFile(Path(path)).read() if path else ()


def _faults_of_copies(copies: Path, present: Sequence[KeyEncryptionKey]) -> Sequence[str]:
    if not any(copies.glob("*.key.age")):
        return [f"No copy of a key lies in {copies}: is it the right folder, and did a backup run?"]
    now = SystemClock().now()
    old = [
        f"{path} is older than {KEPT_APART.days} days: does the backup run? Until it goes, erasures are not final."
        for path in find_old_copies(copies, now)
    ]
    uncopied = [
        f"{kek_id} has no copy in {copies}: back up now. Until then nobody has this key again if the keyring is lost."
        for kek_id in find_uncopied(present, copies, now)
    ]
    return [*old, *uncopied, *_warnings_of_outlived(present, now)]


def _warnings_of_outlived(present: Sequence[KeyEncryptionKey], now: datetime) -> Sequence[str]:
    return [
        f"{kek_id} only opens, and no copy of it is kept after {KEPT_APART.days} days: what lies under it is in no"
        " backup until the worker has rotated."
        for kek_id in find_outlived(present, now)
    ]


def _describe_unreadable(records: UnreadableRecords) -> str:
    return f"{records.count} records lie under {records.kek_id}, which is not in the keyring: they cannot be decrypted."


def _exit_with(wrong: Sequence[str]) -> NoReturn:
    for line in wrong:
        click.echo(line)
    raise SystemExit(int(bool(wrong)))


@keys.command()
def rotate() -> None:
    """Make a new key now, wrap every referral's key under it, and destroy the old one."""
    rotation = _rotation()
    with _errors_in_words():
        done = rotate_keys(rotation, after=timedelta(0))
    if not done:
        raise click.ClickException("The worker is rotating just now. Look again with: setu referral keys status")
    click.echo(f"Every referral's key lies under {rotation.file.read()[0].id}; every older key is destroyed.")
    click.echo("Back up at once: until then no copy of this key lies anywhere.")


@keys.command("give-up")
@click.argument("kek_id")
@click.option("--keyring-is-lost", is_flag=True, help="There is no keyring, and its disk is mounted.")
def give_up(kek_id: str, *, keyring_is_lost: bool) -> None:
    """Say that nobody has the key KEK_ID any more: what lies under it stays sealed, and keys rotate again."""
    with _errors_in_words():
        done = give_up_key(_rotation(), kek_id, keyring_is_lost=keyring_is_lost)
    if not done:
        raise click.ClickException(f"{kek_id} is in the keyring, or nothing lies under it. Nothing was changed.")
    click.echo(f"{kek_id} is given up.")


@keys.command("take-over")
def take_over() -> None:
    """Make the keyring of the keys in SETU_KEK, where an older release had them. The worker replaces them soon."""
    with Environment() as env:
        found = env.named_keys("SETU_KEK")
    rotation = _rotation()
    with _errors_in_words():
        made = take_over_keys(rotation, found)
    words = "is made; take SETU_KEK out of the settings" if made else "is there already; nothing was changed"
    click.echo(f"{rotation.file.path} {words}.")


@keys.command("bring-back")
@click.argument("copies", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--identity", required=True, type=click.Path(dir_okay=False, path_type=Path), help="age secret keys.")
@click.option("--database", envvar="SETU_DATABASE_OWNER_URL", required=True, help="As the owner's role.")
def bring_back_lost(copies: Path, identity: Path, database: str) -> None:
    """Put every key that records need and the keyring has lost back, from the COPIES of `setu backup`; or none."""
    keyring = _keyring()
    with _owner_database(database) as db:
        identities = age.read_identities(identity)
        done = put_keys_back(
            db, keyring, lambda kek_id: read_key_copies(copies, kek_id, identities), SystemClock().now()
        )
    _tell_lost_keys(done, keyring)
    if not keyring.path.exists():
        click.echo("No key lives that could come back: the worker makes a new keyring.")
    elif not any(done):
        click.echo(f"{keyring.path} has every living key; nothing was changed.")


def _tell_lost_keys(done: LostKeys, keyring: KeyringFile) -> None:
    for kek_id in done.given_up:
        click.echo(f"{kek_id}: given up, since no record needs it.")
    if done.back:
        click.echo(f"{', '.join(key.id for key in done.back)}: back in {keyring.path}.")


def copy_apart(owner_url: str, folder: Path, recipients: Sequence[Recipient]) -> Mapping[str, str]:
    """For `setu referral backup`: the keyring's keys into the other place."""
    keyring, now = _keyring(), SystemClock().now()
    with _owner_database(owner_url) as db:
        copied = copy_keys(keyring, folder, recipients, now)
        with db.transaction() as session:
            refuse_emptied_database(session, keyring, now)
        for line in _warnings_of_outlived(keyring.read(), now):
            click.echo(line)
    return copied


def find_keys(
    owner_url: str, folder: Path | None, identities: Sequence[Identity], made_at: Mapping[str, str]
) -> PutKeysBack:
    """For `setu referral restore`: the keys that the backup needs; returns what puts them into the keyring after it.

    A key older than 30 days that seals nothing new has no copy and is not restored.
    """
    keyring = _keyring()
    with _owner_database(owner_url) as db:
        try:
            found = find_backup_keys(db, keyring, folder, identities, made_at, SystemClock().now())
            before = read_brought_back(db)
        except BackupError as error:
            raise BackupError(f"{error} Nothing was restored.") from None

    def put_back() -> Sequence[str]:
        with _owner_database(owner_url) as db, _after_restore():
            log_again(db, before, SystemClock().now())
            done = put_keys_back(db, keyring, found.__getitem__, SystemClock().now(), only=found)
            _tell_lost_keys(done, keyring)
            _refuse_refuted_keys(db, keyring)
            with db.transaction() as session:
                unreadable = find_unreadable_records(session, keyring)
            return [
                f"{_describe_unreadable(records)} If a copy of the keyring has this key, put that file back and restore"
                f" again before you start a process; if nobody has it: setu referral keys give-up {records.kek_id}."
                for records in unreadable
                if records.is_needed
            ]

    return put_back


def _refuse_refuted_keys(db: Database, keyring: KeyringFile) -> None:
    if not keyring.path.exists():
        return
    with db.transaction() as session:
        refuted = find_refuted_keys(session, keyring)
    if refuted:
        raise BackupError(
            f"No record opens under {', '.join(refuted)} as {keyring.path} has it, so it is another key: move that file"
            " away."
        )


@contextmanager
def _after_restore() -> Iterator[None]:
    try:
        yield
    except (BackupError, KeyringUnavailable) as error:
        told = error.sentence if isinstance(error, KeyringUnavailable) else error
        raise BackupError(
            f"The database is restored, but its identities do not open. {told} Mend it and restore again before you"
            " start a process."
        ) from None


@contextmanager
def _owner_database(owner_url: str) -> Iterator[Database]:
    """The database as its owner's role; what is wrong with it, keys or keyring ends the command as a sentence."""
    database = Database(owner_url)
    try:
        with _errors_in_words():
            yield database
    finally:
        database.dispose()


def _keyring() -> KeyringFile:
    with Environment() as env:
        return KeyringFile(Path(env.text("SETU_KEYRING")))


def _rotation() -> KeyRotation:
    settings = configuration.load()
    db = command_database(settings.database_url)
    return KeyRotation(db, KeyringFile(settings.keyring), SystemClock(), time.sleep)


@contextmanager
def _errors_in_words() -> Iterator[None]:
    try:
        with backup_errors_in_words():
            yield
    except KeyringUnavailable as error:
        raise click.ClickException(error.sentence) from None
