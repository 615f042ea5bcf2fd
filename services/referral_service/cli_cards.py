"""Command `setu referral cards print`: numbered cards for a unit, as a file to print and fold.

Why a file: an operator has no browser session; what a unit orders is printed by its district's coordinator.
Promises: the codes are in this file and on paper, nowhere else; the file is readable by its owner only; running the
command again makes new cards. When not to use it: for an order, which its page prints.
"""

import os
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import click

from referral_service import settings as configuration
from referral_service.pages.card_sheets import PAPERS, write_sheets
from referral_service.use_cases.cards.issue_cards import MOST, issue_cards
from referral_service.use_cases.dependencies import Dependencies
from service_kit.db.command_database import command_database
from service_kit.errors import NotFound
from setu.languages import SCREEN_LANGUAGES


def add_to(group: click.Group) -> None:
    """Mounts `cards` under the service's commands."""
    group.add_command(cards)


@click.group()
def cards() -> None:
    """Cards that a unit hands out."""


@cards.command("print")
@click.option("--unit", type=click.UUID, required=True, help="The organisation's id.")
@click.option("--count", type=click.IntRange(1, MOST), default=20, show_default=True)
@click.option("--language", type=click.Choice(list(SCREEN_LANGUAGES)), default="en", show_default=True)
@click.option("--paper", type=click.Choice(list(PAPERS)), default="a6", show_default=True)
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), default=Path("cards.html"), show_default=True)
@click.option(
    "--numbers-file", type=click.Path(path_type=Path, dir_okay=False), help="Also the bare numbers, one a line."
)
def print_command(unit: UUID, count: int, language: str, paper: str, out: Path, numbers_file: Path | None) -> None:
    """Make COUNT numbered cards of a unit and write them as a page to print."""
    settings = configuration.load()
    dependencies = Dependencies.from_settings(settings)
    try:
        with command_database(settings.database_url).transaction() as session:
            issued = issue_cards(session, unit, count, dependencies=dependencies, now=datetime.now(UTC))
            base = settings.addresses["referral"]
            _write(out, write_sheets(issued, base, paper=paper, language=language))
    except NotFound:
        raise click.ClickException("The directory has published no such unit (yet).") from None
    if numbers_file is not None:
        numbers_file.write_text("".join(f"{card.number}\n" for card in issued))
    click.echo(f"{len(issued)} cards, numbers {issued[0].number} to {issued[-1].number}, in {out}")


def _write(path: Path, text: str) -> None:
    """The codes on the cards are secrets: nobody but the owner may read the file."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
