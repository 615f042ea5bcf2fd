"""`setu directory republish|districts`: every snapshot again for a consumer that was emptied; what listings stand on.

They run with the worker's settings in the environment (its database role may touch every organisation's rows).
"""

from pathlib import Path

import click

from directory_service import settings as settings_module
from directory_service.accounts.use_cases.dependencies import Dependencies
from directory_service.accounts.use_cases.republish_members import republish_members
from directory_service.listings.use_cases.republish_directory import republish_directory
from directory_service.listings.use_cases.write_taxonomies import write_taxonomies
from directory_service.organizations.use_cases.import_districts import NotADistrictTable, import_districts
from service_kit.clock import SystemClock
from service_kit.db.command_database import command_database

EXISTING = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("republish")
def republish_command() -> None:
    """Send every organisation, service and member to the other services again, with the versions they have."""
    settings, now = settings_module.load(), SystemClock().now()
    db = command_database(settings.database_url)
    listings = republish_directory(db, now)
    with db.transaction() as session:
        members = republish_members(session, Dependencies.from_settings(settings), now)
    click.echo(f"republished {listings} listings and {members} members")


@click.group("districts")
def districts_group() -> None:
    """States and districts of India."""


@districts_group.command("import")
@click.argument("path", type=EXISTING)
def import_districts_command(path: Path) -> None:
    """Read the table of districts of the Local Government Directory (CSV)."""
    with command_database(settings_module.load().database_url).transaction() as session:
        try:
            count = import_districts(session, path)
        except NotADistrictTable as error:
            raise click.ClickException(str(error)) from error
        write_taxonomies(session)
    click.echo(f"{count} districts")


COMMANDS = (republish_command, districts_group)
