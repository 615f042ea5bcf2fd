"""Health checks of a web process: `/healthz`, it answers; `/readyz`, it can serve (200) or not (503).

Why so little: both are public. How far the outbox or an index is behind would tell a stranger, or somebody signed in,
that something happened which is hidden from them. The reasons are gauges on the metrics port
(`service_kit.backlog`), which is not public, and stand in words in `setu doctor`.
Promises: the answer depends on nothing but whether the database answers.
"""

from flask import Blueprint, Flask, Response, jsonify

from service_kit import metrics
from service_kit.web.access.require import public
from service_kit.web.context import context

blueprint = Blueprint("health", __name__)
_database_up = metrics.gauge("web_database_up", "1 while the database answers the web process, at the last /readyz")


def install(app: Flask) -> None:
    """Register both addresses."""
    app.register_blueprint(blueprint)


@blueprint.get("/healthz")
@public
def healthz() -> Response:
    """The process runs and answers."""
    return jsonify(status="ok")


@blueprint.get("/readyz")
@public
def readyz() -> tuple[Response, int]:
    """Whether the process can serve."""
    is_up = context().db.ping()
    _database_up.set(is_up)
    return (jsonify(status="ok"), 200) if is_up else (jsonify(status="unavailable"), 503)
