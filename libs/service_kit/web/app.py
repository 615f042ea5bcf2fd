"""The web process, built the same way in every service: `create_app` of a service calls `build_app` and nothing else.

What it promises for every route: access is decided first (401, 403), then the body's size, kind and form (413,
415, 400); errors have one shape; headers keep a shared computer clean; `/healthz`, `/readyz`, `/api/openapi.json` and
`/problems/<slug>` are there. A route without `@require` or `@public` stops the process at start.
"""

from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from flask import Blueprint, request
from werkzeug.middleware.proxy_fix import ProxyFix

from service_kit.logs import UNKNOWN_ADDRESS, begin_request
from service_kit.web import (
    any_origin,
    api_docs,
    auth,
    denials,
    errors,
    figures,
    headers,
    health,
    i18n,
    openapi,
    origins,
    parsing,
)
from service_kit.web import pages as kit_pages
from service_kit.web.context import ServiceContext, context
from service_kit.web.gzip import Gzip
from service_kit.web.health import ReadyCheck
from service_kit.web.tokens import SessionTokens

__all__ = ["ReadyCheck", "ServiceContext", "build_app", "context"]


def build_app(
    import_name: str,
    *,
    context: ServiceContext,
    api: Sequence[Blueprint],
    pages: Sequence[Blueprint],
    problems: Mapping[type[Exception], tuple[int, str]],
    tokens: SessionTokens | None = None,
    ready: Sequence[ReadyCheck] = (),
    title: str = "Setu",
    version: str = "1",
    about: str = "",
) -> errors.App:
    """Return the finished application. `problems`: the service's own errors → HTTP status and slug.

    `title`, `version` and `about` (what the API is, in CommonMark) stand in the OpenAPI document.
    `tokens`: given by the directory, which can mint; the others verify with the settings' public keys.
    Raises RuntimeError for a route without access rule.
    """
    app = errors.App(import_name, static_folder=None)
    _configure(app)
    app.extensions["setu"] = context
    app.extensions["setu_tokens"] = tokens or SessionTokens(context.settings.session_public_keys)
    app.extensions["setu_origins"] = origins.allowed_origins(context.settings)
    if context.settings.behind_proxy:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1, x_host=1, x_prefix=1)  # type: ignore[method-assign]
    _install(app, context, problems, ready)
    openapi.install(app, title, version, api, about)
    app.register_blueprint(api_docs.blueprint)
    for blueprint in pages:
        app.register_blueprint(blueprint)
    auth.check_routes(app)
    app.wsgi_app = Gzip(app.wsgi_app)  # type: ignore[method-assign]
    return app


def _configure(app: errors.App) -> None:
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
    app: errors.App,
    at_hand: ServiceContext,
    problems: Mapping[type[Exception], tuple[int, str]],
    ready: Sequence[ReadyCheck],
) -> None:
    figures.install(app)
    app.before_request(_name_request)
    any_origin.install(app)
    app.before_request(auth.check_access)
    app.before_request(parsing.check_body)
    headers.install(app, at_hand.settings)
    app.after_request(denials.note)
    app.after_request(parsing.check_query)
    errors.install(app, problems)
    i18n.install(app, [i18n.KIT_TRANSLATIONS, *_translations(app.import_name)])
    kit_pages.install(app)
    health.install(app, ready)
    app.teardown_request(lambda _error: at_hand.db.end_ahead())


def _name_request() -> Any:
    begin_request()
    if request.url_rule is None:  # whatever stands in such an address was typed, perhaps a name or a card's code
        request.environ[UNKNOWN_ADDRESS] = True


def _translations(import_name: str) -> list[Path]:
    spec = find_spec(import_name.partition(".")[0])
    places = list(spec.submodule_search_locations or []) if spec else []
    return [Path(place) / "pages" / "translations" for place in places]
