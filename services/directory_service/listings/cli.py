"""`setu directory republish|sample|districts|conformance`: the commands that look after the listings.

They run with the worker's settings in the environment (its database role may touch every organisation's rows).
"""

import json
from collections import Counter
from pathlib import Path

import click

from directory_service import settings as settings_module
from directory_service.accounts.use_cases.dependencies import Dependencies
from directory_service.accounts.use_cases.republish_members import republish_members
from directory_service.accounts.use_cases.sample_accounts import make_sample_accounts
from directory_service.hsds.outside.hsds_api import (
    HsdsApi,
    NotAnAddress,
)
from directory_service.hsds.use_cases.check_conformance import (
    Outcome,
    check_conformance,
)
from directory_service.importing.cli import (
    export_command,
    import_command,
    tell_report,
)
from directory_service.importing.use_cases.load_sample import (
    CAST,
    DISTRICT,
    SERVICE,
    load_sample,
)
from directory_service.listings.use_cases.republish_directory import republish_directory
from directory_service.listings.use_cases.write_taxonomies import write_taxonomies
from directory_service.organizations.use_cases.import_districts import (
    NotADistrictTable,
    import_districts,
)
from service_kit.clock import SystemClock
from service_kit.db.engine import Database

EXISTING = click.Path(exists=True, dir_okay=False, path_type=Path)
NEW = click.Path(dir_okay=False, writable=True, path_type=Path)


def add_commands(group: click.Group) -> None:
    """Mount the commands under `setu directory`."""
    listed = (import_command, export_command, republish_command, sample_command, districts_group, conformance_command)
    for command in listed:
        group.add_command(command)


@click.command("republish")
def republish_command() -> None:
    """Send every organisation, service and member to the other services again, with the versions they have."""
    settings, now = settings_module.load(), SystemClock().now()
    db = Database(settings.database_url)
    listings = republish_directory(db, now)
    with db.transaction() as session:
        members = republish_members(session, Dependencies.from_settings(settings), now)
    click.echo(f"republished {listings} listings and {members} members")


@click.command("sample")
@click.option("--accounts-file", type=NEW, help="Write made-up accounts and what else a script needs, as JSON.")
def sample_command(accounts_file: Path | None) -> None:
    """Load invented organisations and services in nine places, and (with --accounts-file) people who can sign in."""
    settings, now = settings_module.load(), SystemClock().now()
    db = Database(settings.database_url)
    tell_report(load_sample(db, now), None)
    if accounts_file is None:
        return
    with db.transaction() as session:
        accounts = make_sample_accounts(session, Dependencies.from_settings(settings), CAST, now)
    made = {
        "accounts": accounts,
        "service_id": str(SERVICE),
        "district": DISTRICT,
        "unit": str(CAST["police_unit"]),
        "provider": str(CAST["provider"]),
        "organizations": {key: str(value) for key, value in CAST.items()},
    }
    accounts_file.touch(mode=0o600)
    accounts_file.write_text(json.dumps(made, indent=1) + "\n", encoding="utf-8")


@click.group("districts")
def districts_group() -> None:
    """States and districts of India."""


@districts_group.command("import")
@click.argument("path", type=EXISTING)
def import_districts_command(path: Path) -> None:
    """Read the table of districts of the Local Government Directory (CSV)."""
    with _database().transaction() as session:
        try:
            count = import_districts(session, path)
        except NotADistrictTable as error:
            raise click.ClickException(str(error)) from error
        write_taxonomies(session)
    click.echo(f"{count} districts")


@click.command("conformance")
@click.argument("url")
@click.option("--items", default=25, show_default=True, type=click.IntRange(1), help="Items of each list to fetch.")
@click.option("--all-reasons", is_flag=True, help="Show every reason, not the first three of each check.")
def conformance_command(url: str, items: int, all_reasons: bool) -> None:
    """Check any HSDS 3 API (its base address) against the standard. Exit code 1 where a check fails."""
    try:
        api = HsdsApi(url)
    except NotAnAddress as error:
        raise click.ClickException(str(error)) from error
    counts: Counter[str] = Counter()
    for finding in check_conformance(api.get, items):
        counts[finding.outcome] += 1
        click.echo(f"{finding.outcome:7} {finding.path:22} {finding.check}")
        for reason in finding.reasons if all_reasons else finding.reasons[:3]:
            click.echo(f"{'':8}- {reason}")
    click.echo(", ".join(f"{counts[outcome]} {outcome}" for outcome in Outcome))
    if counts[Outcome.FAILED]:
        raise SystemExit(1)


def _database() -> Database:
    return Database(settings_module.load().database_url)
