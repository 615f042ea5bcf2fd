"""The database of a command: its connections end with the command, however that ends.

A command that left its pool to the garbage collector would hold the server's slots for as long as its process goes on.
Only inside a click command; a service's processes make a `Database` that lasts as long as they do.
"""

import click

from service_kit.db.engine import Database


def command_database(url: str) -> Database:
    """As the role that the URL names."""
    database = Database(url)
    click.get_current_context().call_on_close(database.dispose)
    return database
