"""Sealed cookie: carries a JSON object in the browser, for pages that keep nothing on the server (docs/adr/0010).

Promises: AES-256-GCM under a key that only this service has and that is another for each purpose; unreadable to
scripts, sent only below one path and never from another site; after `lifetime` it opens for nobody; sign-out in that
browser, at whichever service, takes every one of them along (`drop_all`).
When not to use it: for anything that must outlive the visit.
"""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from flask import Response, request

from service_kit.web import problems
from service_kit.web.context import context
from service_kit.web.site import site, url_of

LARGEST = 3800  # bytes; browsers drop a cookie whose name, value and attributes pass 4096 (RFC 6265, section 6.1)
_NONCE = 12


@dataclass(frozen=True)
class SealedCookie:
    """`name` is what the browser sees, one of the site's `sealed_cookies`; `purpose` names the key.

    `until_closed`: the browser forgets it when it is closed, if not before.
    """

    name: str
    purpose: str
    lifetime: timedelta
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
        value = sealed.decode().rstrip("=")
        response.set_cookie(_full_name(self.name), value, max_age=longest, **_attributes(self.name))
        return response

    def read(self) -> dict[str, Any] | None:
        """What this browser carries; None where there is nothing, or what is there is old or not ours.

        `until` beside it: when it opens for nobody any more, in whole seconds since the epoch.
        """
        text = request.cookies.get(_full_name(self.name), "")
        try:
            raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
            plain: dict[str, Any] = json.loads(self._cipher().decrypt(raw[:_NONCE], raw[_NONCE:], self._bound_to()))
        except (ValueError, InvalidTag):
            return None
        return plain if plain["until"] >= context().clock.now().timestamp() else None

    def delete_from(self, response: Response) -> Response:
        """Takes it out of the browser."""
        return _drop(response, self.name)

    def _cipher(self) -> AESGCM:
        return AESGCM(context().mac.digest(self.purpose, b"sealing key"))

    def _bound_to(self) -> bytes:
        return f"{context().settings.service}|{self.purpose}".encode()


def drop_all(response: Response) -> Response:
    """Takes the sealed cookies of every service of the site out of the browser: they share its one host."""
    for name in site().sealed_cookies:
        _drop(response, name)
    return response


def _drop(response: Response, name: str) -> Response:
    response.delete_cookie(_full_name(name), **_attributes(name))
    return response


def _full_name(name: str) -> str:
    """`__Secure-` behind TLS; without it the port base tells stacks on one host apart: cookies ignore ports."""
    settings = context().settings
    return f"__Secure-setu_{name}" if settings.cookie_secure else f"setu_{name}_{settings.port_base}"


def _attributes(name: str) -> dict[str, Any]:
    return {
        "path": urlsplit(url_of(*site().sealed_cookies[name])).path,
        "secure": context().settings.cookie_secure,
        "httponly": True,
        "samesite": "Strict",
    }
