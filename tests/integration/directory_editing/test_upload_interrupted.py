"""The database goes away in the middle of what a file asks for: nothing is half done, and it can be asked for again."""

import io
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event, text

from support.editing import (
    SERVICE,
    Headers,
)
from support.listings import Directory

FILE = f"id,name,alert\n{SERVICE.id},{SERVICE.name},Closed on Friday\n,Brand new,\n"
#: From the first row that changes to the last: the service, its history, the event, the file that is forgotten.
PLACES = ("INSERT INTO service ", "INSERT INTO listing_history", "INSERT INTO outbox", "DELETE FROM listing_upload")
TABLES = ("service", "listing_history", "outbox", "audit_entry", "listing_upload", "organization")


@contextmanager
def cut_off(directory: Directory, at: str) -> Iterator[list[str]]:
    """The server ends the connection just before this statement, or before the commit."""
    done: list[str] = []

    def cut(connection: Any) -> None:
        with directory.web.dedicated() as other:
            pid = connection.connection.driver_connection.info.backend_pid
            assert other.execute("SELECT pg_terminate_backend(%s, 5000)", [pid]).fetchone() == (True,)
        done.append(at)

    def before_statement(connection: Any, _cursor: object, statement: str, *_: object) -> None:
        if not done and statement.startswith(at):
            cut(connection)

    def before_commit(connection: Any) -> None:
        if not done and at == "COMMIT":
            cut(connection)

    event.listen(directory.web.engine, "before_cursor_execute", before_statement)
    event.listen(directory.web.engine, "commit", before_commit)
    yield done
    event.remove(directory.web.engine, "before_cursor_execute", before_statement)
    event.remove(directory.web.engine, "commit", before_commit)


def everything(directory: Directory) -> dict[str, list[str]]:
    with directory.worker.transaction() as session:
        rows = {table: text(f"SELECT t::text FROM {table} AS t ORDER BY 1") for table in TABLES}  # noqa: S608 # ours
        return {table: list(session.scalars(query)) for table, query in rows.items()}


@pytest.fixture
def confirm(client: FlaskClient, headers: Headers) -> Callable[[], Any]:
    """Sends the file, looks at what it would change, and says yes as often as it is called."""
    sheet = {"sheet": (io.BytesIO(FILE.encode()), "a.csv"), "missing": "keep"}
    address = client.post("/listings/upload", data=sheet, headers=headers()).headers["Location"]
    seen = re.search(r'name="seen" value="(\w+)"', client.get(address, headers=headers()).text)
    assert seen
    return lambda: client.post(address, data={"seen": seen[1]}, headers=headers())


def test_nothing_of_a_file_is_done_where_the_database_goes_away_and_it_is_confirmed_again(
    directory: Directory, client: FlaskClient, confirm: Callable[[], Any]
) -> None:
    before = everything(directory)

    for place in (*PLACES, "COMMIT"):
        with cut_off(directory, place) as done:
            answer = confirm()
        assert done == [place]
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
        assert "Please try again in a few minutes." in answer.text
        assert everything(directory) == before, place

    assert confirm().headers["Location"].endswith("/listings/upload?done=1&added=1&changed=1")
    assert client.get(f"/api/services/{SERVICE.id}").get_json()["alert"] == "Closed on Friday"
    assert everything(directory)["listing_upload"] == []
