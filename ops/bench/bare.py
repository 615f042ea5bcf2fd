"""Bare Flask applications: the baselines that the services' web processes are compared with; no benchmark itself.

No middleware, no log, no authentication: what the framework, the server and the driver cost alone.
"""

import os
from pathlib import Path
from uuid import UUID

from flask import Flask, Response, jsonify, request
from sqlalchemy import text

from service_kit.db.engine import Database


def same_bytes() -> Flask:
    """Answer the addresses of the directory's reads with the bytes of the file BENCH_BODY."""
    app, body = Flask(__name__), Path(os.environ["BENCH_BODY"]).read_bytes()

    @app.get("/api/services")
    def page() -> Response:
        return Response(body, content_type="application/json")

    @app.get("/api/services/<uuid:service_id>")
    def service(service_id: UUID) -> Response:  # noqa: ARG001 - the route's parameter
        return Response(body, content_type="application/json")

    return app


def two_inserts() -> Flask:
    """Answer a submission with one transaction of two INSERTs, over the same driver and pool as the services."""
    app, database = Flask(__name__), Database(os.environ["SETU_DATABASE_URL"])

    @app.post("/api/referrals")
    def submit() -> tuple[Response, int]:
        values = {"a": request.get_json()["setting"], "b": request.headers["Idempotency-Key"]}
        with database.engine.begin() as connection:
            connection.execute(text("INSERT INTO bare_one (a, b) VALUES (:a, :b)"), values)
            connection.execute(text("INSERT INTO bare_two (a, b) VALUES (:a, :b)"), values)
        return jsonify({"id": values["b"]}), 201

    return app
