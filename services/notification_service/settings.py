"""Settings of the notification service; every missing or wrong one is named before anything starts."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from notification_service.domain.links import Links
from notification_service.domain.trial import read_test_addresses
from notification_service.outside.sms_settings import SmsSettings
from notification_service.outside.smtp import SmtpAddress
from service_kit.keyring import Keyring, decode_key, named_keys
from service_kit.settings import Environment, KitSettings, kit_fields
from setu.addresses import DIRECTORY_INSIDE
from setu.addresses import SETTINGS as ADDRESSES


@dataclass(frozen=True, kw_only=True)
class Settings(KitSettings):
    """What the web process is told: nothing that could open a contact.

    `callback_keys`: name → key that providers sign with; a name begins with its channel and a hyphen.
    `webhook_private_hosts`: hosts and ports of the own house that webhooks may go to (`domain/webhook_addresses.py`).
    `directory_inside`: the base at which the directory itself is asked about sessions; else its public one.
    """

    callback_keys: Mapping[str, bytes] = field(default_factory=dict, repr=False)
    webhook_private_hosts: frozenset[str] = frozenset()
    directory_inside: str

    @property
    def links(self) -> Links:
        """Where notices point to."""
        return Links(
            referral_url=self.addresses["referral"],
            directory_url=self.addresses["directory"],
            notification_url=self.addresses["notification"],
        )


@dataclass(frozen=True, kw_only=True)
class WorkerSettings(Settings):
    """What the worker is told besides. Without `smtp` mail goes into files under `mail_dir`; without `sms` none goes.

    `mail_rate`: mails a second, None without a limit. `test_addresses`: all that anything leaves for in a trial.
    """

    amqp_url: str = field(repr=False)
    audit_private_key: bytes = field(repr=False)
    contact_keys: str = field(repr=False)
    member_box_private_key: str = field(repr=False)
    smtp: SmtpAddress | None
    mail_dir: Path | None
    mail_from: str
    mail_rate: float | None = None
    sms: SmsSettings | None = None
    sms_key: str | None = field(default=None, repr=False)
    test_addresses: frozenset[str] = field(default_factory=frozenset, repr=False)

    @property
    def keyring(self) -> Keyring:
        """The keys under which contacts are sealed."""
        return Keyring.from_setting(self.contact_keys)


def load(environ: Mapping[str, str] | None = None) -> Settings:
    """The web process's settings. Raises SystemExit(2) after naming what is wrong."""
    with Environment(environ) as env:
        keys = env.named_keys("SETU_CALLBACK_KEYS", {}, length=32)
        return Settings(**_fields(env), callback_keys=keys)


def load_worker(environ: Mapping[str, str] | None = None) -> WorkerSettings:
    """The worker's settings. Raises SystemExit(2) after naming what is wrong."""
    with Environment(environ) as env:
        smtp = env.parsed("SETU_SMTP_URL", SmtpAddress.parse, None)
        mail_dir = env.text("SETU_MAIL_DIR") if smtp is None else None
        fields = _fields(env) | {
            "amqp_url": env.url("SETU_AMQP_URL", schemes=("amqp", "amqps")),
            "audit_private_key": env.key("SETU_AUDIT_PRIVATE_KEY"),
        }
        return WorkerSettings(
            **fields,
            contact_keys=env.parsed("SETU_KEK", _keys),
            member_box_private_key=env.parsed("SETU_MEMBER_BOX_PRIVATE_KEY", _key),
            smtp=smtp,
            mail_dir=Path(mail_dir) if mail_dir else None,
            mail_from=env.parsed("SETU_MAIL_FROM", _sender),
            mail_rate=env.number("SETU_MAIL_RATE", None, least=1, most=10_000),
            sms=env.parsed("SETU_SMS", SmsSettings.read, None),
            sms_key=env.text("SETU_SMS_KEY", None),
            test_addresses=env.parsed("SETU_TRIAL_ADDRESSES", _test_addresses_in(fields["trial"]), frozenset()),
        )


def _fields(env: Environment) -> dict[str, Any]:
    kit = kit_fields(env, "notification", ADDRESSES)
    return {
        **kit,
        "directory_inside": env.url(DIRECTORY_INSIDE, kit["addresses"]["directory"]),
        "webhook_private_hosts": env.parsed("SETU_WEBHOOK_PRIVATE_HOSTS", _hosts, frozenset()),
    }


def _hosts(value: str) -> frozenset[str]:
    hosts = frozenset(filter(None, (host.strip().lower() for host in value.split(","))))
    if not all(re.fullmatch(r"(http://)?([a-z0-9._-]+|\[[0-9a-f:.]+\]):([0-9]{1,5}|\*)", host) for host in hosts):
        raise ValueError("must read host:port,http://host2:port")
    return hosts


def _test_addresses_in(trial: bool) -> Callable[[str], frozenset[str]]:
    def read(value: str) -> frozenset[str]:
        if not trial:
            raise ValueError("goes with SETU_TRIAL=yes alone: without it messages leave for everybody")
        return read_test_addresses(value)

    return read


def _keys(value: str) -> str:
    named_keys(value, length=32)
    return value


def _key(value: str) -> str:
    decode_key(value, length=32)
    return value


def _sender(value: str) -> str:
    if value.count("@") != 1 or not value.isascii() or any(character in value for character in " <>,\r\n"):
        raise ValueError("must read name@host")
    return value
