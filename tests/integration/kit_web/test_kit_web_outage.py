"""The database goes and comes back: 503 in words meanwhile, and no restart of ours afterwards."""

from collections.abc import Callable

import psycopg
from flask import Blueprint
from sqlalchemy import text

from service_kit.db.engine import Database
from service_kit.web.access.require import (
    public,
    require,
)
from support.fresh_databases import Urls
from support.web import (
    a_principal,
    a_web,
)


def _blueprint() -> Blueprint:
    blueprint = Blueprint("things", __name__)

    @blueprint.get("/api/things")
    @require()
    def things() -> dict[str, str]:
        return {}

    @blueprint.get("/page")
    @public
    def page() -> str:
        return "open"

    return blueprint


def test_connections_that_died_in_the_pool_are_replaced_unnoticed(fresh_database: Callable[[str], Urls]) -> None:
    urls = fresh_database("kit")
    web = a_web(urls.web, pages=[_blueprint()])
    program = web.program(a_principal())
    assert program.get("/api/things").status_code == 200

    with psycopg.connect(urls.superuser, autocommit=True) as admin:
        admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
                      " AND datname = current_database()")  # fmt: skip

    assert program.get("/api/things").status_code == 200


def test_without_a_database_signed_in_people_get_503_in_words_and_open_pages_stay() -> None:
    web = a_web(pages=[_blueprint()])

    api = web.program(a_principal()).get("/api/things")
    page = web.browser(a_principal()).get("/nothing")

    assert (api.status_code, api.json["type"]) == (503, "/problems/unavailable")
    assert api.headers["Retry-After"] == "5"
    assert page.status_code == 404
    assert "<h1>Page not found</h1>" in page.text
    assert web.client().get("/page").status_code == 200


def test_a_primary_that_takes_no_writes_any_more_is_503_until_it_does(fresh_database: Callable[[str], Urls]) -> None:
    urls = fresh_database("kit")
    database = Database(urls.web, pool_size=1)
    writing = Blueprint("writing", __name__)

    @writing.post("/api/things")
    @public
    def write() -> dict[str, str]:
        with database.transaction() as session:
            session.execute(text("INSERT INTO throttle VALUES ('some', '', now(), 1)"))
        return {}

    program = a_web(urls.web, pages=[writing]).program(a_principal())
    with database.transaction() as session:
        session.execute(text("SET SESSION default_transaction_read_only = on"))

    demoted, after = program.post("/api/things", json={}), program.post("/api/things", json={})

    assert (demoted.status_code, demoted.json["type"]) == (503, "/problems/unavailable")
    assert after.status_code == 200


def test_ready_says_whether_the_process_can_serve_and_nothing_more(fresh_database: Callable[[str], Urls]) -> None:
    ready = a_web(fresh_database("kit").web).client().get("/readyz")
    lost = a_web().client().get("/readyz")

    assert (ready.status_code, ready.json) == (200, {"status": "ok"})
    assert (lost.status_code, lost.json) == (503, {"status": "unavailable"})
    assert a_web().client().get("/healthz").status_code == 200
