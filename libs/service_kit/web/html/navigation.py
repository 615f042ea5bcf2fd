"""Menu of the header: the site's items as links for one reader. Each service renders all of it from settings."""

from dataclasses import dataclass

from flask import request

from service_kit.identity import Principal
from service_kit.web.context import context
from service_kit.web.site import MenuItem, site, url_of

COUNTS = "/counts"
"""Where each service tells the numbers beside the links to it (`menu_counts.py`)."""


@dataclass(frozen=True)
class Link:
    """What the header shows: texts are still to be translated.

    `counts_url` is where the numbers of that service are told, this link's by its `path`; empty where none is counted.
    """

    text: str
    url: str
    current: bool
    counts_url: str
    path: str
    counted: str


def links(who: Principal | None) -> list[Link]:
    """The links that this reader sees, in order, the one to the present page marked."""
    return [_link(item) for item in _shown(who)]


def counted_paths(who: Principal) -> list[str]:
    """The paths of this reader's links to this service that have a number beside them."""
    own = context().settings.service
    return [item.path for item in _shown(who) if item.counted and item.service == own]


def _shown(who: Principal | None) -> list[MenuItem]:
    seen = [item for item in site().menu if item.roles is None or (who is not None and who.role in item.roles)]
    return [item for item in seen if item.open_while_pending] if who is not None and who.is_pending else seen


def _link(item: MenuItem) -> Link:
    counts_url = url_of(item.service, COUNTS) if item.counted else ""
    here = _is_here(item, context().settings.service)
    return Link(item.text, url_of(item.service, item.path), here, counts_url, item.path, item.counted)


def _is_here(item: MenuItem, service: str) -> bool:
    return item.service == service and request.path == item.path
