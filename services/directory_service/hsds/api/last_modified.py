"""Conditional requests by date: `Last-Modified`, `If-Modified-Since` (RFC 9110 §8.8.2, §13.1.3), whole seconds.

Two changes in one second would look like one, and whoever read between them would be told "not modified" for ever. So
the time is rounded up, and told only when it is some seconds old: a change that comes after the answer then has a later
time. Tags are exact and go first: where a client sends `If-None-Match`, no time is looked at.
"""

from datetime import UTC, datetime, timedelta
from functools import lru_cache

from flask import Response, request
from werkzeug.http import http_date

_OLD_ENOUGH = timedelta(seconds=3)


def dated(response: Response, at: datetime | None, now: datetime) -> Response:
    """Put the time of the last change on the answer, once it is old enough; None is not known."""
    told = time_told(at, now)
    if told is not None:
        response.headers["Last-Modified"] = told
    return response


def time_told(at: datetime | None, now: datetime) -> str | None:
    """The time of the last change as it stands in the header; None where it is not known or not old enough."""
    return _written(at) if at is not None and now - at >= _OLD_ENOUGH else None


@lru_cache(maxsize=16)
def _written(at: datetime) -> str:
    return http_date(_rounded_up(at))


def unmodified_since(at: datetime | None) -> bool:
    """Whether a GET may be answered 304, because nothing changed since the time that the client sends."""
    since = request.if_modified_since
    return at is not None and since is not None and "If-None-Match" not in request.headers and at <= since


def _rounded_up(at: datetime) -> datetime:
    whole = at.astimezone(UTC).replace(microsecond=0)
    return whole if whole == at else whole + timedelta(seconds=1)
