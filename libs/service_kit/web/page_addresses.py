"""Public addresses of pages: this service's own, the directory's, and a neutral one to leave to."""

from urllib.parse import quote

from flask import request

from service_kit.web.context import context

NEUTRAL_PAGE = "https://mausam.imd.gov.in/"  # the weather: what anybody may be looking at


def own_base() -> str:
    """Public base URL of this service, without a trailing slash."""
    settings = context().settings
    return str(getattr(settings, f"{settings.service}_url"))


def here() -> str:
    """This page's public address, without its query."""
    return f"{own_base()}{request.path}"


def directory_page(path: str, *, back: str | None = None) -> str:
    """Address of one of the directory's pages, with `next` where it shall lead back."""
    base = f"{context().settings.directory_url}{path}"
    return f"{base}?next={quote(back, safe='')}" if back else base
