"""Commands `setu backup` and `setu restore`: the same for all three services, each with its own settings.

Each service is a process of its own, since each has its own environment. Promises: a backup has its name only once all
three are in it; a restore that fails for one service says so and touches no later one, and may be run again; one after
which some records cannot be decrypted goes on to the last, says so before the index is built, and its exit code is 1.
"""

import shutil
import subprocess
import sys
from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from pathlib import Path

import click

from service_kit.db.backup_cli import RESTORED_WITH_UNREADABLE_RECORDS, is_inside
from setu.events import SERVICES

_SHORT = tuple(name.removesuffix("_service") for name in SERVICES)
_FOLDER = click.Path(file_okay=False, path_type=Path)
_FILE = click.Path(dir_okay=False, path_type=Path)


@click.command()
@click.argument("folder", type=_FOLDER)
@click.option("--recipients", envvar="SETU_BACKUP_RECIPIENTS", required=True, type=_FILE, help="age public keys.")
@click.option("--keys", required=True, type=_FOLDER, help="Another place, for copies of the keys.")
def backup(folder: Path, recipients: Path, keys: Path) -> None:
    """Back all three services up into a new folder of FOLDER; the keys go to another place."""
    stamp = f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
    partial, whole = folder / f"{stamp}.partial", folder / stamp
    if is_inside(keys, folder):
        raise click.ClickException("Name a place for the keys with --keys, which is not the backups'.")
    try:
        partial.mkdir(mode=0o700, parents=True)  # whose it is: two that begin in one second share no folder
    except OSError as error:
        raise click.ClickException(f"The folder {partial} cannot be made: {error.strerror}.") from None
    try:
        for service in _SHORT:
            _run(service, "backup", str(partial), "--recipients", str(recipients), "--keys", str(keys))
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        raise
    partial.rename(whole)
    click.echo(f"{whole} is whole.")


@click.command()
@click.argument("folder", type=_FOLDER)
@click.option("--identity", required=True, type=_FILE, help="A file of age secret keys.")
@click.option("--survivors", envvar="SETU_SURVIVORS", required=True, type=_FOLDER, help="The log kept apart.")
@click.option("--keys", required=True, type=_FOLDER, help="Where the copies of the keys are.")
@click.option("--since", help="Where the databases had been put back before this backup: to which moment.")
@click.option("--accept-gap", is_flag=True, help="Also where a survivor log does not reach from backup to now.")
@click.option("--reindex/--no-reindex", default=True, show_default=True, help="Build the search index anew afterwards.")
def restore(
    folder: Path, identity: Path, survivors: Path, keys: Path, *, since: str | None, accept_gap: bool, reindex: bool
) -> None:
    """Restore all three services from FOLDER, with what must survive since then. Stop all processes first."""
    if folder.suffix == ".partial":
        raise click.ClickException(f"{folder} was not finished: it is no backup.")
    given = ["--identity", str(identity), "--survivors", str(survivors), "--keys", str(keys)]
    given += ["--since", since] if since else []
    given += ["--accept-gap"] if accept_gap else []
    going_on = (RESTORED_WITH_UNREADABLE_RECORDS,)
    codes = [_run(service, "restore", str(folder), *given, goes_on=going_on) for service in _SHORT]
    if any(codes):
        told = "All three are restored, but some records cannot be decrypted: see above, before you start any."
        click.echo(told, err=True)
    if reindex:
        _run("directory", "reindex")
    if any(codes):
        raise SystemExit(1)
    click.echo("All three are restored. Start workers and web processes.")


def _run(*arguments: str, goes_on: Collection[int] = ()) -> int:
    """The exit code: 0, or one of those after which the rest goes on."""
    done: Sequence[str] = (sys.executable, "-m", "setu_cli", *arguments)
    code = subprocess.run(done, check=False).returncode  # noqa: S603 # our own command
    if code and code not in goes_on:
        raise SystemExit(1)
    return code
