"""Counts in the header's menu: one JSON answer a service, which the script of every page asks again each ten seconds.

    build_app(…, counts=MenuCounts({"/orders": count_new_orders}))

Promises: the numbers of the links that this reader's menu has in this service, by the path of the link, and nothing
else; asking again while none has changed costs a 304. Not for a number elsewhere on a page: `count_response`.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from flask import Flask, Response, jsonify

from service_kit.web.access.own_origins import own_origins
from service_kit.web.access.require import principal, require
from service_kit.web.etag import if_none_match, not_modified, set_etag
from service_kit.web.html.navigation import COUNTS, counted_paths

ENDPOINT = "menu_counts"


@dataclass(frozen=True)
class MenuCounts:
    """What a service counts: `of` a link's path, for whoever asks.

    `tag`: made of what the service has at hand, so that nothing is counted for a reader who holds it; None for a
    reader for whom there is no such thing: the tag is then made of the numbers.
    """

    of: Mapping[str, Callable[[], int]] = field(default_factory=dict)
    tag: Callable[[], str | None] = lambda: None


def install(app: Flask, counts: MenuCounts) -> None:
    """Register the answer."""
    app.extensions["setu_menu_counts"] = counts

    @app.get(COUNTS, endpoint=ENDPOINT)
    @require()
    @own_origins
    def tell_counts() -> Response:
        """What the menu shows beside its links to this service."""
        tag = counts.tag()
        if tag and if_none_match(tag):
            return not_modified(tag)
        found = {path: counts.of[path]() for path in counted_paths(principal())}
        tag = tag or hashlib.sha256(repr(found).encode()).hexdigest()[:32]
        return not_modified(tag) if if_none_match(tag) else set_etag(jsonify(found), tag)


def count_response(count: int) -> Response:
    """Return `{"count": …}`, or 304 where the reader holds that number."""
    return not_modified(count) if if_none_match(count) else set_etag(jsonify({"count": count}), count)
