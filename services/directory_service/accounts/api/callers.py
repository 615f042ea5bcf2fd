"""Where a request comes from: the caller's address, a word or two on the device, and the device's own cookie."""

import re

from flask import Response, request

from service_kit.web.context import context

_A_YEAR = 365 * 24 * 3600
_BROWSERS = (("Edg", "Edge"), ("OPR", "Opera"), ("SamsungBrowser", "Samsung Internet"), ("Firefox", "Firefox"),
             ("Chrome", "Chrome"), ("Safari", "Safari"))  # fmt: skip
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone|iPad", "iOS"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)


def address() -> str:
    """Where the request comes from; only a digest of its network is ever stored."""
    return request.remote_addr or "unknown"


def device() -> str:
    """Browser and system in two words, so that a person recognises the own sessions; the rest is thrown away."""
    agent = request.headers.get("User-Agent", "")
    browser = next((name for mark, name in _BROWSERS if re.search(mark, agent)), "")
    system = next((name for mark, name in _SYSTEMS if re.search(mark, agent)), "")
    return " · ".join(filter(None, (browser, system)))


def device_token() -> str:
    """What this browser keeps of the accounts that signed in with it (`use_cases.known_devices`), or ''."""
    return request.cookies.get(_device_cookie(), "")


def keep_device_token(response: Response, token: str) -> Response:
    """Have the browser keep it, for a year; also after sign-out, since it is for the next sign-in."""
    response.set_cookie(
        _device_cookie(),
        token,
        max_age=_A_YEAR,
        path="/",
        secure=context().settings.cookie_secure,
        httponly=True,
        samesite="Lax",
    )
    return response


def _device_cookie() -> str:
    settings = context().settings
    return "__Host-setu_device" if settings.cookie_secure else f"setu_device_{settings.port_base}"
