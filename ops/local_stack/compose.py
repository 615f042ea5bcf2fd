"""What docker-compose.yml reads and the repository may not hold: `.env`, and the broker's users with hashed passwords.

Why: no secret may stand in the compose file. The names are those of `.env.example`. What exists is kept: passwords that
a volume was made with must not change under it.
"""

import json
from pathlib import Path

from local_stack import secret_values
from local_stack.layout import CHECKOUT, SERVICES
from service_kit.messaging.topology import ADMINISTRATOR
from setu_cli.topology import TOPOLOGY

DEFAULTS = {"SETU_PUBLIC_URL": "http://127.0.0.1:8080", "SETU_HTTP_PORT": "8080", "SETU_COOKIE_SECURE": "false"}


def write_env(path: Path, *, definitions: Path, http_port: int | None = None) -> bool:
    """Write `.env` and the broker's definitions; what `path` holds already stays. Say whether it was new."""
    new = not path.exists()
    if new:
        chosen = (
            {"SETU_PUBLIC_URL": f"http://127.0.0.1:{http_port}", "SETU_HTTP_PORT": str(http_port)} if http_port else {}
        )
        at = {"SETU_BROKER_DEFINITIONS": str(definitions.relative_to(CHECKOUT))}
        secret_values.write(path, DEFAULTS | chosen | at)
    _write_definitions(definitions, secret_values.load_or_make(path))
    return new


def _write_definitions(path: Path, values: dict[str, str]) -> None:
    users = {f"{service}_service": values[f"{service.upper()}_AMQP_PASSWORD"] for service in SERVICES}
    content = TOPOLOGY.definitions(users | {ADMINISTRATOR: values["RABBITMQ_ADMIN_PASSWORD"]})
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content, indent=1))
    path.chmod(
        0o644
    )  # the broker's user in the container reads it; it holds salted hashes of long random passwords only
