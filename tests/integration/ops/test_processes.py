"""The ledger ends what it started, and never a stranger."""

import json
import os
import signal
import socket
import subprocess
import sys
from dataclasses import asdict

import pytest

from local_stack.processes import DidNotStart, Ledger, Process, birth_of
from support.events import eventually

SLEEPER = [sys.executable, "-c", "import time; print('up', flush=True); time.sleep(600)"]
STUBBORN = [
    sys.executable,
    "-c",
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(600)",
]


@pytest.fixture
def ledger(tmp_path):
    ledger = Ledger(tmp_path / "processes.json")
    yield ledger
    ledger.stop_all()


def started(ledger, tmp_path, command=SLEEPER, **more):
    log = tmp_path / "log"
    process = ledger.start("sleeper", command, log=log, env=os.environ, **more)
    ledger.wait_until(lambda: "up" in log.read_text(), process, log=log, seconds=20)
    return process


def is_free(port):
    try:
        socket.create_server(("127.0.0.1", port)).close()
    except OSError:
        return False
    return True


def test_a_started_process_is_ended_and_forgotten(ledger, tmp_path):
    process = started(ledger, tmp_path)

    ledger.stop(process)

    assert not process.alive()
    assert ledger.processes() == []


def test_a_process_that_ignores_the_polite_signal_is_ended_all_the_same(ledger, tmp_path):
    process = started(ledger, tmp_path, STUBBORN)

    ledger.stop(process, patience_s=0.2)

    assert not process.alive()


def test_what_a_stubborn_process_forked_ends_with_it_and_leaves_its_port(ledger, tmp_path):
    listening = (
        "import os, signal, socket, sys, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
        "line = socket.create_server(('127.0.0.1', 0)); os.fork();"
        "os.write(1, f'up {line.getsockname()[1]}\\n'.encode()); time.sleep(600)"
    )
    process = started(ledger, tmp_path, [sys.executable, "-c", listening])
    port = int((tmp_path / "log").read_text().split()[1])
    assert not is_free(port)

    ledger.stop(process, patience_s=0.2)

    eventually(lambda: is_free(port))


def test_what_a_killed_run_left_behind_is_ended_by_the_next(tmp_path):
    given = (
        "import os, sys; from pathlib import Path; from local_stack.processes import Ledger;"
        "folder = Path(sys.argv[1]);"
        "Ledger(folder / 'processes.json').start('sleeper', ['sleep', '600'], log=folder / 'log', env=os.environ);"
        "os.kill(os.getpid(), 9)"
    )
    run = subprocess.run([sys.executable, "-c", given, str(tmp_path)], check=False)
    assert run.returncode == -signal.SIGKILL
    ledger = Ledger(tmp_path / "processes.json")
    (orphan,) = ledger.processes()
    assert orphan.alive()

    ledger.stop_all()

    assert not orphan.alive()


def test_a_stranger_with_a_remembered_number_is_left_alone(tmp_path):
    stranger = subprocess.Popen(SLEEPER, stdout=subprocess.DEVNULL)
    try:
        ledger = Ledger(tmp_path / "processes.json")
        earlier = birth_of(os.getpid())
        remembered = Process("ours, long gone", stranger.pid, earlier, signal.SIGTERM)
        (tmp_path / "processes.json").write_text(json.dumps([asdict(remembered)]))

        ledger.stop_all()

        assert stranger.poll() is None
        assert birth_of(stranger.pid)
        assert ledger.processes() == []
    finally:
        stranger.kill()
        stranger.wait()


def test_a_start_that_fails_says_so_with_the_logs_last_words(ledger, tmp_path):
    log = tmp_path / "log"
    process = ledger.start("broken", ["sh", "-c", "echo no such table; exit 3"], log=log, env=os.environ)

    with pytest.raises(DidNotStart, match=r"(?s)broken ended while starting.*no such table"):
        ledger.wait_until(lambda: False, process, log=log, seconds=20)


def test_layers_are_ended_from_the_top(ledger, tmp_path):
    order = tmp_path / "order"
    note = (
        "import signal, sys, time;"
        "signal.signal(signal.SIGTERM, lambda *_: (open(sys.argv[2], 'a').write(sys.argv[1] + '\\n'), sys.exit()));"
        "print('up', flush=True); time.sleep(600)"
    )
    for name, layer in (("server", 0), ("process", 1)):
        log = tmp_path / name
        process = ledger.start(
            name, [sys.executable, "-c", note, name, str(order)], log=log, env=os.environ, layer=layer
        )
        ledger.wait_until(lambda log=log: "up" in log.read_text(), process, log=log, seconds=20)

    ledger.stop_all()

    assert order.read_text().split() == ["process", "server"]
