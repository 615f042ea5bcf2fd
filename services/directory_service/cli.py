"""`setu directory …`: the commands of every subject, and `export`, whose two formats belong to two of them."""

from pathlib import Path

import click

from directory_service import settings as settings_module
from directory_service.accounts import cli as accounts
from directory_service.accounts import cli_api_keys
from directory_service.finding import cli as finding
from directory_service.hsds import cli as hsds
from directory_service.hsds.domain.publication import Publication
from directory_service.hsds.use_cases.export_datapackage import export_datapackage
from directory_service.importing import cli as importing
from directory_service.importing.use_cases.export_directory import export_directory
from directory_service.listings import cli as listings
from directory_service.listings.use_cases.hide_after_restore import hide_after_restore
from directory_service.partnership import cli as partnership
from directory_service.registry import cli as registry
from directory_service.registry import cli_state
from directory_service.survivors import PLAN
from service_kit.clock import SystemClock
from service_kit.db.backup_cli import ServiceBackup
from service_kit.db.command_database import command_database
from service_kit.db.engine import Database


def _complete(owner_url: str) -> None:
    db = Database(owner_url)
    hide_after_restore(db, SystemClock().now())
    db.dispose()


BACKUP = ServiceBackup(PLAN, complete=_complete)
NEW = click.Path(dir_okay=False, writable=True, path_type=Path)


@click.group()
def commands() -> None:
    """The directory: who serves, who refers, who may sign in."""


@click.command("export")
@click.argument("path", type=NEW)
@click.option("--source", default="", help="Only what came from this source.")
def export_command(path: Path, source: str) -> None:
    """Write the directory: `.zip` as an HSDS datapackage of CSV files, else as a package of our own.

    A confidential address is never in it.
    """
    settings = settings_module.load()
    db = command_database(settings.database_url)
    if path.suffix == ".zip":
        publication = Publication(settings.publisher, settings.licence, settings.attribution)
        with path.open("wb") as file:
            rows = export_datapackage(db, file, publication)
    else:
        rows = export_directory(db, path, source)
    click.echo(f"wrote {rows} rows to {path}")


for subject in (accounts, cli_api_keys, listings, finding, hsds, importing, partnership, registry, cli_state):
    for command in subject.COMMANDS:
        commands.add_command(command)
commands.add_command(export_command)
