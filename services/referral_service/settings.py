"""Settings of the referral service: the kit's, where the keyring lies, and the spans of the clocks."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from referral_service.domain.clocks import Times
from referral_service.domain.key_rotation import ROTATE_AFTER
from referral_service.domain.retention import Terms
from service_kit.settings import Environment, KitSettings, kit_fields
from setu.addresses import DIRECTORY_INSIDE
from setu.addresses import SETTINGS as ADDRESSES


@dataclass(frozen=True, kw_only=True)
class Settings(KitSettings):
    """`keyring`: the file of the key-encryption keys. `sends_an_hour`: by one account, in each web process.

    `directory_inside`: the base at which the directory itself is asked about sessions; else its public one.
    """

    keyring: Path
    directory_inside: str
    sends_an_hour: int = 60
    times: Times = field(default_factory=Times)


@dataclass(frozen=True, kw_only=True)
class WorkerSettings(Settings):
    """The worker's: it alone talks to the broker, signs the audit log and writes the keyring.

    `old_keks`: key id → 32 bytes, what a release without a keyring had in its environment.
    """

    amqp_url: str = field(repr=False)
    audit_private_key: bytes = field(repr=False)
    rotate_keys_after: timedelta = ROTATE_AFTER
    old_keks: Mapping[str, bytes] = field(default_factory=dict, repr=False)


def load(environ: Mapping[str, str] | None = None) -> Settings:
    """Read the environment. Every missing or wrong variable is named at once, then SystemExit(2)."""
    with Environment(environ) as env:
        return Settings(**_fields(env))


def load_worker(environ: Mapping[str, str] | None = None) -> WorkerSettings:
    """The same for the worker, which needs SETU_AMQP_URL and SETU_AUDIT_PRIVATE_KEY too."""
    with Environment(environ) as env:
        fields = _fields(env) | {
            "amqp_url": env.url("SETU_AMQP_URL", schemes=("amqp", "amqps")),
            "audit_private_key": env.key("SETU_AUDIT_PRIVATE_KEY"),
            "rotate_keys_after": timedelta(
                days=env.number("SETU_ROTATE_KEYS_DAYS", ROTATE_AFTER.days, least=1, most=ROTATE_AFTER.days)
            ),
            "old_keks": env.named_keys("SETU_KEK", {}),
        }
        return WorkerSettings(**fields)


def _fields(env: Environment) -> dict[str, Any]:
    kit = kit_fields(env, "referral", ADDRESSES)
    return {
        **kit,
        "keyring": Path(env.text("SETU_KEYRING")),
        "directory_inside": env.url(DIRECTORY_INSIDE, kit["addresses"]["directory"]),
        "sends_an_hour": env.number("SETU_SENDS_AN_HOUR", 60, least=1),
        "times": _times(env),
    }


def _times(env: Environment) -> Times:
    usual = Times()

    def minutes(name: str, default: timedelta) -> timedelta:
        return timedelta(minutes=env.number(name, int(default.total_seconds() // 60), least=1, most=60 * 24 * 30))

    def days(name: str, default: int) -> Any:
        return env.number(name, default, least=1, most=60)

    return Times(
        urgent_remind=minutes("SETU_URGENT_REMIND_MINUTES", usual.urgent_remind),
        urgent_escalate=minutes("SETU_URGENT_ESCALATE_MINUTES", usual.urgent_escalate),
        urgent_expire=minutes("SETU_URGENT_EXPIRE_MINUTES", usual.urgent_expire),
        urgent_decide=minutes("SETU_URGENT_DECIDE_MINUTES", usual.urgent_decide),
        urgent_pause=minutes("SETU_URGENT_PAUSE_MINUTES", usual.urgent_pause),
        urgent_contact=minutes("SETU_URGENT_CONTACT_MINUTES", usual.urgent_contact),
        urgent_coordinate=minutes("SETU_URGENT_COORDINATE_MINUTES", usual.urgent_coordinate),
        routine_remind=days("SETU_ROUTINE_REMIND_DAYS", usual.routine_remind),
        routine_escalate=days("SETU_ROUTINE_ESCALATE_DAYS", usual.routine_escalate),
        routine_expire=days("SETU_ROUTINE_EXPIRE_DAYS", usual.routine_expire),
        routine_decide=days("SETU_ROUTINE_DECIDE_DAYS", usual.routine_decide),
        routine_pause=days("SETU_ROUTINE_PAUSE_DAYS", usual.routine_pause),
        routine_contact=days("SETU_ROUTINE_CONTACT_DAYS", usual.routine_contact),
        routine_coordinate=days("SETU_ROUTINE_COORDINATE_DAYS", usual.routine_coordinate),
        untouched=_promised_days(env, "SETU_UNTOUCHED_DAYS", usual.untouched),
        team_gone=_promised_days(env, "SETU_TEAM_GONE_DAYS", usual.team_gone),
        terms=Terms(key_lives=_promised_days(env, "SETU_KEEP_CLOSED_DAYS", Terms().key_lives)),
    )


def _promised_days(env: Environment, name: str, promised: timedelta) -> timedelta:
    """Never longer than what people are promised (docs/privacy.md)."""
    return timedelta(days=env.number(name, promised.days, least=1, most=promised.days))
