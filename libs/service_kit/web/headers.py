"""Headers that stand on every answer: what a browser may do with it, and that a shared computer keeps none of it."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from flask import Flask, g

from service_kit.identity import Principal
from service_kit.logs import correlation_id
from service_kit.settings import KitSettings
from service_kit.web.access.origins import allowed_origins
from service_kit.web.parsing import is_under_api

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

REQUEST_ID = "X-Request-Id"
_KEPT_NOWHERE = ("Cache-Control", "no-store")
_EVERYWHERE = {
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-site",
    "Cache-Control": "no-cache",
}
# `strict-origin`, not `no-referrer`: with the latter browsers send `Origin: null` on our own forms, and the check of a
# change's origin would have nothing to look at. Links that lead away carry rel="noreferrer".
_ON_PAGES = {
    "Referrer-Policy": "strict-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}
_ON_JSON = {
    "Content-Security-Policy": "default-src 'none'; base-uri 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
}


def content_security_policy(settings: KitSettings) -> str:
    """`default-src 'none'`, each source named; forms go to the three configured origins."""
    origins = " ".join(sorted(allowed_origins(settings)))
    return (
        f"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self' {origins}; "
        f"form-action 'self' {origins}; base-uri 'none'; frame-ancestors 'none'"
    )


def install(app: Flask, settings: KitSettings) -> None:
    """Put the headers on every answer of the application."""
    everywhere = dict(_EVERYWHERE)
    if settings.cookie_secure:
        everywhere["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
    on_json = {**everywhere, **_ON_JSON}
    on_pages = {**everywhere, **_ON_PAGES, "Content-Security-Policy": content_security_policy(settings)}
    app.wsgi_app = _Always(app.wsgi_app, on_pages, on_json)  # type: ignore[method-assign]


class _Always:
    """WSGI middleware for what every answer has: as a Flask hook each of these headers would be handled several times.

    `start_response` is called while the request's context is still there.
    """

    def __init__(self, app: "WSGIApplication", on_pages: Mapping[str, str], on_json: Mapping[str, str]) -> None:
        self._app = app
        self._on_pages = [(name.lower(), (name, value)) for name, value in on_pages.items()]
        self._on_json = [(name.lower(), (name, value)) for name, value in on_json.items()]

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Let the application answer, and add what it has not said itself."""

        def adding(status: str, headers: list[tuple[str, str]], *error: Any) -> Any:
            if _is_personal(environ["REQUEST_METHOD"], status):
                headers = [header for header in headers if header[0].lower() != "cache-control"] + [_KEPT_NOWHERE]
            said = {name.lower(): value for name, value in headers}
            is_page = not is_under_api(environ["PATH_INFO"]) or said.get("content-type", "").startswith("text/html")
            always = self._on_pages if is_page else self._on_json
            added = [header for name, header in always if name not in said]
            return start_response(status, [*headers, *added, (REQUEST_ID, correlation_id.get())], *error)

        return self._app(environ, adding)


def _is_personal(method: str, status: str) -> bool:
    signed_in = isinstance(g.get("setu_who"), Principal)
    return signed_in or method not in {"GET", "HEAD"} or status[:3] in {"401", "403"}
