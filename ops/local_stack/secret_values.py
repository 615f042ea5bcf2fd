"""Every secret of a stack, made anew on this machine, kept in one file of mode 0600.

Why: no password or key stands in the repository, and `make demo` and `make env` need the same set. The file has the
form of a `.env`, so that docker compose reads it as it is. Not a vault: a real installation brings its own values
(docs/operations.md).
"""

import base64
import secrets
from collections.abc import Mapping
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from local_stack.layout import SERVICES
from service_kit.whole_file import write_whole

KEYRING_OF = "referral"
"""The service whose key-encryption keys its worker makes, in a file that is no part of these secrets."""


OF_A_CLUSTER = ("REPLICATION_PASSWORD", "PATRONI_API_PASSWORD", "ARCHIVE_PASSWORD", "ERLANG_COOKIE")
"""What the servers of docker-compose.cluster.yml say to each other, and the passphrase of the archive."""


def make() -> dict[str, str]:
    """Make the whole set: passwords of letters that need no quoting in a URL, keys in base64."""
    session, box = Ed25519PrivateKey.generate(), X25519PrivateKey.generate()
    kid = f"session-{secrets.token_hex(4)}"
    made = {
        "POSTGRES_PASSWORD": _password(),
        "RABBITMQ_ADMIN_PASSWORD": _password(),
        **{name: _password() for name in OF_A_CLUSTER},
        "SESSION_PRIVATE_KEY": _text(session.private_bytes_raw()),
        "SESSION_PUBLIC_KEYS": f"{kid}:{_text(session.public_key().public_bytes_raw())}",
        "MEMBER_BOX_PRIVATE_KEY": _text(box.private_bytes_raw()),
        "MEMBER_BOX_PUBLIC_KEY": _text(box.public_key().public_bytes_raw()),
        "CALLBACK_KEYS": ",".join(f"{channel}-1:{_text(secrets.token_bytes(32))}" for channel in ("mail", "sms")),
    }
    for service in SERVICES:
        prefix = service.upper()
        made |= {f"{prefix}_{role}_PASSWORD": _password() for role in ("OWNER", "WEB", "WORKER", "AMQP")}
        made |= {
            f"{prefix}_MAC_KEY": _text(secrets.token_bytes(32)),
            f"{prefix}_AUDIT_PRIVATE_KEY": _text(Ed25519PrivateKey.generate().private_bytes_raw()),
        }
        if service != KEYRING_OF:
            made[f"{prefix}_KEK"] = f"kek-{secrets.token_hex(4)}:{_text(secrets.token_bytes(32))}"
    return made


def load_or_make(path: Path) -> dict[str, str]:
    """Read the file; what it lacks (all of it, the first time) is made and added."""
    known = read(path) if path.exists() else {}
    if missing := {name: value for name, value in make().items() if name not in known}:
        write(path, known | missing)
    return read(path)


def read(path: Path) -> dict[str, str]:
    """Read NAME=value lines; comments and empty lines are passed over."""
    lines = (line.strip() for line in path.read_text().splitlines())
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def write(path: Path, values: Mapping[str, str]) -> None:
    """Write NAME=value lines into a file that only its owner can read, from its first byte on."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with write_whole(path) as file:
        file.write("".join(f"{name}={value}\n" for name, value in values.items()).encode())


def _password() -> str:
    return secrets.token_urlsafe(24)


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
