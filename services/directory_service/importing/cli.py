"""`setu directory import|sample`: whole directories, from files.

They run with the worker's settings in the environment (its database role may touch every organisation's rows).
"""

import json
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from time import monotonic

import click
from sqlalchemy.orm import Session

from directory_service import settings as settings_module
from directory_service.accounts.use_cases.add_member import UserNameTaken
from directory_service.accounts.use_cases.dependencies import Dependencies
from directory_service.accounts.use_cases.sample_accounts import (
    make_sample_accounts,
    make_sample_officers,
    make_sample_staff,
)
from directory_service.importing.outside.unreadable import CannotRead, CutShort
from directory_service.importing.use_cases.directory_package import NotAPackage
from directory_service.importing.use_cases.import_files import (
    ImportOptions,
    OnProgress,
    import_files,
)
from directory_service.importing.use_cases.import_plain_table import suggest_mapping
from directory_service.importing.use_cases.import_removals import TooManyRemovals
from directory_service.importing.use_cases.import_report import Report
from directory_service.importing.use_cases.load_sample import CAST, DISTRICT, SERVICE, load_sample
from directory_service.listings.use_cases.write_taxonomies import write_taxonomies
from service_kit.clock import SystemClock
from service_kit.db.command_database import command_database

NOTHING_TAKEN, TOO_MANY_REMOVALS, CUT_SHORT = 1, 3, 4
"""Exit codes; click itself ends with 2 where the command is used wrongly."""
BETWEEN_LINES = 5.0  # seconds
EXISTING = click.Path(exists=True, dir_okay=False, path_type=Path)
NEW = click.Path(dir_okay=False, writable=True, path_type=Path)


@click.command("import")
@click.argument("path", metavar="PATH|URL")
@click.option("--mapping", type=EXISTING, help="How the columns of a plain table read (TOML or JSON).")
@click.option("--suggest", is_flag=True, help="Print a first mapping of a plain table, and import nothing.")
@click.option("--dry-run", is_flag=True, help="Count what would change; change nothing.")
@click.option("--report", "report_path", type=NEW, help="Write counts, rejected rows and remarks as JSON.")
@click.option("--source", default="", help="The label of the directory; without it the file's records tell.")
@click.option(
    "--allow-removals",
    type=click.IntRange(1),
    metavar="N",
    help="Remove exactly N records, though they are more than a tenth.",
)
@click.option("--bring-back", is_flag=True, help="Take in also what providers took out here.")
@click.option("--district", type=int, default=0, help="LGD code for organisations whose district nothing tells.")
def import_command(
    path: str,
    mapping: Path | None,
    report_path: Path | None,
    source: str,
    district: int,
    allow_removals: int | None,
    *,
    suggest: bool,
    dry_run: bool,
    bring_back: bool,
) -> None:
    r"""Take in HSDS 3 JSON, NDJSON or datapackage, HSDS 1 or 2 CSV, a plain table, or what `export` wrote.

    Bad rows are named and kept out; running it twice changes nothing. What a provider edited here stays, and is told.
    What came from the same source before and is in the file no longer is removed: where --source names it, or name and
    records of the file leave no doubt. If more than a tenth would go it stops. The last line counts records, then rows
    of the file: added N changed N removed N unchanged N rejected N; rows read N taken N rejected N.

    \b
    Exit codes:
      0  done; single rows may have been kept out
      1  nothing could be read, or nothing of it could be taken
      2  wrong use of the command
      3  stopped: too much would be removed (see --allow-removals)
      4  the file or the download is cut short
    After 1 to 4 nothing was changed. --dry-run ends with the same code.
    """
    if suggest:
        click.echo(_suggested(path), nl=False)
        return
    db, now = command_database(settings_module.load().database_url), SystemClock().now()
    with db.transaction() as session:
        write_taxonomies(session)
    options = ImportOptions(path, mapping, source, district, dry=dry_run, allowed=allow_removals, bring_back=bring_back)
    try:
        with _shown_progress() as show_progress:
            report = import_files(db, options, now, show_progress)
    except TooManyRemovals as error:
        click.echo("\n".join(error.lines()), err=True)
        raise SystemExit(TOO_MANY_REMOVALS) from error
    except CutShort as error:
        click.echo(f"Error: {error}. Nothing was changed.", err=True)
        raise SystemExit(CUT_SHORT) from error
    except (NotAPackage, CannotRead) as error:
        raise click.ClickException(str(error)) from error
    with closing(report):
        tell_report(report, report_path)
        if report.useless:
            raise SystemExit(NOTHING_TAKEN)


