"""`setu directory accounts|whole-state`: the very first coordinator, the body of that, and how far a body reaches.

And a reset of a coordinator or data officer, for a state that has nobody who could be the second person of it.

They run with the worker's settings in the environment.
"""

from dataclasses import replace
from pathlib import Path
from uuid import UUID

import click

from directory_service import settings as configuration
from directory_service.accounts.cli import print_slips
from directory_service.accounts.domain import handles
from directory_service.accounts.domain.conflicting_roles import RoleRefused
from directory_service.accounts.domain.handles import BadHandle
from directory_service.accounts.domain.resets import PASSWORD, SECOND_FACTOR, ResetRefused
from directory_service.accounts.store.accounts import look_up
from directory_service.accounts.store.tables import Account
from directory_service.accounts.use_cases.add_member import NewMember, UserNameTaken, spelled
from directory_service.accounts.use_cases.add_or_invite import add_or_invite
from directory_service.accounts.use_cases.dependencies import Dependencies
from directory_service.accounts.use_cases.grant_membership import AlreadyMember
from directory_service.accounts.use_cases.print_slip import PrintedSlip
from directory_service.accounts.use_cases.publish_staffing import publish_staffing
from directory_service.accounts.use_cases.reset_account import reset_by_operator
from directory_service.listings.domain.fields import ORGANIZATION_FIELDS
from directory_service.listings.domain.records import Organization
from directory_service.listings.use_cases.save_organization import save_organization
from directory_service.organizations.store.tables import Organization as OrganizationRow
from directory_service.organizations.use_cases.publish_organization import publish_organization
from service_kit.clock import SystemClock
from service_kit.db.command_database import command_database
from service_kit.identity import Scope
from service_kit.ids import SystemIds
from setu.roles import COORDINATING_BODY, ROLES


@click.group()
def accounts() -> None:
    """Accounts of people."""


@accounts.command(name="create")
@click.option("--organization", type=click.UUID, help="Id of an organisation that is there.")
@click.option("--new-body", default="", help="Or the name of a coordinating body to make, with --body-district.")
@click.option("--body-district", type=int, help="LGD code of the new body's district.")
@click.option(
    "--whole-state", is_flag=True, help="The new body is its state's: districts without a coordinator are its."
)
@click.option("--role", type=click.Choice(list(ROLES)), default="coordinator", show_default=True)
@click.option("--name", required=True, help="The person's name.")
@click.option("--user-name", required=True)
@click.option("--phone", default="")
@click.option("--mail", default="")
@click.option("--language", default="en", show_default=True)
@click.option("--district", type=int, multiple=True, help="LGD code; repeatable. Default: the organisation's.")
@click.option("--slip", type=click.Path(path_type=Path), help="New file for the slip; else it is printed here.")
def create_command(
    organization: UUID | None,
    new_body: str,
    body_district: int | None,
    whole_state: bool,
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
    if (organization is None) == (not new_body) or bool(new_body) != (body_district is not None):
        raise click.UsageError("Name either --organization, or --new-body with --body-district.")
    body = None
    if body_district is not None:
        organization = SystemIds().uuid()
        body = Organization(organization, COORDINATING_BODY, body_district, "active", new_body, whole_state=whole_state)
    wanted = NewMember(
        name=name, user_name=user_name, role=role, phone=phone, mail=mail, language=language, districts=district
    )
    try:
        made = _create(settings, organization, wanted, body)
    except (BadHandle, RoleRefused) as refused:
        raise click.ClickException(str(refused)) from None
    except LookupError:
        raise click.ClickException("There is no such organisation in the directory.") from None
    except AlreadyMember:
        raise click.ClickException("This person has this role there already.") from None
    except UserNameTaken:
        raise click.ClickException("Another account has this user name.") from None
    if made is None:
        click.echo("The account was there already; it is invited, and its owner can accept after signing in.")
    else:
        _hand_out(made, slip, settings.addresses["directory"])


def _create(
    settings: configuration.Settings, organization: UUID | None, wanted: NewMember, body: Organization | None
) -> PrintedSlip | None:
    dependencies, db = Dependencies.from_settings(settings), command_database(settings.database_url)
    now = SystemClock().now()
    if organization is None:
        raise LookupError("no organisation")
    with db.transaction(Scope(organization=organization, role="coordinator")) as session:
        if body is not None:
            save_organization(session, body, now)
            click.echo(f"Organisation: {body.id}")
        return add_or_invite(session, dependencies, organization, spelled(wanted), by=None, now=now)


@accounts.command(name="reset")
@click.argument("user_name")
@click.option("--what", type=click.Choice([PASSWORD, SECOND_FACTOR]), default=PASSWORD, show_default=True)
@click.option("--slip", type=click.Path(path_type=Path), help="New file for the slip; else it is printed here.")
def reset_command(user_name: str, what: str, slip: Path | None) -> None:
    """Reset a coordinator or data officer where nobody could be the second person; hand the slip over yourself."""
    settings = configuration.load()
    if slip is not None and slip.exists():
        raise click.ClickException(f"{slip} is there already; name a new file.")
    dependencies, db = Dependencies.from_settings(settings), command_database(settings.database_url)
    try:
        with db.transaction(Scope(role="coordinator")) as session:
            found = look_up(session, "user_name", handles.user_name(user_name))
            if not found:
                raise click.ClickException("There is no account with this user name.")
            account = session.get_one(Account, found[0].account)
            made = reset_by_operator(session, dependencies, account, what, SystemClock().now())
    except (BadHandle, ResetRefused) as refused:
        raise click.ClickException(str(refused)) from None
    _hand_out(made, slip, settings.addresses["directory"])


def _hand_out(made: PrintedSlip, slip: Path | None, directory_url: str) -> None:
    if slip is not None:
        print_slips(slip, [made], directory_url)
    else:
        click.echo(f"{directory_url}/first-sign-in\nUser name: {made.user_name}\nCode: {made.code}")


@click.command("whole-state")
@click.argument("body", type=click.UUID)
@click.option("--off", is_flag=True, help="It works for its district alone.")
def whole_state_command(body: UUID, off: bool) -> None:
    """Say that BODY is its state's: the districts there that have no coordinator who can sign in fall to it."""
    db, now = command_database(configuration.load().database_url), SystemClock().now()
    with db.transaction() as session:
        row = session.get(OrganizationRow, body, with_for_update=True)
        if row is None or row.kind != COORDINATING_BODY or row.deleted_at is not None:
            raise click.ClickException("There is no such coordinating body in the directory.")
        save_organization(session, replace(ORGANIZATION_FIELDS.load(row.record), whole_state=not off), now)
        publish_staffing(session, [body], now)
        session.refresh(row)
        row.staffing_version += 1  # whose state's it is stands in the snapshot, too
        publish_organization(session, row, now)
        click.echo(f"It stands in for: {', '.join(map(str, row.stands_in_for)) or 'none'}.")


COMMANDS = (accounts, whole_state_command)
