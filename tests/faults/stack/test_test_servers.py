"""The servers of a test run end with it, however it ends."""

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from local_stack.processes import Ledger
from local_stack.rabbitmq import answers
from local_stack.test_servers import MEMORY, PLACE, PREFIX, ROOM

COMMAND = [sys.executable, "-m", "local_stack.test_servers"]
RUN = ["--", "sh", "-c", 'echo "$SETU_TEST_POSTGRES_URL"; exec sleep 600']


@pytest.fixture
def run():
    """Start a run that needs PostgreSQL alone; the broker that it names is never asked."""
    environment = {name: value for name, value in os.environ.items() if name != "SETU_TEST_POSTGRES_URL"}
    environment["SETU_TEST_AMQP_URL"] = "amqp://nobody@127.0.0.1:1/"
    runs = []

    def start(*options):
        run = [*COMMAND, *options, *RUN]
        process = subprocess.Popen(run, env=environment, stdout=subprocess.PIPE, text=True, start_new_session=True)
        runs.append(process)
        return process, process.stdout.readline().strip()

    yield start
    for process in runs:
        process.terminate()
        process.wait(60)
        process.stdout.close()


def port_of(url):
    return int(url.rpartition(":")[2].partition("/")[0])


def test_what_a_run_left_behind_when_it_was_killed_is_ended_by_the_next_which_stops_its_own(run):
    has_room = Path(MEMORY).is_dir() and shutil.disk_usage(MEMORY).free >= ROOM
    process, _ = run("--in-memory")
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    place = Path(MEMORY if has_room else PLACE)
    (note,) = [note for note in place.glob(f"{PREFIX}*/owner.json") if owner(note) == process.pid]
    (server,) = Ledger(note.with_name("processes.json")).processes()
    assert server.alive()

    following, url = run()

    assert not server.alive()
    assert not note.parent.exists()
    with psycopg.connect(url) as session:
        assert session.execute("SELECT 1").fetchone() == (1,)

    following.terminate()
    following.wait(60)

    assert not answers(port_of(url))


def owner(note):
    return json.loads(note.read_text())["pid"]
