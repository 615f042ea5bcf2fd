"""Observer of every page that any application answers with while tests run: no id stands twice in one page.

A label, an error's link and a script find the first element of an id; a second one is never found, and a tap on its
label changes the first. The signal is Flask's own, so pages of every service and of live servers are seen.
"""

import re
from collections import Counter
from typing import Any

from flask import Response, request, request_finished

_ID = re.compile(r'<[^>]*?\sid="([^"]*)"')
_found: list[str] = []


def repeated_ids(page: str) -> list[str]:
    """The ids that stand more than once in the page, in its order."""
    return [name for name, count in Counter(_ID.findall(page)).items() if count > 1]


def take_found() -> list[str]:
    """What was found since it was asked last: path, and the ids that stand there more than once."""
    found, _found[:] = list(_found), []
    return found


def _look(_sender: Any, *, response: Response, **_: Any) -> None:
    if response.mimetype == "text/html" and not response.is_streamed:
        _found.extend(f"{request.path}: {name}" for name in repeated_ids(response.get_data(as_text=True)))


request_finished.connect(_look)
