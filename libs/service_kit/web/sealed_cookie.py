"""Sealed cookie: carries a JSON object in the browser, for pages that keep nothing on the server (docs/adr/0010).

Promises: sealed (`sealed_text.py`); unreadable to scripts, sent only below one path and never from another site; after
`lifetime` it opens for nobody; sign-out in that browser, at whichever service, takes every one of them along
(`drop_all`). When not to use it: for anything that must outlive the visit.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from flask import Response, request

from service_kit.web import problems
from service_kit.web.context import context
from service_kit.web.sealed_text import SealedText
from service_kit.web.site import site, url_of

LARGEST = 3800  # bytes; browsers drop a cookie whose name, value and attributes pass 4096 (RFC 6265, section 6.1)


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
        sealed = self._text().seal(plain)
        if len(sealed) > LARGEST:
            raise problems.for_status(413)
        longest = None if self.until_closed else int(self.lifetime.total_seconds())
        response.set_cookie(_full_name(self.name), sealed, max_age=longest, **_attributes(self.name))
        return response

    def read(self) -> dict[str, Any] | None:
        """What this browser carries; None where there is nothing, or what is there is old or not ours.

        `until` beside it: when it opens for nobody any more, in whole seconds since the epoch.
        """
        return self._text().open(request.cookies.get(_full_name(self.name), ""))

    def delete_from(self, response: Response) -> Response:
        """Takes it out of the browser."""
        return _drop(response, self.name)

    def _text(self) -> SealedText:
        return SealedText(self.purpose, self.lifetime)


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
