"""Headers that stand on every answer: what a browser may do with it, and that a shared computer keeps none of it."""

from flask import Flask, Response, g, request

from service_kit.settings import KitSettings
from service_kit.web.origins import allowed_origins
from service_kit.web.parsing import is_api
from service_kit.web.principal import Principal

_EVERYWHERE = {"X-Content-Type-Options": "nosniff", "Cross-Origin-Resource-Policy": "same-site"}
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


def content_security_policy(settings: KitSettings, *, pictures: str = "'self'") -> str:
    """`default-src 'none'`, each source named; forms go to the three configured origins."""
    origins = " ".join(sorted(allowed_origins(settings)))
    return (
        f"default-src 'none'; script-src 'self'; style-src 'self'; img-src {pictures}; connect-src 'self' {origins}; "
        f"form-action 'self' {origins}; base-uri 'none'; frame-ancestors 'none'"
    )


def install(app: Flask, settings: KitSettings) -> None:
    """Put the headers on every answer of the application."""
    everywhere = dict(_EVERYWHERE)
    if settings.cookie_secure:
        everywhere["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
    on_json = {**everywhere, **_ON_JSON}
    on_pages = {**everywhere, **_ON_PAGES, "Content-Security-Policy": content_security_policy(settings)}

    @app.after_request
    def add(response: Response) -> Response:
        headers = response.headers
        is_page = response.mimetype == "text/html" or not is_api()
        for name, value in (on_pages if is_page else on_json).items():
            if name not in headers:
                headers.add(name, value)
        headers["X-Request-Id"] = g.get("setu_request_id", "")
        if _is_personal(response):
            headers["Cache-Control"] = "no-store"
        elif "Cache-Control" not in headers:
            headers["Cache-Control"] = "no-cache"
        return response


def _is_personal(response: Response) -> bool:
    signed_in = isinstance(g.get("setu_who"), Principal)
    return signed_in or response.status_code in {401, 403} or request.method not in {"GET", "HEAD"}
