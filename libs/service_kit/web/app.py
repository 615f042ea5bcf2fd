"""Application factory of every web process: a service's `create_app` calls `build_app` and nothing else.

What it promises for every route: a body is whole (408, 400) before anything is looked at; access is decided first (401,
403), then the query and the body's size, kind and form (400, 413, 415); errors have one shape; headers keep a shared
computer clean; `/healthz`, `/readyz`, `/api/openapi.json` and `/problems/<slug>` are there. A route without `@require`
or `@public` stops the process at start. Only so many requests are inside at once as the database pool serves.
"""

from collections.abc import Callable, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Flask, render_template, request
from werkzeug.middleware.proxy_fix import ProxyFix

from service_kit.context import ServiceContext
from service_kit.logs import UNKNOWN_ADDRESS, begin_request
from service_kit.session_tokens import SessionTokens
from service_kit.web import (
    compression,
    cors,
    error_handlers,
    form_in_other_language,
    headers,
    health,
    login_redirects,
    parsing,
    request_metrics,
    uploads,
)
from service_kit.web.access import audit_denials, origins, own_origins, require, sessions
from service_kit.web.access.issuer_client import IssuerClient
from service_kit.web.body_deadline import BodyDeadline, refuse_faulty_body
from service_kit.web.check_access import check_access
from service_kit.web.concurrency_limit import ConcurrencyLimit
from service_kit.web.html import i18n, menu_counts, screen_lock
from service_kit.web.html import render as kit_pages
from service_kit.web.openapi import docs_page, document
from service_kit.web.site import Site

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication


def build_app(
    import_name: str,
    *,
    context: ServiceContext,
    site: Site,
    api: Sequence[Blueprint],
    pages: Sequence[Blueprint],
    problems: Mapping[type[Exception], tuple[int, str]],
    tokens: SessionTokens | None = None,
    session_issuer: IssuerClient | None = None,
    title: str = "Setu",
    version: str = "1",
    about: str = "",
    webhooks: Mapping[str, Any] | None = None,
    middleware: "Callable[[WSGIApplication], WSGIApplication] | None" = None,
    dependencies: Sequence[object] = (),
    more_districts: sessions.MoreDistricts | None = None,
    counts: menu_counts.MenuCounts | None = None,
    open_while_pending: Sequence[Blueprint] = (),
) -> error_handlers.App:
    """Return the finished application. `problems`: the service's own errors → HTTP status and slug.

    `title`, `version`, `about` (what the API is, in CommonMark) and `webhooks` (what it sends by itself, an entry a
    type, as OpenAPI 3.1 has them) stand in the OpenAPI document.
    `site`: what the screens of all services share; texts of its package are translated, too.
    `tokens`: given by the service that can mint; the others verify with the settings' public keys.
    `session_issuer`: whom the others ask about a session while no heartbeat of revocations comes.
    `dependencies`: the service's own objects, found again by `dependency(type)`.
    `more_districts`: by role, those that a person has at this moment beside the token's own, asked once a request.
    `counts`: the numbers beside the menu's links to this service.
    `open_while_pending`: of `api` and `pages`, what is open to somebody whose organisation is pending.
    `middleware`: the service's own, around Flask and below what guards it from slow clients.
    Raises RuntimeError for a route without access rule.
    """
    app = error_handlers.App(import_name, static_folder=None)
    _configure(app)
    app.extensions["setu"] = context
    app.extensions["setu_site"] = site
    app.extensions["setu_dependencies"] = {type(each): each for each in dependencies}
    app.extensions["setu_tokens"] = tokens or SessionTokens(context.settings.session_public_keys)
    app.extensions["setu_session_issuer"] = session_issuer
    app.extensions["setu_more_districts"] = more_districts or {}
    always_open = (each.name for each in (screen_lock.blueprint, *open_while_pending))
    app.extensions["setu_open_while_pending"] = frozenset((menu_counts.ENDPOINT, *always_open))
    app.extensions["setu_origins"] = origins.allowed_origins(context.settings)
    _install(app, context)
    document.install(app, title, version, api, about, webhooks)
    error_handlers.install(app, problems)
    menu_counts.install(app, counts or menu_counts.MenuCounts())
    app.register_blueprint(docs_page.blueprint)
    for blueprint in pages:
        app.register_blueprint(blueprint)
    require.check_routes(app)
    stack: WSGIApplication = app.wsgi_app
    if middleware is not None:
        stack = middleware(stack)
    if context.settings.behind_proxy:  # around all of it: whoever counts by address needs the client's
        stack = ProxyFix(stack, x_for=1, x_proto=1, x_host=1, x_prefix=1)
    stack = _with_deadline(app, ConcurrencyLimit(stack, context.db.most_requests))
    app.wsgi_app = stack  # type: ignore[method-assign]  # Flask's documented way to put middleware around
    return app


def warm(app: Flask) -> None:
    """Warm-up before a web server forks: compile every template, load every language, make the OpenAPI document.

    Asks no database.
    """
    for name in app.jinja_env.list_templates(extensions=["html"]):
        app.jinja_env.get_template(name)
    for language in app.extensions["setu_site"].languages:
        with app.test_request_context(headers={"Accept-Language": language}):
            render_template("kit/problem.html", slug="", problem_title="", what_to_do="")
    document.document_of(app)


def _with_deadline(app: error_handlers.App, stack: "WSGIApplication") -> BodyDeadline:
    of_files, files_read_away = uploads.body_limits(app)
    keep = max(parsing.LARGEST_BODY, of_files) + 1  # as with MAX_CONTENT_LENGTH
    return BodyDeadline(stack, keep=keep, read=max(parsing.LARGEST_READ_AWAY, files_read_away))


def _configure(app: error_handlers.App) -> None:
    app.config.update(
        # One more than is accepted: a body of untold length is cut off there without a word, and shows by its length.
        MAX_CONTENT_LENGTH=parsing.LARGEST_BODY + 1,
        MAX_FORM_MEMORY_SIZE=parsing.LARGEST_BODY,
        MAX_FORM_PARTS=500,
        PROVIDE_AUTOMATIC_OPTIONS=False,
        TRAP_BAD_REQUEST_ERRORS=False,
    )
    app.url_map.merge_slashes = False


def _install(app: error_handlers.App, service_context: ServiceContext) -> None:
    request_metrics.install(app)
    headers.install(
        app, service_context.settings
    )  # first of the after-request hooks, so Flask calls it after the others
    app.before_request(_name_request)
    cors.install(app)
    compression.install(app)
    app.before_request(refuse_faulty_body)
    own_origins.install(app)
    app.before_request(check_access)
    app.before_request(login_redirects.give_back_answers)
    app.before_request(parsing.check_query)
    app.before_request(parsing.check_body)
    app.before_request(login_redirects.refuse_form_of_another)
    app.after_request(audit_denials.note)
    site_package = type(app.extensions["setu_site"]).__module__
    i18n.install(
        app,
        [
            i18n.KIT_TRANSLATIONS,
            *_translations(site_package),
            *_translations(app.import_name),
        ],
    )
    kit_pages.install(app)
    form_in_other_language.install(app)
    health.install(app)


def _name_request() -> Any:
    begin_request()
    if request.url_rule is None:  # whatever stands in such an address was typed, perhaps a name or a secret code
        request.environ[UNKNOWN_ADDRESS] = True


def _translations(import_name: str) -> list[Path]:
    spec = find_spec(import_name.partition(".")[0])
    places = list(spec.submodule_search_locations or []) if spec else []
    return [Path(place) / "translations" for place in places]