@contextmanager
def _shown_progress() -> Iterator[OnProgress]:
    """A bar for whoever looks at a terminal; in a log a line each few seconds shows that a long import goes on."""
    if sys.stderr.isatty():
        with click.progressbar(label="Importing", file=sys.stderr, length=0) as bar:

            def draw(done: int, of: int) -> None:
                bar.length = of
                bar.update(done)

            yield draw
        return
    went_in, told = 0, monotonic()

    def tell(done: int, of: int) -> None:
        nonlocal went_in, told
        went_in += done
        if monotonic() - told >= BETWEEN_LINES:
            told = monotonic()
            click.echo(f"Importing: {went_in:,} of {of:,} organisations", err=True)

    yield tell


def _suggested(path: str) -> str:
    try:
        return suggest_mapping(path)
    except CannotRead as error:
        raise click.ClickException(str(error)) from error


def tell_report(report: Report, path: Path | None) -> None:
    """The first rows kept out and remarks to stderr, all into the file; the counts to stdout, the last line in all."""
    for line in report.lines():
        click.echo(line, err=True)
    if path is not None:
        with path.open("w", encoding="utf-8") as file:
            report.write_json(file)
    for line in (*report.by_types(), report.last_line()):
        click.echo(line)


@click.command("sample")
@click.option("--accounts-file", type=NEW, help="Write made-up accounts and what else a script needs, as JSON.")
@click.option(
    "--officers", type=click.IntRange(0, 1000), default=0, help="So many more officers (with --accounts-file)."
)
def sample_command(accounts_file: Path | None, officers: int) -> None:
    """Load invented organisations and services in nine places, and (with --accounts-file) people who can sign in."""
    if officers and accounts_file is None:
        raise click.UsageError("--officers needs --accounts-file: nobody else would know their passwords.")
    settings, now = settings_module.load(), SystemClock().now()
    db = command_database(settings.database_url)
    tell_report(load_sample(db, now), None)
    if accounts_file is None:
        return
    with db.transaction() as session:
        made = _make_people(session, Dependencies.from_settings(settings), officers, now)
        # Before the commit: an account whose password could not be written down would be nobody's.
        accounts_file.touch(mode=0o600)
        accounts_file.write_text(json.dumps(made, indent=1) + "\n", encoding="utf-8")


def _make_people(session: Session, dependencies: Dependencies, officers: int, now: datetime) -> dict[str, object]:
    """What a script needs to sign in and to send. Raises ClickException where the sample's people are here already."""
    try:
        accounts = make_sample_accounts(session, dependencies, CAST, now)
    except UserNameTaken as error:
        raise click.ClickException(
            "The sample's people have accounts here already, and their passwords stand only in the file that was "
            "written when they were made. Where that file is lost, start with an empty database (`make clean` empties "
            "a checkout's own)."
        ) from error
    staff = make_sample_staff(session, dependencies, now)
    staff |= make_sample_officers(session, dependencies, CAST["police_unit"], officers, now)
    return {
        "accounts": accounts,
        "staff": staff,
        "service_id": str(SERVICE),
        "district": DISTRICT,
        "unit": str(CAST["police_unit"]),
        "provider": str(CAST["provider"]),
        "organizations": {key: str(value) for key, value in CAST.items()},
    }


COMMANDS = (import_command, sample_command)
