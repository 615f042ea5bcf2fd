"""Error handlers: one table from exception to answer, a problem document for JSON, a page for people.

Promises: a fault of our own shows nothing and logs its type and place only. Its message is not logged: it may quote
what somebody typed.
"""

import logging
from collections.abc import Mapping
from typing import Any, cast

import psycopg
from flask import Flask, Request, Response, g, request
from flask.json.provider import DefaultJSONProvider
from flask.sessions import NullSession, SessionInterface
from sqlalchemy import exc
from werkzeug.exceptions import BadHost, HTTPException

from service_kit.db.engine import is_away
from service_kit.errors import ClientError, FieldError
from service_kit.logs import method_of, place_of
from service_kit.web import problems
from service_kit.web.access.sessions import Absence
from service_kit.web.html.render import render, see_other
from service_kit.web.parsing import is_api, problem_response, too_large
from service_kit.web.problems import WORDS, Problem
from service_kit.web.site import nearest_page

_log = logging.getLogger("service_kit.web")
_KEPT = frozenset({"Allow", "Content-Range", "Location", "Retry-After"})  # headers that belong to a status


class NoSession(SessionInterface):
    """Flask's signed cookie is not used here; leaving it out saves its work on every request."""

    def open_session(self, _app: Flask, _request: Request) -> NullSession:
        """Return a session that refuses to hold anything."""
        return NullSession()


class PlainJson(DefaultJSONProvider):
    """JSON as it was built, in UTF-8."""

    sort_keys = False
    ensure_ascii = False


class App(Flask):
    """Flask, but a logged exception says where it happened and nothing of what was in it."""

    json_provider_class = PlainJson
    session_interface = NoSession()

    def log_exception(self, exc_info: Any) -> None:
        """Log the exception's type and place."""
        place = place_of(cast("BaseException", exc_info[1]))
        _log.error("unhandled %s", place, extra={"endpoint": request.endpoint, "method": method_of(request.method)})


def install(app: Flask, table: Mapping[type[Exception], tuple[int, str]]) -> None:
    """Answer problems, HTTP errors and the service's own errors (`table`: type → status and slug)."""
    app.register_error_handler(ClientError, lambda error: answer(problems.problem_of(error)))
    app.register_error_handler(HTTPException, _answer_http)
    for away in (exc.OperationalError, exc.TimeoutError, psycopg.OperationalError):
        app.register_error_handler(away, _answer_unavailable)
    app.register_error_handler(exc.InternalError, _answer_if_away)  # as which a server that takes no writes answers
    for kind, (status, slug) in table.items():
        app.register_error_handler(kind, _handler(status, slug))


def _handler(status: int, slug: str) -> Any:
    def handle(error: Exception) -> Response:
        detail = str(error) or WORDS.get(slug, ("", ""))[1]
        field = getattr(error, "field", None)
        return answer(Problem(status, slug, detail, [FieldError(field, detail)] if field else []))

    return handle


def _answer_http(error: HTTPException) -> Response:
    if error.response is not None:  # a redirect that routing itself made
        return cast("Response", error.response)
    if error.code == 413:
        return answer(too_large())
    if isinstance(error, BadHost):  # no address can be made for it, and a page is full of them
        return problem_response(problems.for_status(400))
    if error.code == 405 and request.method in {"GET", "HEAD"} and not is_api():
        return see_other(nearest_page())
    kept = {name: value for name, value in error.get_headers() if name in _KEPT}
    if error.code is not None and error.code < 400:
        return Response("", error.code, kept)
    return answer(problems.for_status(error.code or 500, headers=kept))


def _answer_unavailable(error: Exception) -> Response:
    _log.error("database away: %s", place_of(error))
    return answer(problems.for_status(503, headers={"Retry-After": "5"}))


def _answer_if_away(error: Exception) -> Response:
    if is_away(error):
        return _answer_unavailable(error)
    raise error


def answer(problem: Problem) -> Response:
    """Return the problem as JSON under `/api`, else as a page."""
    return problem_response(problem) if is_api() else error_page(problem)


def error_page(problem: Problem) -> Response:
    """A page in the reader's language; if the database is what fails, one for nobody in particular."""
    try:
        response = _render(problem)
    except Exception as error:  # noqa: BLE001 - whatever fails, the person gets an answer
        _log.error("error page failed: %s", place_of(error))
        g.setu_who = Absence.NONE
        response = _render(problem)
    response.headers.extend(problem.headers)
    return response


def _render(problem: Problem) -> Response:
    return render("kit/error.html", status=problem.status, problem=problem, words=WORDS.get(problem.slug))
