"""Commands `setu notification …` for operators. `migrate`, `parked` and `audit` come from the kit."""

import click

from notification_service import cli_mail, cli_routes, cli_sms, cli_suppression
from notification_service.settings import load_worker
from notification_service.store import delivery_log
from notification_service.store.survivors import FINISH, SURVIVORS
from notification_service.use_cases import enforce_retention
from service_kit.clock import SystemClock
from service_kit.db.backup_cli import ServiceBackup
from service_kit.db.backup_manifest import BackupPlan
from service_kit.db.command_database import command_database

BACKUP = ServiceBackup(BackupPlan(SURVIVORS, finish=FINISH))


@click.group()
def commands() -> None:
    """Who is told what, by which channel, and whether it arrived."""


@commands.command()
def rewrap() -> None:
    """Wrap every contact's key under the newest key-encryption key, so that the old one can be destroyed."""
    settings = load_worker()
    db, total = command_database(settings.database_url), 0
    while True:
        with db.transaction() as session:
            count = enforce_retention.rewrap_contacts(session, settings.keyring)
        if count == 0:
            break
        total += count
    click.echo(f"{total} contacts are under {settings.keyring.primary}; none is left under another key.")


@commands.command(name="retry-failed")
def retry_failed() -> None:
    """Put every message that failed back in the queue (after an outage that outlasted the schedule)."""
    db = command_database(load_worker().database_url)
    with db.transaction() as session:
        count = delivery_log.retry_everything(session, now=SystemClock().now())
    click.echo(f"{count} messages are tried again.")


cli_mail.add_to(commands)
cli_routes.add_to(commands)
cli_sms.add_to(commands)
cli_suppression.add_to(commands)
