"""Commands `setu referral …` for operators, with the worker's environment."""

import click

from referral_service import cli_cards, cli_keys, cli_lifecycle
from referral_service.store.survivors import FINISH, SURVIVORS
from service_kit.db.backup_cli import ServiceBackup
from service_kit.db.backup_manifest import BackupPlan

BACKUP = ServiceBackup(BackupPlan(SURVIVORS, finish=FINISH), cli_keys.copy_apart, cli_keys.find_keys)


@click.group()
def commands() -> None:
    """The referral, its life cycle, the wall."""


cli_cards.add_to(commands)
cli_keys.add_to(commands)
cli_lifecycle.add_to(commands)
