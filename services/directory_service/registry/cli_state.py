"""`setu directory start-state`: asks for what a new state needs, and prints the first sign-in slips.

Everything may be given as options, for scripts; what is missing is asked for. It runs with the worker's settings.
"""

from collections.abc import Sequence
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

import click

from directory_service import settings as configuration
from directory_service.accounts.cli import print_slips
from directory_service.accounts.domain.handles import BadHandle
from directory_service.accounts.use_cases.add_member import NewMember, UserNameTaken
from directory_service.accounts.use_cases.dependencies import Dependencies
from directory_service.listings.domain.fields import LARGEST_DISTRICT_CODE
from directory_service.organizations.use_cases.import_districts import NotADistrictTable, read_districts
from directory_service.registry.use_cases.start_state import CannotStart, NewState, start_state
from service_kit.clock import SystemClock
from service_kit.db.command_database import command_database
from service_kit.identity import Scope
from setu.districts import STATE_OF_DISTRICT, region_of_state
from setu.roles import COORDINATOR, DATA_OFFICER

EXISTING = click.Path(exists=True, dir_okay=False, path_type=Path)
_PERSON = "as “Name=user_name”; repeatable"


@click.command("start-state")
@click.option("--state", type=click.IntRange(1, 99), help="LGD code of the state.")
@click.option("--state-name", default="", help="Its name.")
@click.option("--districts", "table", type=EXISTING, help="The LGD's table of districts (CSV); the state's are taken.")
@click.option("--district", "named", multiple=True, help="Or single districts, as “CODE=Name”; repeatable.")
@click.option("--body", default="", help="The state's coordinating body, such as its AIDS control society.")
@click.option(
    "--body-district", type=click.IntRange(1, LARGEST_DISTRICT_CODE), help="LGD code of the district where it sits."
)
@click.option("--coordinator", "coordinators", multiple=True, help=f"A coordinator, {_PERSON}.")
@click.option("--data-officer", "officers", multiple=True, help=f"A data officer, {_PERSON}. Two decide together.")
@click.option("--slips", type=click.Path(path_type=Path), help="New file for the slips: .html or .txt.")
def start_state_command(
    state: int | None,
    state_name: str,
    table: Path | None,
    named: tuple[str, ...],
    body: str,
    body_district: int | None,
    coordinators: tuple[str, ...],
    officers: tuple[str, ...],
    slips: Path | None,
) -> None:
    """Make a state's districts, its body and its first people; print their slips. Asks for what is not given."""
    settings = configuration.load()
    _warn_of_loopback(settings.addresses["directory"])
    state = state or click.prompt("LGD code of the state", type=click.IntRange(1, 99))
    state_name = state_name or click.prompt("Name of the state")
    rows = _districts(state, state_name, table, named)
    body = body or click.prompt("Name of the state's coordinating body")
    body_district = body_district or click.prompt("LGD code of the district where it sits", type=int)
    people = [
        *_people(COORDINATOR, coordinators, "coordinator", least=1),
        *_people(DATA_OFFICER, officers, "data officer", least=2),
    ]
    slips = slips or Path(click.prompt("New file for the sign-in slips", default="slips.html"))
    if slips.exists():
        raise click.ClickException(f"{slips} is there already; name a new file.")
    wanted, now = NewState(rows, body, body_district, people), SystemClock().now()
    try:
        with command_database(settings.database_url).transaction(Scope(role=COORDINATOR)) as session:
            printed = start_state(session, Dependencies.from_settings(settings), wanted, now)
    except (CannotStart, BadHandle) as refused:
        raise click.ClickException(str(refused)) from None
    except UserNameTaken:
        raise click.ClickException("One of these user names has an account already. Choose another.") from None
    print_slips(slips, printed, settings.addresses["directory"])
    address = settings.addresses["directory"]
    click.echo(f"{state_name}: {len(rows)} districts, {body}.")
    click.echo(
        f"Each person begins with the slip at {address}/first-sign-in; the coordinator goes on at {address}/registry"
    )


def _warn_of_loopback(address: str) -> None:
    """Say before anything is asked that nobody elsewhere can open what the slips and cards will name."""
    if _is_loopback(urlsplit(address).hostname or ""):
        click.echo(
            f"Note: {address} opens on this machine alone, and every slip and card would carry it. That is enough to"
            " try it here. For others to reach it, begin with “An address that others reach” in docs/operations.md.",
            err=True,
        )


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:  # a name
        return host == "localhost" or host.endswith(".localhost")


def _districts(state: int, name: str, table: Path | None, named: Sequence[str]) -> list[dict[str, str]]:
    if table is not None:
        try:
            rows = [row for row in read_districts(table) if row["State Code"].strip() == str(state)]
        except NotADistrictTable as error:
            raise click.ClickException(str(error)) from error
        if not rows:
            raise click.ClickException(f"{table.name} has no district of the state {state}.")
        return rows
    pairs = [_pair(text) for text in named] or list(_asked("LGD code and name of a district, as “261=Aizawl”", least=1))
    return [_row(state, name, code, district) for code, district in pairs]


def _row(state: int, name: str, code: str, district: str) -> dict[str, str]:
    if not code.isdecimal() or int(code) not in STATE_OF_DISTRICT:
        raise click.ClickException(f"“{code}” is no LGD code of a district.")
    iso = region_of_state(STATE_OF_DISTRICT[int(code)])
    return {"State Code": str(state), "State Name": name, "ISO": iso, "District Code": code, "District Name": district}


def _people(role: str, given: Sequence[str], title: str, *, least: int) -> list[NewMember]:
    pairs = [_pair(text) for text in given] or list(_asked(f"A {title}, as “Name=user_name”", least=least))
    return [NewMember(name=name, user_name=user_name, role=role) for name, user_name in pairs]


def _asked(question: str, *, least: int) -> list[tuple[str, str]]:
    """Answers until one is empty, at least so many."""
    found: list[tuple[str, str]] = []
    while True:
        is_enough = len(found) >= least
        more = click.prompt(
            f"{question} (or Enter to go on)" if is_enough else question, default="", show_default=False
        )
        if not more.strip():
            if is_enough:
                return found
            click.echo(f"At least {least} needed, {len(found)} given so far.", err=True)
            continue
        try:
            found.append(_pair(more))
        except click.ClickException as unclear:
            click.echo(unclear.message, err=True)


def _pair(text: str) -> tuple[str, str]:
    first, equals, second = text.partition("=")
    if not equals or not first.strip() or not second.strip():
        raise click.ClickException(f"“{text}” needs two parts with = between them.")
    return first.strip(), second.strip()


COMMANDS = (start_state_command,)
