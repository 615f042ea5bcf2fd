"""What a service has heard of ended sessions, and directories that can be asked or only hang."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime

from flask import Flask
from sqlalchemy import delete, insert, select
from werkzeug.serving import make_server

from service_kit.db.engine import Database
from service_kit.db.tables import session_heartbeat
from service_kit.web.access.issuer_client import IssuerClient


@dataclass
class Seconds:
    """A monotonic clock that somebody moves."""

    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


def told_until(worker: Database, as_of: datetime | None) -> None:
    """The newest heartbeat is of this instant; None: none ever came."""
    with worker.transaction() as session:
        session.execute(delete(session_heartbeat))
        if as_of is not None:
            session.execute(insert(session_heartbeat).values(as_of=as_of))


def heard(worker: Database) -> datetime | None:
    """The instant of the newest heartbeat that was believed."""
    with worker.transaction() as session:
        return session.scalar(select(session_heartbeat.c.as_of))


@contextmanager
def asking(app: Flask, issuer: IssuerClient) -> Iterator[IssuerClient]:
    """The application asks this one until the block ends."""
    before = app.extensions["setu_session_issuer"]
    app.extensions["setu_session_issuer"] = issuer
    try:
        yield issuer
    finally:
        app.extensions["setu_session_issuer"] = before


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """The application on a free port of loopback; its base."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        server.shutdown()
        thread.join()


@contextmanager
def hanging() -> Iterator[tuple[str, Callable[[], int]]]:
    """Something that takes connections and says nothing; its base, and a function that tells how many came."""

    def came() -> int:
        count = 0
        with suppress(BlockingIOError):
            while True:
                listener.accept()[0].close()
                count += 1
        return count

    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}", came


def closed_base() -> str:
    """An address at which nobody listens, also later: no port that another test may be given."""
    return "http://127.0.0.1:1"
