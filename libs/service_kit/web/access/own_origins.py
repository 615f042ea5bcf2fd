"""CORS for the three configured origins, with the reader's cookie: what a script of another service may read.

`@own_origins` beside `@require` opens a GET (Fetch standard §3.2): its answers name the origin that asked, if it is one
of ours, and allow credentials. A preflight is answered for it and for nothing else. Behind one gateway all of this is
idle, since there is one origin. Not for changes, and not for anybody else's pages (`any_origin`).
"""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, Response, current_app, request
from werkzeug.exceptions import HTTPException

View = TypeVar("View", bound=Callable[..., Any])
_MARK = "__setu_own_origins__"


def own_origins(view: View) -> View:
    """Let pages of the three services read what this GET answers to their reader."""
    setattr(view, _MARK, True)
    return view


def install(app: Flask) -> None:
    """Answer preflights before anybody is asked who they are, and put the headers on what marked routes answer."""
    app.before_request(_answer_preflight)
    app.after_request(_allow)


def _answer_preflight() -> Response | None:
    if request.method != "OPTIONS" or request.headers.get("Access-Control-Request-Method") != "GET":
        return None
    if not _is_marked(_get_endpoint()) or _trusted_origin() is None:
        return None
    headers = {
        "Access-Control-Allow-Methods": "GET",
        "Access-Control-Allow-Headers": "If-None-Match, X-Setu-Poll",
        "Access-Control-Max-Age": "7200",  # seconds; browsers keep it no longer
    }
    return _with_origin(Response(status=204, headers=headers))


def _allow(response: Response) -> Response:
    if _is_marked(request.endpoint):
        response.vary.add("Origin")
        response.headers["Access-Control-Expose-Headers"] = "ETag"
        return _with_origin(response)
    return response


def _with_origin(response: Response) -> Response:
    origin = _trusted_origin()
    if origin is not None:
        response.headers["Access-Control-Allow-Origin"] = origin
        response.headers["Access-Control-Allow-Credentials"] = "true"
    return response


def _trusted_origin() -> str | None:
    origin = request.headers.get("Origin")
    return origin if origin in current_app.extensions["setu_origins"] else None


def _is_marked(endpoint: str | None) -> bool:
    return endpoint is not None and getattr(current_app.view_functions.get(endpoint), _MARK, False)


def _get_endpoint() -> str | None:
    adapter = current_app.create_url_adapter(request)
    try:
        return str(adapter.match(method="GET")[0]) if adapter is not None else None
    except HTTPException:
        return None
