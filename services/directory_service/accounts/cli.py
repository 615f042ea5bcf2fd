"""`setu directory members`: a unit's people from a file.

They run with the worker's settings in the environment.
"""

from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

import click

from directory_service import settings as configuration
from directory_service.accounts.outside.member_file import (
    BadFile,
    read_member_file,
)
from directory_service.accounts.outside.slip_sheet import write_slip_sheet
from directory_service.accounts.use_cases.dependencies import Dependencies
from directory_service.accounts.use_cases.import_members import (
    LineOutcome,
    NothingImported,
    import_members,
)
from directory_service.accounts.use_cases.print_slip import PrintedSlip
from directory_service.organizations.store.codes import ids_by_code
from service_kit.clock import SystemClock
from service_kit.db.command_database import command_database


@click.group()
def members() -> None:
    """Members of organisations."""


@members.command(name="import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--organization", type=click.UUID, help="For lines that name no organization.")
@click.option("--slips", type=click.Path(path_type=Path), required=True, help="New file for the slips: .html or .txt.")
@click.option("--skip", type=int, multiple=True, help="Leave this bad line out (its number); repeatable.")
def import_command(file: Path, organization: UUID | None, slips: Path, skip: tuple[int, ...]) -> None:
    """Make the accounts of FILE.csv and print one-time sign-in slips. With a bad line nothing is imported."""
    settings = configuration.load()
    if slips.exists():
        raise click.ClickException(f"{slips} is there already; name a new file.")
    dependencies, db = Dependencies.from_settings(settings), command_database(settings.database_url)
    try:
        with db.transaction() as session:
            codes = ids_by_code(session)
        lines = read_member_file(file, organization, codes)
        outcomes = import_members(db, dependencies, lines, skip=skip, by=None, now=SystemClock().now())
    except BadFile as bad:
        raise click.ClickException(str(bad)) from None
    except NothingImported as refused:
        _report(refused.outcomes)
        click.echo("Nothing was imported. Correct the lines above, or leave them out with --skip NUMBER.", err=True)
        raise SystemExit(1) from None
    print_slips(slips, [outcome.slip for outcome in outcomes if outcome.slip], settings.addresses["directory"])
    known = sum(outcome.slip is None for outcome in outcomes)
    click.echo(f"{len(outcomes) - known} members added, {known} with an account that was there already invited.")


def _report(outcomes: Sequence[LineOutcome]) -> None:
    for outcome in outcomes:
        if outcome.problem:
            click.echo(f"line {outcome.number} ({outcome.user_name or 'no user name'}): {outcome.problem}", err=True)


def print_slips(path: Path, slips: list[PrintedSlip], directory_url: str) -> None:
    """Write the slips into a new file and say what to do with them; nothing where there are none."""
    if slips:
        write_slip_sheet(path, slips, directory_url)
        click.echo(f"{len(slips)} slips in {path}: print, hand over, delete.")


COMMANDS = (members,)
