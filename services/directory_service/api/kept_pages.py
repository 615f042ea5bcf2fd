"""Pages of services that were asked for before and are still right: the same address, the same state of the index.

A list's tag says all that it depends on, so a kept page is right exactly while its tag is. A few megabytes in each web
process; the rest is forgotten, oldest use first. Only GET: what is asked for in a body is kept nowhere.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any, TypeVar, cast

from flask import Response, request
from werkzeug.datastructures import Headers

from directory_service.api.public_reading import opened
from directory_service.store.search.folder import NoIndex
from directory_service.use_cases.find_services import Asked, tag_of
from directory_service.use_cases.tools import search_index
from service_kit.web.context import context
from service_kit.web.etag import if_none_match, not_modified
from service_kit.web.parsing import query_is_read

View = TypeVar("View", bound=Callable[..., Response])
_MOST_BYTES = 8_000_000


@dataclass(frozen=True)
class _Page:
    asked: Asked
    clock_matters: bool
    tag: str
    body: bytes
    headers: Headers


_pages: OrderedDict[bytes, _Page] = OrderedDict()
_changing = threading.Lock()


def from_kept_pages(view: View) -> View:
    """Answer from memory where that is right; put it above `arguments`, so that a known address is not read again."""

    @wraps(view)
    def answer(*given: Any, **named: Any) -> Response:
        page = _pages.get(request.query_string) if request.method == "GET" else None
        if page is None or not _is_right(page, context().clock.now()):
            return view(*given, **named)
        query_is_read()
        with _changing:
            if request.query_string in _pages:
                _pages.move_to_end(request.query_string)
        if if_none_match(page.tag):
            return opened(not_modified(page.tag))
        return Response(page.body, headers=page.headers.copy())  # else what is added to this answer is kept as well

    return cast("View", answer)


def keep_page(response: Response, asked: Asked, tag: str, *, clock_matters: bool) -> Response:
    """Remember a page for its address, and return it."""
    page = _Page(asked, clock_matters, tag, response.get_data(), Headers(response.headers))
    with _changing:
        _pages[request.query_string] = page
        _pages.move_to_end(request.query_string)
        held = sum(len(each.body) for each in _pages.values())
        while held > _MOST_BYTES:
            _, forgotten = _pages.popitem(last=False)
            held -= len(forgotten.body)
    return response


def _is_right(page: _Page, now: datetime) -> bool:
    try:
        return page.tag == tag_of(search_index().snapshot(), page.asked, now, clock_matters=page.clock_matters)
    except NoIndex:
        return False
