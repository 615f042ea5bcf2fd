"""A worker's loops: they end together, one that raises starts again, one that hangs is told."""

import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

from local_stack.test_servers import free_ports
from service_kit.worker import Pulse, every, silent
from support.events import eventually

PROGRAM = """
import sys, threading
from service_kit import worker
from service_kit.db.engine import Database

def failing(stop):
    print("tried", flush=True)
    raise RuntimeError("no")

def waiting(stop):
    print("asked", flush=True)
    Database("postgresql://nobody@127.0.0.1:1/none").dedicated()

def draining(stop):
    stop.wait()
    print("drained", flush=True)

worker.run({"failing": failing, "waiting": waiting, "draining": draining}, metrics_port=int(sys.argv[1]))
print("ended", flush=True)
"""


WITHOUT_A_DATABASE = """
import sys, time
from service_kit import worker
from service_kit.db.engine import Database

real, waited = time.monotonic, [0]
time.monotonic = lambda: real() + waited[0]

def first():
    waited[0] += 61  # seconds that nobody has to wait for
    print("asked", flush=True)
    Database("postgresql://nobody@127.0.0.1:1/none").dedicated()

worker.run({"clocks": worker.every(1, lambda: None)}, first=first, metrics_port=int(sys.argv[1]))
"""

TAKEN_BY_ANOTHER_THREAD = """
import signal, threading
from service_kit import worker

def taking(stop):
    while not stop.wait(1):  # by then the main thread waits
        signal.pthread_kill(threading.get_ident(), signal.SIGTERM)
        stop.wait()

worker.run({"taking": taking})
"""


def get(port: int, path: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=60) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, ""
    except urllib.error.URLError:
        return 0, ""


def test_a_signal_ends_all_loops_after_they_drained(tmp_path: Path) -> None:
    (port,) = free_ports(1)
    output = tmp_path / "out"
    with output.open("wb") as out:
        process = subprocess.Popen([sys.executable, "-c", PROGRAM, str(port)], stdout=out, stderr=subprocess.DEVNULL)
    eventually(lambda: output.read_text().count("tried") >= 2 and "asked" in output.read_text())

    assert get(port, "/healthz") == (200, "ok\n")
    assert 'setu_loop_failures_total{loop="failing"}' in get(port, "/metrics")[1]
    assert 'setu_loop_failures_total{loop="waiting"}' not in get(port, "/metrics")[1]  # only its database is away
    assert get(port, "/")[0] == 404
    process.send_signal(signal.SIGTERM)

    assert process.wait(60) == 0
    said = output.read_text().splitlines()
    assert "drained" in said
    assert said[-1] == "ended"


def test_a_worker_that_waits_for_its_database_is_not_ill(tmp_path: Path) -> None:
    (port,) = free_ports(1)
    output = tmp_path / "out"
    command = [sys.executable, "-c", WITHOUT_A_DATABASE, str(port)]
    with output.open("wb") as out:
        process = subprocess.Popen(command, stdout=out, stderr=subprocess.DEVNULL)
    eventually(lambda: output.read_text().count("asked") >= 2)

    assert get(port, "/healthz") == (200, "ok\n")
    process.send_signal(signal.SIGTERM)
    assert process.wait(60) == 0


def test_a_loop_that_gives_no_sign_of_life_is_named() -> None:
    well, hung = Pulse(), Pulse()
    hung.last = time.monotonic() - 61

    assert silent({"well": well, "hung": hung}) == ["hung gave no sign of life for 61 s"]


def test_a_clock_loop_repeats_until_it_is_stopped() -> None:
    stop, seen = Pulse(), []

    def work() -> None:
        seen.append(1)
        if len(seen) == 3:
            stop.set()

    thread = threading.Thread(target=every(0.001, work), args=(stop,))
    thread.start()
    thread.join(60)

    assert len(seen) == 3


def test_a_signal_that_wakes_no_wait_of_the_main_thread_ends_the_worker_all_the_same() -> None:
    subprocess.run([sys.executable, "-c", TAKEN_BY_ANOTHER_THREAD], check=True, timeout=60, capture_output=True)
