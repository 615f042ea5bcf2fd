"""Menu of the header: the site's items as links for one reader. Each service renders all of it from settings."""

from dataclasses import dataclass

from flask import request

from service_kit.identity import Principal
from service_kit.web.context import context
from service_kit.web.site import MenuItem, site, url_of


@dataclass(frozen=True)
class Link:
    """What the header shows: texts are still to be translated; `count_url` is empty where nothing is counted."""

    text: str
    url: str
    current: bool
    count_url: str
    counted: str


def links(who: Principal | None) -> list[Link]:
    """The links that this reader sees, in order, the one to the present page marked."""
    shown = [item for item in site().menu if item.roles is None or (who is not None and who.role in item.roles)]
    return [_link(item) for item in shown]


def _link(item: MenuItem) -> Link:
    count_url = url_of(item.service, item.count) if item.count else ""
    here = _is_here(item, context().settings.service)
    return Link(item.text, url_of(item.service, item.path), here, count_url, item.counted)


def _is_here(item: MenuItem, service: str) -> bool:
    return item.service == service and request.path == item.path
