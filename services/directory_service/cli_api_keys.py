"""`setu directory api-key`: keys of integrators' programs. They run with the worker's settings in the environment."""

from uuid import UUID

import click

from directory_service import settings as configuration
from directory_service.store.tables_accounts import ApiKey
from directory_service.use_cases.api_keys import end_api_key, make_api_key
from directory_service.use_cases.tools import AccountTools
from service_kit.clock import SystemClock
from service_kit.db.engine import Database


def add_commands(group: click.Group) -> None:
    """Mount the commands under `setu directory`."""
    group.add_command(api_keys)


@click.group(name="api-key")
def api_keys() -> None:
    """Keys of integrators' programs."""


@api_keys.command(name="make")
@click.option("--organization", type=click.UUID, required=True, help="Whose key it is.")
@click.option("--name", default="", help="What uses it.")
def make_key(organization: UUID, name: str) -> None:
    """Make a key and print it, this once."""
    settings = configuration.load()
    tools, db = AccountTools.from_settings(settings), Database(settings.database_url)
    try:
        with db.transaction() as session:
            key = make_api_key(session, tools, organization, name, SystemClock().now())
    except LookupError:
        raise click.ClickException("There is no such organisation in the directory.") from None
    click.echo(key)


@api_keys.command(name="list")
@click.option("--organization", type=click.UUID, required=True)
def list_keys(organization: UUID) -> None:
    """The keys of an organisation that are in use: id, day made, name."""
    with Database(configuration.load().database_url).transaction() as session:
        for row in session.query(ApiKey).filter_by(organization_id=organization, ended_at=None):
            click.echo(f"{row.id}  {row.created_at:%Y-%m-%d}  {row.name}")


@api_keys.command(name="end")
@click.argument("key_id", type=click.UUID)
def end_key(key_id: UUID) -> None:
    """End a key by its id; it opens nothing from the next request on."""
    with Database(configuration.load().database_url).transaction() as session:
        ended = end_api_key(session, key_id, SystemClock().now())
    if not ended:
        raise click.ClickException("There is no such key in use.")
    click.echo("The key has ended.")
