"""Commands `setu notification suppress`, `unsuppress` and `suppressed`: the list of addresses that nothing is sent to.

An address is asked for, not given as an argument, so that it stands in no shell's history; the list shows digests.
"""

import click

from notification_service.domain.notices import OUTGOING, Channel
from notification_service.settings import load_worker
from notification_service.store import suppressions
from notification_service.use_cases.change_suppression import suppress_by_hand, unsuppress_by_hand
from service_kit.clock import SystemClock
from service_kit.db.command_database import command_database
from service_kit.keyring import MacKey

PAGE = 500
_channel = click.argument("channel", type=click.Choice(OUTGOING))


def add_to(group: click.Group) -> None:
    """Mounts the three under the service's commands."""
    for command in (suppress, unsuppress, suppressed):
        group.add_command(command)


@click.command()
@_channel
def suppress(channel: str) -> None:
    """Send nothing more to an address, which is asked for."""
    settings, address = load_worker(), click.prompt("Address", hide_input=True)
    mac = MacKey(settings.mac_key).digest
    with command_database(settings.database_url).transaction() as session:
        is_new = suppress_by_hand(session, Channel(channel), address, mac, SystemClock().now())
    click.echo("Nothing more is sent to it." if is_new else "It was on the list before.")


@click.command()
@_channel
@click.option("--digest", help="As `suppressed` shows it; without one an address is asked for.")
def unsuppress(channel: str, digest: str | None) -> None:
    """Take an address off the list."""
    settings = load_worker()
    address = None if digest else click.prompt("Address", hide_input=True)
    mac = MacKey(settings.mac_key).digest
    with command_database(settings.database_url).transaction() as session:
        gone = unsuppress_by_hand(session, Channel(channel), address, digest, mac, SystemClock().now())
    click.echo("Messages are sent to it again." if gone else "It is not on the list.")


@click.command()
def suppressed() -> None:
    """List what is suppressed: digest, channel, how it came there, since when (UTC). No address is known."""
    db, after = command_database(load_worker().database_url), ""
    while True:
        with db.transaction() as session:
            rows = suppressions.page(session, after=after, limit=PAGE)
        for row in rows:
            click.echo(f"{row.digest}  {row.channel}  {row.source}  {row.at:%Y-%m-%d %H:%M}")
        if len(rows) < PAGE:
            return
        after = rows[-1].digest
