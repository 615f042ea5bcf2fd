"""What a database server's Patroni tells of the cluster: who leads, who follows, and who runs as it should."""

import json

from cluster_check.containers import Containers, Refused

_AS_IT_SHOULD = {"leader": "running", "sync_standby": "streaming", "replica": "streaming"}


def roles_as_told_by(containers: Containers, part: str) -> dict[str, str]:
    """Member → `leader`, `sync_standby`, `replica`, of those that run as they should; {} where nobody answers."""
    try:
        told = containers.execute(part, "bash", "-c", question(8008, "/cluster"), patience_s=10)
        members = json.loads(told.partition("\n\n")[2])["members"]  # text mode made the ends of lines Python's own
    except (Refused, ValueError, KeyError):
        return {}
    return {each["name"]: each["role"] for each in members if each["state"] == _AS_IT_SHOULD.get(each["role"])}


def question(port: int, path: str) -> str:
    """What bash asks a server in its own container, cheaper than starting a Python there."""
    return f"exec 3<>/dev/tcp/127.0.0.1/{port} && printf 'GET {path} HTTP/1.0\\r\\n\\r\\n' >&3 && cat <&3"
