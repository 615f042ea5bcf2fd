"""Broker administration: brings a running broker to what `topology` declares. For administrators and tests.

Over AMQP only exchanges, queues and bindings can be declared; users and permissions go through RabbitMQ's
management API, or come from `definitions` that the node loads when it boots.
"""

import base64
import json
import urllib.error
import urllib.request
from typing import Any
from urllib.parse import quote, unquote, urlsplit, urlunsplit

_TIMEOUT = 60  # seconds: a busy node takes more than ten for definitions with a dozen quorum queues


class Management:
    """RabbitMQ's management API. `url` carries the administrator's name and password."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https"):
            raise ValueError("the management API is reached over http or https")
        name, password = unquote(parts.username or ""), unquote(parts.password or "")
        self._authorization = "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode()
        self._base = urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path.rstrip("/"), "", ""))

    def load(self, definitions: dict[str, Any]) -> None:
        """Import a definitions document: what it names is made or changed, the rest stays."""
        self.call("POST", "/api/definitions", definitions)

    def delete_user(self, name: str) -> None:
        """Remove a user (as `guest`); one that is not there is fine."""
        self.call("DELETE", f"/api/users/{quote(name, safe='')}", missing_ok=True)

    def delete_vhost(self, name: str) -> None:
        """Remove a virtual host with all that is in it; one that is not there is fine."""
        self.call("DELETE", f"/api/vhosts/{quote(name, safe='')}", missing_ok=True)

    def grant(self, user: str, vhost: str) -> None:
        """Let a user do everything in a virtual host."""
        rights = {"configure": ".*", "write": ".*", "read": ".*"}
        self.call("PUT", f"/api/permissions/{quote(vhost, safe='')}/{quote(user, safe='')}", rights)

    def call(self, method: str, path: str, body: Any = None, *, missing_ok: bool = False) -> Any:
        """One request; the decoded answer, or None for an empty one. Raises urllib.error.URLError."""
        request = urllib.request.Request(  # noqa: S310 (the scheme was checked)
            self._base + path,
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": self._authorization, "Content-Type": "application/json"},
        )
        try:
            with urllib.request.urlopen(request, timeout=_TIMEOUT) as answer:  # noqa: S310 (as above)
                text = answer.read()
        except urllib.error.HTTPError as error:
            if missing_ok and error.code == 404:
                return None
            raise
        return json.loads(text) if text else None
