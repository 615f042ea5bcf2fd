"""`setu directory reindex`: the search index anew, while searching goes on."""

import click

from directory_service import settings as settings_module
from directory_service.finding.use_cases.rebuild_index import rebuild_index
from service_kit.db.command_database import command_database


@click.command("reindex")
def reindex_command() -> None:
    """Build the search index anew beside the one in use and swap them; on this machine, from the database.

    Nothing needs to be stopped. After the database was restored from a backup this is needed once.
    """
    settings = settings_module.load()
    count = rebuild_index(command_database(settings.database_url), settings.index_dir)
    click.echo(f"indexed {count} services")


COMMANDS = (reindex_command,)
