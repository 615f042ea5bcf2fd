"""Metrics for Prometheus, served on a port of their own that is not public.

Thin over `prometheus_client`. Under gunicorn set PROMETHEUS_MULTIPROC_DIR to an empty folder before the
workers start; the master then serves the sum of them all. Labels are event types, routes, outcomes: never
anything about a person, an organisation or their case.
"""

import os
import threading
from collections.abc import Callable, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    REGISTRY,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
    multiprocess,
)


def counter(name: str, words: str, labels: Sequence[str] = ()) -> Counter:
    """Something that only grows. `name` without the prefix `setu_`."""
    return Counter(f"setu_{name}", words, labels)


def gauge(name: str, words: str, labels: Sequence[str] = ()) -> Gauge:
    """Something that goes up and down; of several processes the newest value counts."""
    return Gauge(f"setu_{name}", words, labels, multiprocess_mode="mostrecent")


def seconds(name: str, words: str, labels: Sequence[str] = ()) -> Histogram:
    """How long something takes, in seconds."""
    buckets = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)
    return Histogram(f"setu_{name}_seconds", words, labels, buckets=buckets)


def exposition() -> bytes:
    """Every number in Prometheus's text format."""
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return generate_latest(REGISTRY)
    registry = CollectorRegistry()
    multiprocess.MultiProcessCollector(registry)
    return generate_latest(registry)


def serve(
    port: int, *, host: str = "127.0.0.1", problems: Callable[[], Sequence[str]] = lambda: ()
) -> ThreadingHTTPServer:
    """Answer `/metrics` and `/healthz` from a daemon thread; `problems` in words make the latter a 503."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path == "/metrics":
                self._answer(200, exposition(), CONTENT_TYPE_LATEST)
            elif self.path == "/healthz":
                wrong = problems()
                self._answer(503 if wrong else 200, "\n".join(wrong or ["ok"]).encode() + b"\n", "text/plain")
            else:
                self._answer(404, b"", "text/plain")

        def _answer(self, status: int, body: bytes, content_type: str) -> None:
            self.send_response(status)
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Scrapes are not news."""

    server = ThreadingHTTPServer((host, port), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, name="metrics", daemon=True).start()
    return server
