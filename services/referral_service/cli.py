"""Commands `setu referral …` for operators, with the worker's environment."""

import click

from referral_service import cli_cards
from referral_service.domain.lifecycle_page import page
from referral_service.settings import load
from referral_service.use_cases.enforce_retention import rotate_keys
from service_kit.db.engine import Database
from service_kit.keyring import Keyring


@click.group()
def commands() -> None:
    """The referral, its life cycle, the wall."""


cli_cards.add_to(commands)


@commands.command()
def lifecycle() -> None:
    """Print the life cycle's page of the docs (docs/lifecycle.md)."""
    click.echo(page(), nl=False)


@commands.group()
def keys() -> None:
    """The keys under which identities are sealed."""


@keys.command()
def rotate() -> None:
    """Wrap every referral's key under the first key of SETU_KEK, so that the others can be destroyed."""
    settings = load()
    keyring = Keyring(settings.kek)
    count = rotate_keys(Database(settings.database_url), keyring)
    click.echo(f"{count} keys were wrapped anew; none is left under another key than {keyring.primary}.")
