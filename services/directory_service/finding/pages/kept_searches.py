"""Sealed cookie with the last public searches, so that the back button works and no need stands in an address.

Each search has a random key in its page's address (docs/adr/0011), so tabs and the browser's history keep theirs apart.
Promises: nothing on the server; forgotten when the browser is closed, on "leave quickly" and on signing out, and half
an hour after the last search; unreadable without the service's key.
When not to use it: for a link to pass on; only a place has one.
"""

import json
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from datetime import timedelta

from flask import Response
from werkzeug.datastructures import MultiDict

from directory_service.finding.pages.help_form import HelpForm, read_form
from service_kit.web.context import context
from service_kit.web.sealed_cookie import SealedCookie

COOKIE = SealedCookie("searches", "public-searches", timedelta(minutes=30), until_closed=True)
_MOST = 8
_LARGEST = 2000  # bytes of JSON; sealed they are a third more, and a browser keeps 4096
_KEY = 9  # random bytes
_Kept = tuple[str, list[tuple[str, str]]]


def new_key() -> str:
    """A key that says nothing of the search."""
    return urlsafe_b64encode(context().ids.random(_KEY)).decode()


def keep(response: Response, key: str, asked: HelpForm) -> Response:
    """Hand the search to the browser beside those before it; the oldest make room."""
    kept = [(key, list(asked.fields())), *(COOKIE.read() or {"searches": ()})["searches"]]
    return COOKIE.set_on(response, {"searches": list(_newest(kept))})


def find(key: str) -> HelpForm | None:
    """What this browser asked under this key; None where it is not kept (any more)."""
    kept = dict((COOKIE.read() or {"searches": ()})["searches"])
    return read_form(MultiDict(kept[key])) if key in kept else None


def _newest(kept: list[_Kept]) -> Iterator[_Kept]:
    size = 0
    for each in kept[:_MOST]:
        size += len(json.dumps(each, ensure_ascii=False).encode())
        if size > _LARGEST:
            return
        yield each
