"""Settings of the directory: the kit's, and the keys that only the service that signs people in holds."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from service_kit.keyring import decode_key
from service_kit.settings import Environment, KitSettings, kit_fields


@dataclass(frozen=True, kw_only=True)
class Settings(KitSettings):
    """`session_private_key` is given to the web process alone; the member box key is the notification service's public one."""

    kek: Mapping[str, bytes] = field(repr=False)
    member_box_public_key: str
    session_private_key: bytes | None = field(default=None, repr=False)


def load(environ: Mapping[str, str] | None = None) -> Settings:
    """Read the environment. Every missing or wrong variable is named at once, then SystemExit(2)."""
    with Environment(environ) as env:
        return Settings(
            **kit_fields(env, "directory"),
            kek=env.named_keys("SETU_KEK"),
            member_box_public_key=env.parsed("SETU_MEMBER_BOX_PUBLIC_KEY", _box_key, instead=""),
            session_private_key=env.key("SETU_SESSION_PRIVATE_KEY", None),
        )


def _box_key(value: str) -> str:
    decode_key(value, length=32)
    return value
