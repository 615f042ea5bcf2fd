"""The `.env` of docker-compose.yml, made anew on this machine.

Why: no secret may stand in the compose file. The names are those of `.env.example`.
"""

import base64
import json
from pathlib import Path

from local_stack import secret_values
from local_stack.layout import SERVICES
from service_kit.messaging import topology

DEFAULTS = {"SETU_PUBLIC_URL": "http://127.0.0.1:8080", "SETU_HTTP_PORT": "8080", "SETU_COOKIE_SECURE": "false"}


def write_env(path: Path) -> bool:
    """Write `.env`, unless it is there: then only what it lacks is added. Say whether it was new."""
    new = not path.exists()
    if new:
        secret_values.write(path, DEFAULTS)
    values = secret_values.load_or_make(path)
    if "RABBITMQ_DEFINITIONS" not in values:
        secret_values.write(path, values | {"RABBITMQ_DEFINITIONS": definitions(values)})
    return new


def definitions(values: dict[str, str]) -> str:
    """Give RabbitMQ's users, permissions and topology as base64 of JSON, since a `.env` holds one line a value."""
    users = {f"{service}_service": values[f"{service.upper()}_AMQP_PASSWORD"] for service in SERVICES}
    content = topology.definitions(users | {topology.ADMINISTRATOR: values["RABBITMQ_ADMIN_PASSWORD"]})
    return base64.b64encode(json.dumps(content).encode()).decode()
