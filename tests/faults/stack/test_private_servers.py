"""The stack's own PostgreSQL: private, and durable through kill -9. Of its RabbitMQ: `tests/e2e/test_demo.py`."""

import os
import re
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

import psycopg
import pytest

from local_stack.postgres import Postgres
from local_stack.processes import DidNotStart, Ledger
from local_stack.rabbitmq import answers
from local_stack.test_servers import PLACE, PREFIX, free_ports

pytestmark = pytest.mark.skipif(
    os.environ.get("SETU_DATABASE_URL") is not None, reason="the environment names a server of its own"
)


@pytest.fixture(scope="module")
def place():
    folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=PLACE))  # where the servers' users may go, unlike tmp_path
    folder.chmod(0o755)
    ledger = Ledger(folder / "processes.json")
    yield folder, ledger
    ledger.stop_all()
    shutil.rmtree(folder)


@pytest.fixture
def database(place):
    """A server that is not started, with the files of one that was: to lay them out takes longer than a test."""
    folder, ledger = place
    yield Postgres(folder / "postgres", free_ports(1)[0], folder / "log", ledger)
    ledger.stop_all()


def listening_addresses(port):
    shown = subprocess.run(["ss", "-ltnH", f"sport = :{port}"], capture_output=True, text=True, check=True).stdout
    return {re.sub(r":\d+$", "", line.split()[3]) for line in shown.splitlines()}


def test_committed_rows_survive_kill_9_of_the_database(database):
    process = database.start()
    with psycopg.connect(database.url, autocommit=True) as session:
        session.execute("CREATE TABLE kept AS SELECT 42 AS answer")

    os.kill(process.pid, signal.SIGKILL)
    database.ledger.stop(process)
    database.start()

    with psycopg.connect(database.url) as session:
        assert session.execute("SELECT answer FROM kept").fetchone() == (42,)


def test_the_database_listens_on_loopback_asks_for_a_password_and_leaves_nothing_that_listens(database):
    database.start()

    assert listening_addresses(database.port) == {"127.0.0.1"}
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(f"postgresql://postgres@127.0.0.1:{database.port}/postgres")
    database.ledger.stop_all()
    assert not answers(database.port)


def test_a_database_that_cannot_start_says_why(database):
    database.ledger.stop(database.start())
    version = database.folder / "data" / "PG_VERSION"
    sound = version.read_text()
    version.write_text("9\n")

    with pytest.raises(DidNotStart, match=r"(?s)PostgreSQL ended while starting.*incompatible with server"):
        database.start()
    version.write_text(sound)
