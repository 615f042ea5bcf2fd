"""Sealed cookie: carries a JSON object in the browser, for pages that keep nothing on the server (docs/adr/0010).

Promises: AES-256-GCM under a key that only this service has and that is another for each purpose; unreadable to
scripts, sent only below `path` and never from another site; after `lifetime` it opens for nobody.
When not to use it: for anything that must outlive the visit.
"""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from flask import Response, current_app, request

from service_kit.web import problems
from service_kit.web.context import context

LARGEST = 3800  # bytes; browsers drop a cookie whose name, value and attributes pass 4096 (RFC 6265, section 6.1)
_NONCE = 12


@dataclass(frozen=True)
class SealedCookie:
    """`name` is what the browser sees; `purpose` names the key; `path`, below the service's own, is where it is sent.

    `until_closed`: the browser forgets it when it is closed, if not before.
    """

    name: str
    purpose: str
    lifetime: timedelta
    path: str
    until_closed: bool = False

    def set_on(self, response: Response, plain: Mapping[str, Any]) -> Response:
        """Hands it to the browser; the lifetime starts now. Raises the 413 problem where it is too large."""
        until = int((context().clock.now() + self.lifetime).timestamp())
        packed = json.dumps({**plain, "until": until}, ensure_ascii=False, separators=(",", ":")).encode()
        nonce = context().ids.random(_NONCE)
        sealed = base64.urlsafe_b64encode(nonce + self._cipher().encrypt(nonce, packed, self._bound_to()))
        if len(sealed) > LARGEST:
            raise problems.for_status(413)
        longest = None if self.until_closed else int(self.lifetime.total_seconds())
        response.set_cookie(self._full_name(), sealed.decode().rstrip("="), max_age=longest, **self._attributes())
        return response

    def read(self) -> dict[str, Any] | None:
        """What this browser carries; None where there is nothing, or what is there is old or not ours."""
        text = request.cookies.get(self._full_name(), "")
        try:
            raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
            plain: dict[str, Any] = json.loads(self._cipher().decrypt(raw[:_NONCE], raw[_NONCE:], self._bound_to()))
        except (ValueError, InvalidTag):
            return None
        return plain if plain["until"] >= context().clock.now().timestamp() else None

    def delete_from(self, response: Response) -> Response:
        """Takes it out of the browser."""
        response.delete_cookie(self._full_name(), **self._attributes())
        return response

    def _full_name(self) -> str:
        """``__Secure-`` behind TLS; without it the port base tells stacks on one host apart: cookies ignore ports."""
        settings = context().settings
        return f"__Secure-setu_{self.name}" if settings.cookie_secure else f"setu_{self.name}_{settings.port_base}"

    def _cipher(self) -> AESGCM:
        return AESGCM(context().mac.digest(self.purpose, b"sealing key"))

    def _bound_to(self) -> bytes:
        return f"{context().settings.service}|{self.purpose}".encode()

    def _attributes(self) -> dict[str, Any]:
        prefix = request.script_root or current_app.config.get("APPLICATION_ROOT", "/")
        return {
            "path": f"{prefix.rstrip('/')}{self.path}",
            "secure": context().settings.cookie_secure,
            "httponly": True,
            "samesite": "Strict",
        }
