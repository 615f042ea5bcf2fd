"""Headers that stand on every answer: what a browser may do with it, and that a shared computer keeps none of it."""

from flask import Flask, Response, g, request

from service_kit.settings import KitSettings
from service_kit.web.origins import allowed_origins
from service_kit.web.principal import Principal

# `strict-origin`, not `no-referrer`: with the latter browsers send `Origin: null` on our own forms, and the check of a
# change's origin would have nothing to look at. Links that lead away carry rel="noreferrer".
_FIXED = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-site",
    "X-Frame-Options": "DENY",
}


def content_security_policy(settings: KitSettings) -> str:
    """`default-src 'none'`, each source named; forms go to the three configured origins."""
    origins = " ".join(sorted(allowed_origins(settings)))
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        f"connect-src 'self' {origins}; form-action 'self' {origins}; base-uri 'none'; frame-ancestors 'none'"
    )


def install(app: Flask, settings: KitSettings) -> None:
    """Put the headers on every answer of the application."""
    fixed = {**_FIXED, "Content-Security-Policy": content_security_policy(settings)}
    if settings.cookie_secure:
        fixed["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"

    @app.after_request
    def add(response: Response) -> Response:
        for name, value in fixed.items():
            response.headers.setdefault(name, value)
        response.headers["X-Request-Id"] = g.get("setu_request_id", "")
        if isinstance(g.get("setu_who"), Principal) or response.status_code in {401, 403} or _is_change():
            response.headers["Cache-Control"] = "no-store"
        elif "Cache-Control" not in response.headers:
            response.headers["Cache-Control"] = "no-cache"
        return response


def _is_change() -> bool:
    return request.method not in {"GET", "HEAD"}
