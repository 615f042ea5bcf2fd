"""CORS for every origin: public data, never with credentials.

`@any_origin` beside `@public` opens a route (CORS, Fetch standard §3.2): its answers, errors among them, name every
origin and the headers that a program needs; a preflight is answered for it and for nothing else. Credentials are never
allowed, so a cookie gives another site's page nothing. A POST may be opened only where it is a search: the check that a
change comes from our own pages is not made for it.
"""

from collections.abc import Callable
from typing import Any, TypeVar, cast

from flask import Flask, Response, current_app, request
from werkzeug.exceptions import HTTPException

View = TypeVar("View", bound=Callable[..., Any])
_MARK = "__setu_any_origin__"
_METHODS = ("GET", "HEAD", "POST")
_SHOWN = (
    *("ETag", "Last-Modified", "Link", "X-Total-Count", "X-Next-Cursor"),
    *("RateLimit", "RateLimit-Policy", "Retry-After"),
)
_OPEN = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": ", ".join(_SHOWN),
    "Cross-Origin-Resource-Policy": "cross-origin",
}
_PREFLIGHT = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Headers": "Content-Type, If-None-Match, If-Modified-Since",
    "Access-Control-Max-Age": "86400",  # seconds
}


def any_origin(view: View) -> View:
    """Open a public route to pages of every origin."""
    setattr(view, _MARK, True)
    return view


def is_open(app: Flask, endpoint: str | None) -> bool:
    """Whether the endpoint was opened."""
    return endpoint is not None and getattr(app.view_functions.get(endpoint), _MARK, False)


def install(app: Flask) -> None:
    """Answer preflights before anybody is asked who they are, and put the headers on what open routes answer."""
    app.before_request(_answer_preflight)
    app.after_request(_open)


def _answer_preflight() -> Response | None:
    if request.method != "OPTIONS":
        return None
    asked = request.headers.get("Access-Control-Request-Method")
    if asked is None or "Origin" not in request.headers:
        return None
    allowed = [method for method in _METHODS if is_open(current_app, _endpoint_of(method))]
    if asked not in allowed:
        return None
    return Response(status=204, headers={**_PREFLIGHT, "Access-Control-Allow-Methods": ", ".join(allowed)})


def _endpoint_of(method: str) -> str | None:
    adapter = current_app.create_url_adapter(request)
    try:
        return cast("str", adapter.match(method=method)[0]) if adapter is not None else None
    except HTTPException:
        return None


def _open(response: Response) -> Response:
    if is_open(current_app, request.endpoint):
        response.headers.update(_OPEN)
    return response
