"""Command `setu notification mail`: whether mail can leave, for who sets it up and for `setu doctor`."""

import smtplib
import sys

import click

from notification_service.outside.carrier import DeliveryError
from notification_service.outside.mail_files import MailFiles
from notification_service.outside.smtp import SmtpMailer
from notification_service.settings import load_worker


def add_to(group: click.Group) -> None:
    """Mounts `mail` under the service's commands."""
    group.add_command(mail)


@click.command()
def mail() -> None:
    """Try the way by which mail leaves, and send none; exit code 1, with the error, when it is closed."""
    settings = load_worker()
    try:
        if settings.smtp is not None:
            SmtpMailer(settings.smtp, settings.mail_from).try_server()
        elif settings.mail_dir is not None:
            MailFiles(settings.mail_dir, settings.mail_from).try_folder()
    except (smtplib.SMTPException, OSError, DeliveryError) as error:
        click.echo(f"Mail does not leave: {error}", err=True)
        sys.exit(1)
    click.echo("Mail can leave.")
