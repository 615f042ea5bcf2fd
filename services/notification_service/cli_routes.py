"""Command `setu notification routes`: the routing table as it is in force, for whoever asks who hears of what."""

import os
from collections.abc import Iterator, Sequence

import click

from notification_service.domain.links import destination
from notification_service.domain.routing_table import APP, REFERRING, ROLE_OF, ROUTES, Audience, Rule
from notification_service.settings import load_worker
from notification_service.use_cases.check_sms_texts import require_registered
from setu.roles import REFERRERS

HEAD = ("event", "kind", "who is told", "channels", "when", "worth sending", "leads to")


def add_to(group: click.Group) -> None:
    """Mounts `routes` under the service's commands."""
    group.add_command(routes)


@click.command()
def routes() -> None:
    """Print the routing table: of which event who is told, how, for how long that is worth sending, where it leads.

    Exit code 2 where SMS is set up and one of its texts was not registered.
    """
    rows = [HEAD, *(row for topic, rules in ROUTES.items() for row in _lines(topic, rules))]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEAD))]
    for row in rows:
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
    if os.environ.get("SETU_SMS"):
        settings = load_worker()
        if settings.sms is not None:
            require_registered(settings.sms.registration, settings.links.notification_url)


def _lines(topic: str, rules: Sequence[Rule]) -> Iterator[tuple[str, ...]]:
    if not rules:
        yield (topic, "-", "nobody: it only stops what is still to be said", "-", "-", "-", "-")
    for rule in rules:
        told = " else ".join(rule.audiences)
        yield (topic, rule.kind, told, ", ".join(rule.channels), rule.when, _worth(rule), ", ".join(_pages(rule)))


def _worth(rule: Rule) -> str:
    if rule.channels == APP:
        return "-"
    return f"{rule.worth_sending.days} days" if rule.worth_sending else "with the notice"


def _pages(rule: Rule) -> Sequence[str]:
    led = [(rule.leads(audience), role) for audience in rule.audiences for role in _roles(audience)]
    return list(dict.fromkeys("/".join(destination(place, role)) for place, role in led))


def _roles(audience: Audience) -> Sequence[str]:
    if audience in ROLE_OF:
        return (ROLE_OF[audience],)
    return REFERRERS if audience in REFERRING else ("",)
