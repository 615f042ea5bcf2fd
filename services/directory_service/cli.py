"""`setu directory …`: the commands of accounts and of listings, put together."""

import click

from directory_service.accounts import (
    cli as cli_accounts,
)
from directory_service.accounts import (
    cli_api_keys,
)
from directory_service.finding import cli as cli_index
from directory_service.listings import cli as cli_listings


@click.group()
def commands() -> None:
    """The directory: who serves, who refers, who may sign in."""


cli_accounts.add_commands(commands)
cli_api_keys.add_commands(commands)
cli_listings.add_commands(commands)
cli_index.add_commands(commands)
