"""Connections that a test left open: noted when its database is taken back, told at the end of the run.

Why: a pool that nobody disposes of holds its slots until the garbage collector comes by, and a run of four processes
once had none left. What belongs to a service that lasts (its pools, its watcher) has the application's name `LASTING`.
"""

from collections.abc import Iterable

import psycopg
from sqlalchemy import make_url

LASTING = "setu-tests-lasting"
PROPERTY = "left open"
_LEFT = """SELECT pid, usename || ' (' || application_name || ') ' || left(query, 100) FROM pg_stat_activity
    WHERE datname = current_database() AND backend_type = 'client backend' AND application_name <> %s"""
_A_MOMENT = "SELECT pg_sleep(0.1)"
_END = "SELECT pg_terminate_backend(pid) FROM unnest(%s::int[]) AS pid"
_noted: list[str] = []


def lasting(url: str) -> str:
    """The URL for connections that outlive a test."""
    return make_url(url).update_query_dict({"application_name": LASTING}).render_as_string(hide_password=False)


def end_what_is_left(watcher: psycopg.Connection) -> None:
    """End what else is connected to the watcher's database, and note whose it was: its last statement tells."""
    if watcher.execute(_LEFT, [LASTING]).fetchone() is None:
        return
    watcher.execute(_A_MOMENT)  # who has just hung up is not gone at once
    left = watcher.execute(_LEFT, [LASTING]).fetchall()
    watcher.execute(_END, [[pid for pid, _whose in left]])
    _noted.extend(" ".join(whose.split()) for _pid, whose in left)


def take_noted() -> list[str]:
    """What was noted since the last call."""
    taken = _noted.copy()
    _noted.clear()
    return taken


def left_open(reports: Iterable[object]) -> list[str]:
    """A line for each connection that a test left open."""
    return [
        f"{getattr(report, 'nodeid', '')}: {value}"
        for report in reports
        if getattr(report, "when", "") == "teardown"
        for name, value in getattr(report, "user_properties", ())
        if name == PROPERTY
    ]
