"""Command group `setu` for administrators: each installed service mounts its commands here.

    setu <service> …        the commands of `<service>_service.cli:commands`, and the kit's for its database
    setu topology …         the broker
    setu <command>          what a package that ends in `_stack` offers (`setu doctor`); its `environment_of` tells
                            what a service's commands need there

Packages are imported only when one of their commands is called, so `setu --help` stays quick.
"""

import json
import os
import pkgutil
from collections.abc import Callable
from functools import cached_property, partial
from importlib import import_module
from typing import Any

import click

from service_kit import logs
from service_kit.db.cli import database_commands
from service_kit.messaging import rabbitmq, topology
from service_kit.messaging.administration import Management


class _Setu(click.Group):
    """Finds services and stacks by the names of top-level packages."""

    @cached_property
    def _packages(self) -> list[str]:
        return sorted(module.name for module in pkgutil.iter_modules() if module.ispkg)

    @cached_property
    def _services(self) -> list[str]:
        return [name.removesuffix("_service") for name in self._packages if name.endswith("_service")]

    def list_commands(self, ctx: click.Context) -> list[str]:
        stacks = [name for stack in self._stacks() for name in stack.list_commands(ctx)]
        return sorted({*super().list_commands(ctx), *self._services, *stacks})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name in self._services:
            return _service_group(cmd_name, partial(self._lend_environment, cmd_name))
        if own := super().get_command(ctx, cmd_name):
            return own
        return next((found for stack in self._stacks() if (found := stack.get_command(ctx, cmd_name))), None)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        rows = [(name, f"The {name} service.") for name in self._services]
        others = [name for name in self.list_commands(ctx) if name not in self._services]
        rows += [(name, command.get_short_help_str()) for name in others if (command := self.get_command(ctx, name))]
        with formatter.section("Commands"):
            formatter.write_dl(sorted(rows))

    def _stacks(self) -> list[click.Group]:
        return [_commands_of(name) for name in self._packages if name.endswith("_stack")]

    def _lend_environment(self, service: str) -> None:
        """On a machine with a stack of its own a command needs no settings typed; what is set is never replaced."""
        if not {"SETU_DATABASE_URL", "SETU_DATABASE_OWNER_URL"} & os.environ.keys():
            for name in (name for name in self._packages if name.endswith("_stack")):
                for variable, value in import_module(f"{name}.cli").environment_of(service).items():
                    os.environ.setdefault(variable, value)


def _commands_of(package: str) -> click.Group:
    commands = import_module(f"{package}.cli").commands
    if not isinstance(commands, click.Group):
        raise TypeError(f"{package}.cli.commands must be a click group")
    return commands


def _service_group(short: str, prepare: Callable[[], None]) -> click.Group:
    group = click.Group(short, help=f"The {short} service.", callback=prepare)
    for command in database_commands(short):
        group.add_command(command)
    try:
        own = _commands_of(f"{short}_service")
    except ModuleNotFoundError as error:
        if error.name != f"{short}_service.cli":
            raise
        return group
    for command in own.commands.values():
        group.add_command(command)
    return group


@click.group(cls=_Setu)
def setu() -> None:
    """Setu: from a police station, a court or a prison to a health service."""


@setu.group(name="topology")
def topology_group() -> None:
    """Exchanges, queues, bindings, users and permissions on the broker."""


@topology_group.command(name="declare")
@click.option("--amqp", envvar="SETU_ADMIN_AMQP_URL", required=True, help="An administrator's amqp:// URL.")
def declare_topology(amqp: str) -> None:
    """Declare exchanges, queues and bindings on a running broker; what is there already stays."""
    topology.declare(amqp)
    click.echo(f"{len(topology.EXCHANGES)} exchanges, {len(topology.queues())} queues, "
               f"{len(topology.bindings())} bindings are there.")  # fmt: skip


@topology_group.command(name="users")
@click.option("--management", envvar="SETU_ADMIN_MANAGEMENT_URL", required=True, help="http://user:password@host:port")
@click.option("--passwords", type=click.File(), required=True, help="JSON: user name → password; - reads stdin.")
@click.option("--vhost", default="/", show_default=True)
def declare_users(management: str, passwords: Any, vhost: str) -> None:
    """Make the services' users with their permissions, and everything else; delete `guest`."""
    broker = Management(management)
    broker.load(topology.definitions(json.load(passwords), vhost=vhost))
    broker.delete_user("guest")
    click.echo("Users and topology are in place; guest is gone.")


@topology_group.command()
@click.option("--passwords", type=click.File(), required=True, help="JSON: user name → password; - reads stdin.")
def definitions(passwords: Any) -> None:
    """Print RabbitMQ's definitions file, for `definitions.local.path` or `rabbitmqctl import_definitions`."""
    click.echo(json.dumps(topology.definitions(json.load(passwords)), indent=2))


def main() -> None:
    """The console script; broker errors come out as plain words."""
    logs.configure("setu", "cli", "WARNING")
    try:
        setu()
    except rabbitmq.BrokerError as error:
        raise SystemExit(f"The broker cannot be reached or refused: {error}") from None


if __name__ == "__main__":
    main()
