"""A database that a trial has used is run by no other worker, and the other way round."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from service_kit.db.installation import require_trial_flag
from support.events import eventually, waiting_for_locks
from support.lasting_services import Connected

PROGRAM = """
import os
from service_kit import worker
from service_kit.db.engine import Database
from service_kit.db.installation import require_trial_flag

def loop(stop):
    print("works", flush=True)
    stop.wait()

db = Database(os.environ["DATABASE"])
worker.run({"loop": loop}, first=require_trial_flag(db, is_trial=True))
"""


@pytest.fixture
def database(connected_database: Callable[[str], Connected]) -> Connected:
    return connected_database("kit")


@pytest.mark.parametrize("is_trial", [True, False])
def test_the_first_worker_says_of_which_kind_a_database_is(database: Connected, is_trial: bool) -> None:
    for _ in range(2):
        require_trial_flag(database.worker, is_trial=is_trial)()
    with pytest.raises(SystemExit, match="empty databases"):
        require_trial_flag(database.worker, is_trial=not is_trial)()
    require_trial_flag(database.worker, is_trial=is_trial)()


def test_of_two_workers_that_start_at_once_none_ends(database: Connected) -> None:
    with database.worker.transaction() as session:
        session.execute(text("INSERT INTO installation VALUES (false)"))
        with ThreadPoolExecutor() as pool:
            other = pool.submit(require_trial_flag(database.worker, is_trial=False))
            eventually(lambda: waiting_for_locks(database.worker) == 1)
            session.commit()
            other.result(timeout=60)


def test_a_worker_of_the_other_kind_ends_before_it_does_anything(database: Connected) -> None:
    require_trial_flag(database.worker, is_trial=False)()

    ended = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        env={**os.environ, "DATABASE": database.urls.worker},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert (ended.returncode, "works" in ended.stdout, "no trial's" in ended.stderr) == (1, False, True)


def test_a_worker_whose_database_is_away_waits_for_it_and_ends_when_it_is_told_to(tmp_path: Path) -> None:
    away = {**os.environ, "DATABASE": "postgresql://nobody@127.0.0.1:1/none"}
    said = tmp_path / "said"
    with said.open("wb") as out:
        process = subprocess.Popen([sys.executable, "-c", PROGRAM], env=away, stderr=out)
    eventually(lambda: "waits for its database" in said.read_text())
    assert process.poll() is None

    process.send_signal(signal.SIGTERM)

    assert process.wait(60) == 0


def test_the_web_process_may_not_change_it(database: Connected) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"):
        require_trial_flag(database.web, is_trial=True)()
