"""Commands `setu <service> audit …`: publish a checkpoint, verify the log, also against a kept checkpoint.

They read SETU_DATABASE_URL (the worker's role). Exit codes of `verify`: 0 sound, 1 the log is broken, 2 wrong use,
3 the log does not reach or contradicts the kept checkpoint.
"""

import base64
from pathlib import Path
from typing import TextIO

import click
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from service_kit.clock import SystemClock
from service_kit.db import audit_chain
from service_kit.db.audit_kept_checkpoints import (
    KeptCheckpoint,
    NotACheckpoint,
    contradiction,
    make_checkpoint,
    read_checkpoint,
    write_checkpoint,
)
from service_kit.db.audit_verification import LogKeys, verify
from service_kit.db.command_database import command_database

CONTRADICTS = 3
_url = click.option("--database", envvar="SETU_DATABASE_URL", required=True, help="As the worker's role.")
_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


def audit_commands(service: str) -> click.Group:
    """The group for one service (short name)."""
    group = click.Group("audit", help="The append-only log.")
    group.add_command(_checkpoint(service))
    group.add_command(_verify(service))
    return group


def _checkpoint(service: str) -> click.Command:
    @click.command(name="checkpoint")
    @click.argument("folder", envvar="SETU_AUDIT_CHECKPOINTS", type=_FOLDER)
    @click.option("--private-key", envvar="SETU_AUDIT_PRIVATE_KEY", required=True, help="Base64 Ed25519.")
    @_url
    def command(folder: Path, private_key: str, database: str) -> None:
        """Write the log's present head, signed, as a new file into FOLDER, for another machine to keep."""
        with command_database(database).transaction() as session:
            made = make_checkpoint(session, base64.b64decode(private_key), service, SystemClock().now())
        path = write_checkpoint(folder, made)
        click.echo(f"{path}: the log is at entry {made.sequence}.")

    return command


def _verify(service: str) -> click.Command:
    @click.command(name="verify")
    @click.option("--public-key", "public_keys", multiple=True, help="Base64 Ed25519; may be given several times.")
    @click.option("--private-key", envvar="SETU_AUDIT_PRIVATE_KEY", help="Where the public one is not at hand.")
    @click.option("--expect", type=click.File(), help="A checkpoint that was kept; its public key is known by it.")
    @_url
    def command(public_keys: tuple[str, ...], private_key: str | None, expect: TextIO | None, database: str) -> None:
        """Check chain and signatures: exit code 1 where something is wrong, 3 where the log contradicts --expect."""
        kept = _kept(expect.read(), service) if expect else None
        keys = [base64.b64decode(key) for key in public_keys] + ([kept.public_key] if kept else [])
        if private_key:
            key = Ed25519PrivateKey.from_private_bytes(base64.b64decode(private_key))
            keys.append(key.public_key().public_bytes_raw())
        with command_database(database).transaction() as session:
            known = LogKeys(service, {audit_chain.key_id(key): key for key in keys})
            findings = verify(session, known, SystemClock().now())
            against = contradiction(session, kept) if kept else None
        for finding in findings:
            click.echo(str(finding))
        if against:
            click.echo(against)
        if against or findings:
            raise SystemExit(CONTRADICTS if against else 1)
        click.echo("The audit log is intact" + (f" and goes on from entry {kept.sequence}." if kept else "."))

    return command


def _kept(content: str, service: str) -> KeptCheckpoint:
    try:
        return read_checkpoint(content, service)
    except NotACheckpoint as error:
        raise click.BadParameter(str(error), param_hint="--expect") from None
