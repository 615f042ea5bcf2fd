"""Command `setu notification sms`: every text that goes out by SMS, for who registers them and for who checks them."""

import sys

import click

from notification_service.domain.dlt_templates import Registration
from notification_service.settings import load, load_worker
from notification_service.use_cases.check_sms_texts import CheckedText, check_sms_texts

_NOTHING = Registration("", "", ())


def add_to(group: click.Group) -> None:
    """Mounts `sms` under the service's commands."""
    group.add_command(sms)


@click.command()
@click.option("--to-register", is_flag=True, help="Print each different text once, without looking for its template.")
def sms(*, to_register: bool) -> None:
    """Print every SMS text with its template, encoding and segments; exit code 1 when one was not registered."""
    if to_register:
        link = load().links.notification_url
        texts = {(one.sms.language, one.sms.text): one for one in check_sms_texts(_NOTHING, link)}
        for one in texts.values():
            click.echo(f"{one.sms.language}  {_length(one)}  {one.sms.text}")
        return
    settings = load_worker()
    if settings.sms is None:
        click.echo("SMS is not set up: SETU_SMS names no file.")
        return
    checked = list(check_sms_texts(settings.sms.registration, settings.links.notification_url))
    for one in checked:
        template = one.template.id if one.template else "NOT REGISTERED"
        click.echo(f"{one.sms.kind}  {one.sms.language}  {template}  {_length(one)}  {one.sms.text}")
    sys.exit(int(any(one.template is None for one in checked)))


def _length(checked: CheckedText) -> str:
    return f"{checked.segments.encoding} {checked.segments.count}"
