"""`setu directory members|accounts|api-key`: people from a file, the very first coordinator, keys for programs.

They run with the worker's settings in the environment.
"""

from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

import click

from directory_service import settings as configuration
from directory_service.domain.handles import BadHandle
from directory_service.domain.roles import ROLES, RoleRefused
from directory_service.outside.member_file import BadFile, read_lines
from directory_service.outside.slip_sheet import write_slips
from directory_service.store.tables_accounts import ApiKey
from directory_service.use_cases.add_member import AlreadyMember, HandleTaken, NewMember, add_member, spelled
from directory_service.use_cases.api_keys import end_api_key, make_api_key
from directory_service.use_cases.import_members import NothingImported, Outcome, import_members
from directory_service.use_cases.print_slip import PrintedSlip
from directory_service.use_cases.tools import AccountTools
from service_kit.clock import SystemClock
from service_kit.db.engine import Database, Scope


def add_commands(group: click.Group) -> None:
    """Mount the commands under `setu directory`."""
    group.add_command(members)
    group.add_command(accounts)
    group.add_command(api_keys)


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
    tools, db = AccountTools.from_settings(settings), Database(settings.database_url)
    try:
        lines = read_lines(file, organization)
        outcomes = import_members(db, tools, lines, skip=skip, by=None, now=SystemClock().now())
    except BadFile as bad:
        raise click.ClickException(str(bad)) from None
    except NothingImported as refused:
        _report(refused.outcomes)
        click.echo("Nothing was imported. Correct the lines above, or leave them out with --skip NUMBER.", err=True)
        raise SystemExit(1) from None
    _finish(slips, [outcome.slip for outcome in outcomes if outcome.slip], settings.directory_url)
    known = sum(outcome.slip is None for outcome in outcomes)
    click.echo(f"{len(outcomes)} members added, {known} of them with an account that was there already.")


@click.group()
def accounts() -> None:
    """Accounts of people."""


@accounts.command(name="create")
@click.option("--organization", type=click.UUID, required=True, help="Id of the organisation.")
@click.option("--role", type=click.Choice(list(ROLES)), default="coordinator", show_default=True)
@click.option("--name", required=True, help="The person's name.")
@click.option("--user-name", required=True)
@click.option("--phone", default="")
@click.option("--mail", default="")
@click.option("--language", default="en", show_default=True)
@click.option("--district", type=int, multiple=True, help="LGD code; repeatable. Default: the organisation's.")
@click.option("--slip", type=click.Path(path_type=Path), help="New file for the slip; else it is printed here.")
def create_command(
    organization: UUID,
    role: str,
    name: str,
    user_name: str,
    phone: str,
    mail: str,
    language: str,
    district: tuple[int, ...],
    slip: Path | None,
) -> None:
    """Make one account, for example the very first coordinator's, and its sign-in slip."""
    settings = configuration.load()
    wanted = NewMember(
        name=name, user_name=user_name, role=role, phone=phone, mail=mail, language=language, districts=district
    )
    try:
        made = _create(settings, organization, wanted)
    except (BadHandle, RoleRefused) as refused:
        raise click.ClickException(str(refused)) from None
    except LookupError:
        raise click.ClickException("There is no such organisation in the directory.") from None
    except AlreadyMember:
        raise click.ClickException("This person has this role there already.") from None
    except HandleTaken as taken:
        raise click.ClickException(f"Another account has this {taken.field}.") from None
    if made is None:
        click.echo("The account was there already; it has the role now.")
    elif slip is not None:
        _finish(slip, [made], settings.directory_url)
    else:
        click.echo(f"{settings.directory_url}/first-sign-in\nUser name: {made.user_name}\nCode: {made.code}")


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


def _create(settings: configuration.Settings, organization: UUID, wanted: NewMember) -> PrintedSlip | None:
    tools, db = AccountTools.from_settings(settings), Database(settings.database_url)
    with db.transaction(Scope(organization=organization, role="coordinator")) as session:
        made = add_member(session, tools, organization, spelled(wanted), by=None, now=SystemClock().now())
    return made[1]


def _report(outcomes: Sequence[Outcome]) -> None:
    for outcome in outcomes:
        if outcome.problem:
            click.echo(f"line {outcome.number} ({outcome.user_name or 'no user name'}): {outcome.problem}", err=True)


def _finish(path: Path, slips: list[PrintedSlip], directory_url: str) -> None:
    if slips:
        write_slips(path, slips, directory_url)
        click.echo(f"{len(slips)} slips in {path}: print, hand over, delete.")
