"""Logs as JSON lines on standard error, each with the correlation id of the current work.

The id is made for a request, goes with its events (outbox, envelope) and is set again while a consumer
handles them, so one search finds the way of one thing through all services. What is never logged:
message bodies, query strings, bound SQL values, the text of exceptions (a database quotes the offending
row in it). An exception is logged by type and place.
"""

import json
import logging
import secrets
import sys
import traceback
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

correlation_id: ContextVar[str] = ContextVar("correlation_id", default="")
UNKNOWN_ADDRESS = "setu.unknown-address"
"""In a request's environ where its path is none of ours: then the access log does not repeat it."""
UNTRACED = "setu.untraced"
"""In a request's environ where neither the access log nor a count may tell that it came, nor when."""
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
_encode = json.JSONEncoder(ensure_ascii=False, default=str).encode  # made once: a line is written for every request
_NOISY = ("pika", "sqlalchemy", "alembic", "urllib3", "httpx", "httpcore", "asyncio")


def begin_request() -> str:
    """Give the work of this thread a correlation id of its own, and return it."""
    identity = secrets.token_hex(16)  # never the client's own: it goes into logs and events
    correlation_id.set(identity)
    return identity


def configure(service: str, process: str, level: str = "INFO") -> None:
    """Send every record of this process to stderr as JSON. `process` is `web`, `worker` or `cli`."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter(service, process))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in _NOISY:  # pika logs each step of a failed connection with a traceback; ours says it once
        logging.getLogger(name).setLevel(logging.CRITICAL if name == "pika" else logging.WARNING)


class JsonFormatter(logging.Formatter):
    """One JSON object a record; values given as `extra` become fields."""

    def __init__(self, service: str, process: str) -> None:
        super().__init__()
        self._about = {"service": service, "process": process}

    def format(self, record: logging.LogRecord) -> str:
        """The record as one line."""
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            **self._about,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if found := correlation_id.get():
            line["correlation_id"] = found
        line |= {name: value for name, value in vars(record).items() if name not in _STANDARD}
        if record.exc_info and record.exc_info[1] is not None:
            line["error"] = place_of(record.exc_info[1])
            line["traceback"] = _frames(record.exc_info[1])
        return _encode(line)


def method_of(typed: str) -> str:
    """Return an HTTP method as logs and figures may have it: a client can make up any, a name for one."""
    return typed if typed in METHODS else "other"


def place_of(error: BaseException) -> str:
    """An error's type and the line that raised it, without its text: `KeyError at consumers.py:41 in on_changed`."""
    original = getattr(error, "orig", None)
    name = type(error).__name__ + (f"({type(original).__name__})" if original is not None else "")
    frames = traceback.extract_tb(error.__traceback__)
    if not frames:
        return name
    own = [frame for frame in frames if "site-packages" not in frame.filename]
    last = (own or frames)[-1]
    return f"{name} at {last.filename.rsplit('/', 1)[-1]}:{last.lineno} in {last.name}"


def _frames(error: BaseException) -> list[str]:
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(error.__traceback__)]
