"""Session cookie: what it is called, how it is set, and what sign-out takes out of the browser.

Promises: not readable by scripts, `__Host-` behind TLS; sign-out leaves no page, and nothing sealed, in the browser.
Not for what a token in it opens (`sessions.py`).
"""

from datetime import datetime, timedelta

from flask import Response, request

from service_kit.settings import KitSettings
from service_kit.web.context import context
from service_kit.web.sealed_cookie import drop_all

TOLD_FOR = timedelta(hours=1)
"""How much longer than its session a browser keeps the cookie, which opens nothing then but says why one is asked."""


def cookie_name(settings: KitSettings) -> str:
    """`__Host-` needs TLS; without it the port base tells two local stacks apart, since cookies ignore ports."""
    return "__Host-setu_session" if settings.cookie_secure else f"setu_session_{settings.port_base}"


def set_session_cookie(response: Response, token: str, expires_at: datetime) -> Response:
    """Hand the token, which ends at `expires_at`, to a browser; not readable by scripts, gone `TOLD_FOR` later."""
    settings = context().settings
    response.set_cookie(
        cookie_name(settings),
        token,
        expires=expires_at + TOLD_FOR,
        path="/",
        secure=settings.cookie_secure,
        httponly=True,
        samesite="Lax",
    )
    return response


def end_session_cookie(response: Response) -> Response:
    """Sign-out: expire our own cookies and have the browser drop its cache (shared computers).

    What pages had sealed in this browser goes along: whoever signs out on a shared computer leaves nothing behind.
    """
    settings = context().settings
    response.delete_cookie(
        cookie_name(settings), path="/", secure=settings.cookie_secure, httponly=True, samesite="Lax"
    )
    response.headers["Clear-Site-Data"] = '"cache"'
    return drop_all(response)


def has_cookie() -> bool:
    """Tell whether the request carries our session cookie, valid or not."""
    return cookie_name(context().settings) in request.cookies
