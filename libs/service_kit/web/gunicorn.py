"""gunicorn's settings, the same for the three web processes.

`gunicorn -c python:service_kit.web.gunicorn "x_service.app:create_app()"`

Threads in few preloaded workers: little memory, engines are opened after the fork. A thread belongs to a connection
whose client may be slow, so there are many; how many requests are in the application at once is bounded elsewhere
(`concurrency_limit`). A connection that is silent is closed: by `keepalive` between two requests, by the listener's
receive timeout within one, by `body_deadline` if it drips a body. What drips a header keeps its thread, until a
gateway in front ends it (ops/compose/Caddyfile). The access log has no query string,
because a filter may say what somebody asked for; no answer names the server's software. Metrics are served by the
arbiter on a port of their own, for all workers together. `SETU_BIND`, `SETU_METRICS_PORT`, `SETU_WEB_WORKERS` and
`SETU_WEB_THREADS` are read here.
"""

import gc
import logging
import os
import resource
import shutil
import signal
import socket
import struct
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

import gunicorn.http.wsgi
import gunicorn.util
from gunicorn.glogging import Logger

from service_kit import logs

# Before prometheus_client is first imported: the workers' figures meet in files here.
_figures = None if "PROMETHEUS_MULTIPROC_DIR" in os.environ else tempfile.mkdtemp(prefix="setu-metrics-")
if _figures:
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = _figures

from prometheus_client import multiprocess  # noqa: E402 - after the variable above is set

from service_kit import metrics  # noqa: E402 - likewise
from service_kit.web.app import warm  # noqa: E402 - likewise

gunicorn.http.wsgi.SERVER = "setu"  # the header cannot be left out; it says nothing of the software


def close_at_once(connection: socket.socket, *_: Any) -> None:
    """Close a connection whose last answer is written: take what has come in, and wait for nothing.

    gunicorn's own waits up to two seconds for the client to close, in the thread that all connections of the worker
    depend on: one client a second that does not close would stop it.
    """
    with suppress(OSError):
        connection.shutdown(socket.SHUT_WR)
        connection.settimeout(0)
        connection.recv(65536)  # what is left unread would make the kernel reset the connection, and the answer be lost
    connection.close()


def most_connections(descriptors: int) -> int:
    """How many connections a worker takes that may open so many files; `descriptors` is a soft limit.

    Two descriptors each, the socket and a file with the body; 64 are spared for the database, logs and figures.
    """
    return 1000 if descriptors == resource.RLIM_INFINITY else max(20, min(1000, (descriptors - 64) // 2))


gunicorn.util.close_graceful = close_at_once  # nothing is documented for it; pinned by a test

bind = os.environ.get("SETU_BIND", "127.0.0.1:8000")
worker_class = "gthread"
workers = int(os.environ.get("SETU_WEB_WORKERS", "2"))
threads = int(os.environ.get("SETU_WEB_THREADS", "256"))
# A worker that had no descriptor left would end with them all.
worker_connections = most_connections(resource.getrlimit(resource.RLIMIT_NOFILE)[0])
preload_app = True
control_socket_disable = True  # nothing manages it from inside, and its place is not writable in a container
keepalive = 15  # an open page asks each ten seconds (setu.js): never just while its connection is closed
timeout = 60
graceful_timeout = 20
max_requests = 50_000
max_requests_jitter = 5_000
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108 - heartbeats off the disk
limit_request_line = 4094
limit_request_fields = 60
limit_request_field_size = 8190
forwarded_allow_ips = ""  # the application itself believes forwarded headers, and only where told (SETU_BEHIND_PROXY)
accesslog = "-"
errorlog = "-"


class JsonLogger(Logger):  # type: ignore[misc]  # gunicorn ships no types
    """Access and error lines as JSON; the path without its query, and only where we have such a path."""

    def setup(self, cfg: Any) -> None:
        """Send gunicorn's own lines through the kit's format."""
        super().setup(cfg)
        formatter = logs.JsonFormatter("gunicorn", "web")
        for handler in (*self.error_log.handlers, *self.access_log.handlers):
            handler.setFormatter(formatter)

    def warning(self, msg: str, *args: Any, **kwargs: Any) -> None:
        """What gunicorn says, but for a request that is no HTTP: those quote what was sent, of a body too."""
        super().warning("Invalid request" if msg.startswith("Invalid request ") else msg, *args, **kwargs)

    def exception(self, msg: object, *_args: Any, **kwargs: Any) -> None:
        """Where it happened, without the address that was asked for, which comes with its query.

        A connection that was silent for too long is no error of ours, and not worth a line each.
        """
        if isinstance(sys.exception(), BlockingIOError) and str(msg).startswith("Socket error"):
            self.debug("A silent connection was closed")
            return
        super().exception(str(msg).partition(" %")[0] if isinstance(msg, str) else type(msg).__name__, **kwargs)

    def access(self, resp: Any, req: Any, environ: dict[str, Any], request_time: Any) -> None:
        """One line a request: method, path, status, bytes, milliseconds, with the correlation id.

        The record is made here: `Logger.info` would first look through the stack for who called it. None is made of a
        request that is marked as untraced.
        """
        if logs.UNTRACED in environ:
            return
        line = {
            "method": logs.method_of(req.method),
            "path": "unknown" if logs.UNKNOWN_ADDRESS in environ else req.path,
            "status": int(str(resp.status).split(" ", 1)[0]),
            "bytes": resp.sent,
            "milliseconds": round(request_time.total_seconds() * 1000, 1),
        }
        log = self.access_log
        log.handle(log.makeRecord(log.name, logging.INFO, "", 0, "request", (), None, extra=line))


logger_class = JsonLogger

SILENCE = struct.pack("@ll", 10, 0)  # seconds and microseconds, a struct timeval


def when_ready(server: Any) -> None:
    """Before the workers are forked: bound silence, warm what they share, serve all their figures from the arbiter."""
    for listener in server.LISTENERS:  # not documented, and pinned by a test; on Linux what it accepts inherits both
        for option in (socket.SO_RCVTIMEO, socket.SO_SNDTIMEO):
            listener.setsockopt(socket.SOL_SOCKET, option, SILENCE)
    warm(server.app.wsgi())
    _spare_what_lives_for_ever()
    port = os.environ.get("SETU_METRICS_PORT")
    if port:
        metrics.serve(int(port), host=os.environ.get("SETU_METRICS_BIND", "127.0.0.1"))


def _spare_what_lives_for_ever() -> None:
    """Keep what was loaded before the fork out of every collection, in each worker.

    Walking it costs a request in ten some milliseconds, finds nothing, and writes to pages that the workers share.
    The young are collected as rarely as a request's garbage allows: most of it goes by reference counts.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


def post_fork(_server: Any, _worker: Any) -> None:
    """In a worker that was forked just now: signals end it, until it has handlers of its own.

    Those that it inherits put a signal into a queue that only the arbiter reads, so that whoever stops a web process
    while a worker starts would wait for all of `graceful_timeout`.
    """
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGQUIT):
        signal.signal(number, signal.SIG_DFL)


def child_exit(_server: Any, worker: Any) -> None:
    """Forget the gauges of a worker that has ended."""
    multiprocess.mark_process_dead(worker.pid)


def on_exit(_server: Any) -> None:
    """Leave no files of figures behind."""
    if _figures:
        shutil.rmtree(_figures, ignore_errors=True)
