"""`setu directory api-key`: keys of organisations' programs. They run with the worker's settings."""

from datetime import timedelta
from uuid import UUID

import click

from directory_service import settings as configuration
from directory_service.accounts.domain.api_keys import (
    SCOPES,
    KeyRefused,
    state_of,
)
from directory_service.accounts.store.api_keys import keys_of
from directory_service.accounts.use_cases.api_keys.end_api_key import end_api_key
from directory_service.accounts.use_cases.api_keys.make_api_key import make_api_key
from directory_service.accounts.use_cases.dependencies import Dependencies
from service_kit.clock import SystemClock
from service_kit.db.command_database import command_database


@click.group(name="api-key")
def api_keys() -> None:
    """Keys of programs of providers and coordinating bodies."""


@api_keys.command(name="make")
@click.option("--organization", type=click.UUID, required=True, help="Whose key it is.")
@click.option("--name", default="command line", help="What uses it.")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    type=click.Choice(list(SCOPES)),
    help="What it opens; all that its kind has if unsaid.",
)
@click.option("--days", type=click.IntRange(1, 3650), help="How long it is good; without, until it is ended.")
def make_key(organization: UUID, name: str, scopes: tuple[str, ...], days: int | None) -> None:
    """Make a key and print it, this once."""
    settings = configuration.load()
    dependencies, db = Dependencies.from_settings(settings), command_database(settings.database_url)
    good_for = timedelta(days=days) if days else None
    try:
        with db.transaction() as session:
            key = make_api_key(
                session,
                dependencies,
                organization,
                name.strip(),
                scopes=scopes or None,
                good_for=good_for,
                by=None,
                now=SystemClock().now(),
            )
    except LookupError:
        raise click.ClickException("There is no such organisation in the directory.") from None
    except KeyRefused as refused:
        raise click.ClickException(str(refused)) from None
    click.echo(key)


@api_keys.command(name="list")
@click.option("--organization", type=click.UUID, required=True)
def list_keys(organization: UUID) -> None:
    """The keys of an organisation: id, day made, state, scopes, day of last use, beginning, name."""
    now = SystemClock().now()
    with command_database(configuration.load().database_url).transaction() as session:
        for row in keys_of(session, organization, now):
            state = state_of(row.ended_at, row.expires_at, now)
            used = row.last_used_on or "never used"
            said = (row.id, f"{row.created_at:%Y-%m-%d}", state, ",".join(row.scopes), used, row.beginning, row.name)
            click.echo("  ".join(map(str, said)))


@api_keys.command(name="end")
@click.argument("key_id", type=click.UUID)
def end_key(key_id: UUID) -> None:
    """End a key by its id; it opens nothing from the next request on."""
    settings = configuration.load()
    dependencies = Dependencies.from_settings(settings)
    with command_database(settings.database_url).transaction() as session:
        ended = end_api_key(session, dependencies, key_id, by=None, now=SystemClock().now())
    if not ended:
        raise click.ClickException("There is no such key in use.")
    click.echo("The key has ended.")


COMMANDS = (api_keys,)
