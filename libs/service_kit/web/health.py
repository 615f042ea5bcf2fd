"""`/healthz`: the process answers. `/readyz`: it can do its work, or says in words what it lacks.

The database away means not ready (503). The broker away means degraded and still ready (200): the outbox absorbs.
A service adds checks of its own as `ReadyCheck`s.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from flask import Blueprint, Flask, Response, current_app, jsonify

from service_kit.web.auth import public
from service_kit.web.context import context

blueprint = Blueprint("health", __name__)


@dataclass(frozen=True)
class ReadyCheck:
    """`probe` tells whether a part works; `needed` False: without it the process is degraded, yet ready.

    `facts`, if given, are figures about the part that stand beside its word.
    """

    name: str
    probe: Callable[[], bool]
    needed: bool = True
    facts: Callable[[], Mapping[str, object]] | None = None


def install(app: Flask, checks: Sequence[ReadyCheck]) -> None:
    """Register both addresses; the database is always checked."""
    app.extensions["setu_ready"] = (ReadyCheck("database", _database), *checks)
    app.register_blueprint(blueprint)


def _database() -> bool:
    return context().db.ping()


@blueprint.get("/healthz")
@public
def healthz() -> Response:
    """The process runs and answers."""
    return jsonify(status="ok")


@blueprint.get("/readyz")
@public
def readyz() -> tuple[Response, int]:
    """Each part by name; 503 where a needed one is away."""
    checks: tuple[ReadyCheck, ...] = current_app.extensions["setu_ready"]
    found = [(check, check.probe()) for check in checks]
    ready = all(works for check, works in found if check.needed)
    status = "unavailable" if not ready else "ok" if all(works for _, works in found) else "degraded"
    parts = {check.name: "ok" if works else "away" for check, works in found}
    facts = {check.name: dict(check.facts()) for check, _ in found if check.facts}
    return jsonify(status=status, checks=parts, **({"facts": facts} if facts else {})), 200 if ready else 503
