"""What Prometheus is told of requests: how many, with what answer, how long. Endpoint names only, never a path."""

from time import perf_counter

from flask import Flask, Response, g, request

from service_kit import metrics

_requests = metrics.counter("web_requests_total", "Requests answered", ("endpoint", "method", "status"))
_duration = metrics.seconds("web_request", "Time to an answer", ("endpoint",))


def install(app: Flask) -> None:
    """Count every request of the application."""
    app.before_request(_begin)
    app.after_request(_count)


def _begin() -> None:
    g.setu_began = perf_counter()


def _count(response: Response) -> Response:
    endpoint = request.endpoint or "none"
    _requests.labels(endpoint, request.method, str(response.status_code)).inc()
    _duration.labels(endpoint).observe(perf_counter() - g.setu_began)
    return response
