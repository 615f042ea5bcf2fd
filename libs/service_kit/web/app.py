"""The web process, built the same way in every service: `create_app` of a service calls `build_app` and nothing else.

What it promises for every route: a body is whole (408, 400) before anything is looked at; access is decided first (401,
403), then the query and the body's size, kind and form (400, 413, 415); errors have one shape; headers keep a shared
computer clean; `/healthz`, `/readyz`, `/api/openapi.json` and `/problems/<slug>` are there. A route without `@require`
or `@public` stops the process at start. Only so many requests are inside at once as the database pool serves.
"""

from collections.abc import Callable, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask import Blueprint, request
from werkzeug.middleware.proxy_fix import ProxyFix

from service_kit.context import ServiceContext
from service_kit.logs import UNKNOWN_ADDRESS, begin_request
from service_kit.session_tokens import SessionTokens
from service_kit.web import (
    cors,
    error_handlers,
    headers,
    health,
    parsing,
    request_metrics,
    uploads,
)
from service_kit.web.access import (
    audit_denials,
    origins,
    own_origins,
    require,
)
from service_kit.web.body_deadline import BodyDeadline, refuse_faulty_body
from service_kit.web.check_access import check_access
from service_kit.web.concurrency_limit import ConcurrencyLimit
from service_kit.web.context import context
from service_kit.web.gzip import Gzip
from service_kit.web.html import i18n
from service_kit.web.html import render as kit_pages
from service_kit.web.openapi import (
    docs_page,
    document,
)

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

__all__ = ["ServiceContext", "build_app", "context"]


def build_app(
    import_name: str,
    *,
    context: ServiceContext,
    api: Sequence[Blueprint],
    pages: Sequence[Blueprint],
    problems: Mapping[type[Exception], tuple[int, str]],
    tokens: SessionTokens | None = None,
    title: str = "Setu",
    version: str = "1",
    about: str = "",
    middleware: "Callable[[WSGIApplication], WSGIApplication] | None" = None,
    dependencies: Sequence[object] = (),
) -> error_handlers.App:
    """Return the finished application. `problems`: the service's own errors → HTTP status and slug.

    `title`, `version` and `about` (what the API is, in CommonMark) stand in the OpenAPI document.
    `tokens`: given by the directory, which can mint; the others verify with the settings' public keys.
    `dependencies`: the service's own objects, found again by `dependency(type)`.
    `middleware`: the service's own, around Flask and below what guards it from slow clients.
    Raises RuntimeError for a route without access rule.
    """
    app = error_handlers.App(import_name, static_folder=None)
    _configure(app)
    app.extensions["setu"] = context
    app.extensions["setu_dependencies"] = {type(each): each for each in dependencies}
    app.extensions["setu_tokens"] = tokens or SessionTokens(context.settings.session_public_keys)
    app.extensions["setu_origins"] = origins.allowed_origins(context.settings)
    _install(app, context, problems)
    document.install(app, title, version, api, about)
    app.register_blueprint(docs_page.blueprint)
    for blueprint in pages:
        app.register_blueprint(blueprint)
    require.check_routes(app)
    app.wsgi_app = Gzip(app.wsgi_app)  # type: ignore[method-assign]
    if middleware is not None:
        app.wsgi_app = middleware(app.wsgi_app)  # type: ignore[method-assign, assignment]
    if context.settings.behind_proxy:  # around all of it: whoever counts by address needs the client's
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1, x_host=1, x_prefix=1)  # type: ignore[method-assign]
    app.wsgi_app = ConcurrencyLimit(app.wsgi_app, context.db.most_requests)  # type: ignore[method-assign]
    app.wsgi_app = _with_deadline(app)  # type: ignore[method-assign]
    return app


def _with_deadline(app: error_handlers.App) -> BodyDeadline:
    of_files, files_read_away = uploads.body_limits(app)
    keep = max(parsing.LARGEST_BODY, of_files) + 1  # as with MAX_CONTENT_LENGTH
    return BodyDeadline(app.wsgi_app, keep=keep, read=max(parsing.LARGEST_READ_AWAY, files_read_away))


def _configure(app: error_handlers.App) -> None:
    app.config.update(
        # One more than is accepted: a body of untold length is cut off there without a word, and shows by its length.
        MAX_CONTENT_LENGTH=parsing.LARGEST_BODY + 1,
        MAX_FORM_MEMORY_SIZE=parsing.LARGEST_BODY,
        MAX_FORM_PARTS=500,
        PROVIDE_AUTOMATIC_OPTIONS=False,
        TRAP_BAD_REQUEST_ERRORS=False,
    )
    app.json.sort_keys = False  # type: ignore[attr-defined]  # of Flask's default provider
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    app.url_map.merge_slashes = False


def _install(
    app: error_handlers.App, at_hand: ServiceContext, problems: Mapping[type[Exception], tuple[int, str]]
) -> None:
    request_metrics.install(app)
    app.before_request(_name_request)
    cors.install(app)
    app.before_request(refuse_faulty_body)
    own_origins.install(app)
    app.before_request(check_access)
    app.before_request(parsing.check_query)
    app.before_request(parsing.check_body)
    headers.install(app, at_hand.settings)
    app.after_request(audit_denials.note)
    error_handlers.install(app, problems)
    i18n.install(app, [i18n.KIT_TRANSLATIONS, *_translations("setu"), *_translations(app.import_name)])
    kit_pages.install(app)
    health.install(app)


def _name_request() -> Any:
    begin_request()
    if request.url_rule is None:  # whatever stands in such an address was typed, perhaps a name or a card's code
        request.environ[UNKNOWN_ADDRESS] = True


def _translations(import_name: str) -> list[Path]:
    spec = find_spec(import_name.partition(".")[0])
    places = list(spec.submodule_search_locations or []) if spec else []
    return [Path(place) / "translations" for place in places]
