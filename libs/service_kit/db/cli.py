"""Commands that every service has for its own database. `service_kit.cli` mounts them under the service.

They read SETU_DATABASE_URL (the worker's role), `migrate` reads SETU_DATABASE_OWNER_URL.
"""

import os
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import click
from sqlalchemy import make_url
from sqlalchemy.orm import Session

from service_kit.clock import SystemClock
from service_kit.db import audit, clock_notes, inbox, migrate, outbox, provision
from service_kit.db.audit_cli import audit_commands
from service_kit.db.backup_cli import backup_commands
from service_kit.db.command_database import command_database
from service_kit.envelope import Undecodable
from service_kit.identity import Scope

_url = click.option("--database", envvar="SETU_DATABASE_URL", required=True, help="As the worker's role.")


def database_commands(service: str) -> list[click.Command]:
    """`migrate`, `parked …`, `outbox …`, `clock …`, `audit …`, `backup`, `restore` for one service (short name)."""
    return [_migrate(service), parked, outbox_group, clock_group, audit_commands(service), *backup_commands(service)]


def _migrate(service: str) -> click.Command:
    @click.command(name="migrate")
    @click.option("--database", envvar="SETU_DATABASE_OWNER_URL", required=True, help="As the owner's role.")
    @click.option("--provision", "first", is_flag=True, help="First make the database and its three roles.")
    def command(database: str, first: bool) -> None:
        """Bring the database to the newest schema.

        --provision reads SETU_DATABASE_ADMIN_URL, SETU_WEB_PASSWORD and SETU_WORKER_PASSWORD; the owner's password is
        the one in SETU_DATABASE_OWNER_URL.
        """
        if first:
            provision.provision(_required("SETU_DATABASE_ADMIN_URL"), service, _passwords(database))
        migrate.upgrade(service, database)
        click.echo(f"The {service} database is up to date.")

    return command


def _passwords(owner_url: str) -> dict[str, str]:
    return {
        "owner": str(make_url(owner_url).password or ""),
        "web": _required("SETU_WEB_PASSWORD"),
        "worker": _required("SETU_WORKER_PASSWORD"),
    }


def _required(variable: str) -> str:
    if not (value := os.environ.get(variable)):
        raise click.UsageError(f"{variable} is not set.")
    return value


@click.group()
def parked() -> None:
    """Events that could not be handled."""


@parked.command(name="list")
@_url
def list_(database: str) -> None:
    """One line each: id, when it came, type, attempts, why it failed."""
    with command_database(database).transaction() as session:
        rows = inbox.parked(session, limit=1000)
    for row in rows:
        at = row.received_at.isoformat(timespec="seconds")
        click.echo(f"{row.id}  {at}  {row.type or '(unreadable)'}  attempts {row.attempts}  {row.error}")
    click.echo(f"{len(rows)} parked." if rows else "Nothing is parked.")


@parked.command()
@click.argument("event_id", type=click.UUID)
@_url
def show(event_id: UUID, database: str) -> None:
    """Print the event's bytes, for editing."""
    with command_database(database).transaction() as session:
        found = [row for row in inbox.parked(session, limit=100_000) if row.id == event_id]
    if not found:
        raise click.ClickException(f"No parked event has the id {event_id}.")
    click.echo(found[0].body.decode(errors="backslashreplace"))


@parked.command()
@click.argument("event_ids", type=click.UUID, nargs=-1)
@click.option("--all", "everything", is_flag=True, help="Every parked event.")
@click.option("--body", type=click.File("rb"), help="An edited form of the one event.")
@_url
def replay(event_ids: tuple[UUID, ...], everything: bool, body: Any, database: str) -> None:
    """Let parked events be handled again; the worker does it within a second or so."""
    if body and (everything or len(event_ids) != 1):
        raise click.UsageError("An edited form belongs to exactly one event.")
    edited = body.read().strip() if body else None

    def work(session: Session) -> None:
        ids = [row.id for row in inbox.parked(session, limit=100_000)] if everything else event_ids
        for event_id in ids:
            inbox.replay(session, event_id, edited)
            _note(session, "parked.replayed", event_id)
        click.echo(f"{len(ids)} will be handled again.")

    _do(database, work)


@parked.command()
@click.argument("event_id", type=click.UUID)
@_url
def discard(event_id: UUID, database: str) -> None:
    """Settle a parked event without handling it."""

    def work(session: Session) -> None:
        inbox.discard(session, event_id, SystemClock().now())
        _note(session, "parked.discarded", event_id)

    _do(database, work)
    click.echo("Settled.")


@click.group(name="outbox")
def outbox_group() -> None:
    """Events on their way to the broker."""


@outbox_group.command()
@_url
def status(database: str) -> None:
    """How much waits, since when, and how much the broker refused: `returned` (no queue wants it) or `rejected`."""
    with command_database(database).transaction() as session:
        found = outbox.backlog(session)
    oldest = f", the oldest since {found.oldest.isoformat(timespec='seconds')}" if found.oldest else ""
    because = f" ({', '.join(found.because)})" if found.because else ""
    click.echo(f"{found.waiting} wait{oldest}; {found.refused} were refused by the broker{because}.")


@outbox_group.command()
@_url
def retry(database: str) -> None:
    """Try refused events again now, for example after a binding was added."""
    _do(database, lambda session: click.echo(f"{outbox.retry_now(session)} will be tried again."))


@outbox_group.command()
@click.option("--hours", type=click.IntRange(1, 168), required=True, help="What went out so many hours ago or later.")
@_url
def resend(hours: int, database: str) -> None:
    """Publish again after the broker was lost with its disks; who had an event already takes no second effect."""
    since = SystemClock().now() - timedelta(hours=hours)
    _do(database, lambda session: click.echo(f"{outbox.publish_again(session, since)} go out again."))


@click.group(name="clock")
def clock_group() -> None:
    """Whether the worker may delete and end by this machine's clock."""


@clock_group.command()
@_url
def believe(database: str) -> None:
    """Say that the clock is right, after a leap or a long rest: what waits for that goes on at once."""

    def note(session: Session) -> None:
        now = SystemClock().now()
        clock_notes.believe(session, now)
        click.echo(f"The clock counts as right: it reads {now.isoformat(timespec='seconds')}.")

    _do(database, note)


def _do(database: str, work: Callable[[Session], Any]) -> None:
    try:
        with command_database(database).transaction() as session:
            work(session)
    except (inbox.CannotReplay, Undecodable) as error:
        raise click.ClickException(str(error)) from None


def _note(session: Session, action: str, event_id: UUID) -> None:
    audit.record(session, action, ("event", event_id), Scope(), SystemClock().now(), detail={"by": "command line"})
