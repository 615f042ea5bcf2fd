"""Headers that stand on every answer: what a browser may do with it, and that a shared computer keeps none of it.

A 304 of data leaves out what its holder has already.
"""

from http import HTTPStatus

from flask import Flask, Response, g, request

from service_kit.identity import Principal
from service_kit.logs import correlation_id
from service_kit.settings import KitSettings
from service_kit.web.access.origins import allowed_origins
from service_kit.web.parsing import is_api

REQUEST_ID = "X-Request-Id"
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
_HELD = {*_ON_JSON, "X-Content-Type-Options"}
"""Not on a 304 of data: they are constant, and whoever holds the answer holds them (RFC 9110 §15.4.5)."""


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
    on_json_held = {name: value for name, value in on_json.items() if name not in _HELD}
    on_pages = {**everywhere, **_ON_PAGES, "Content-Security-Policy": content_security_policy(settings)}

    def add_headers(response: Response) -> Response:
        is_page = not is_api() or response.mimetype == "text/html"
        of_data = on_json_held if response.status_code == HTTPStatus.NOT_MODIFIED else on_json
        present = {name.lower() for name, _ in response.headers}
        constant = on_pages if is_page else of_data
        response.headers.extend((name, value) for name, value in constant.items() if name.lower() not in present)
        if _is_personal(response):
            response.headers["Cache-Control"] = "no-store"
        response.headers[REQUEST_ID] = correlation_id.get()
        return response

    app.after_request(add_headers)


def _is_personal(response: Response) -> bool:
    signed_in = isinstance(g.get("setu_who"), Principal)
    return signed_in or request.method not in {"GET", "HEAD"} or response.status_code in {401, 403}
