"""Same-origin check: the three configured origins, where a change may come from and a sign-in may return to.

Instead of CSRF tokens (which would make one answer differ from the next): `SameSite=Lax` cookies and, on every
change, a look at `Origin` and `Sec-Fetch-Site` (Fetch standard; W3C Fetch Metadata). Bearer requests are exempt,
because no browser adds that header by itself.
"""

from urllib.parse import SplitResult, urlsplit

from flask import Request

from service_kit.settings import KitSettings
from service_kit.web.problems import WORDS, Problem

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
_DEFAULT_PORTS = {"http": 80, "https": 443}


def bases(settings: KitSettings) -> tuple[str, str, str]:
    """Public base URLs of directory, referral and notification, without a trailing slash."""
    return settings.directory_url, settings.referral_url, settings.notification_url


def origin_of(url: str) -> str:
    """`scheme://host[:port]` in the form that browsers send; raises ValueError for what has no host."""
    parts = urlsplit(url)
    if parts.scheme not in _DEFAULT_PORTS or not parts.hostname:
        raise ValueError("not an http(s) address")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    port = "" if parts.port in (None, _DEFAULT_PORTS[parts.scheme]) else f":{parts.port}"
    return f"{parts.scheme}://{host}{port}"


def allowed_origins(settings: KitSettings) -> frozenset[str]:
    """Return the origins of the three services; behind one gateway that is a single one."""
    return frozenset(origin_of(base) for base in bases(settings))


def check_change(request: Request, origins: frozenset[str], *, has_cookie: bool) -> None:
    """Refuse (403 `cross-site`) a change that did not come from one of our pages.

    A request with neither header is refused only if it carries our cookie: without one it has no power to abuse.
    """
    origin, site = request.headers.get("Origin"), request.headers.get("Sec-Fetch-Site")
    if origin is not None and origin != "null":
        trusted = origin in origins
    elif site is not None:
        trusted = site == "same-origin"
    else:
        trusted = origin is None and not has_cookie
    if not trusted:
        raise Problem(403, "cross-site", WORDS["cross-site"][1])


def safe_next(url: str | None, settings: KitSettings) -> str | None:
    """Return `url` where it lies under one of the three bases, else None; query and fragment are dropped."""
    if not url or "\\" in url or any(ord(character) <= 32 or ord(character) == 127 for character in url):
        return None
    try:
        parts = urlsplit(url)
        inside = "@" not in parts.netloc and any(_under(parts, base) for base in bases(settings))
        return f"{origin_of(url)}{parts.path or '/'}" if inside else None
    except ValueError:
        return None


def _under(parts: SplitResult, base: str) -> bool:
    root = urlsplit(base)
    return origin_of(parts.geturl()) == origin_of(base) and f"{parts.path}/".startswith(f"{root.path.rstrip('/')}/")
