"""Request metrics for Prometheus: count, status, duration, by endpoint name, never by path."""

from functools import cache
from time import perf_counter

from flask import Flask, Response, g, request
from prometheus_client import Counter, Histogram

from service_kit import metrics
from service_kit.logs import UNTRACED, method_of

_requests = metrics.counter("web_requests_total", "Requests answered", ("endpoint", "method", "status"))
_duration = metrics.seconds("web_request", "Time to an answer", ("endpoint",))


def install(app: Flask) -> None:
    """Count every request of the application."""
    app.before_request(_begin)
    app.after_request(_count_answer)


def _begin() -> None:
    g.setu_began = perf_counter()


def _count_answer(response: Response) -> Response:
    if UNTRACED in request.environ:
        return response
    spent = perf_counter() - g.setu_began
    count(request.endpoint or "none", method_of(request.method), response.status_code, spent)
    return response


def count(endpoint: str, method: str, status: int, seconds: float) -> None:
    """Count an answer, whoever gave it."""
    _counted(endpoint, method, status).inc()
    _timed(endpoint).observe(seconds)


@cache
def _counted(endpoint: str, method: str, status: int) -> Counter:
    return _requests.labels(endpoint, method, str(status))


@cache
def _timed(endpoint: str) -> Histogram:
    return _duration.labels(endpoint)
