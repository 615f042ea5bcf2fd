"""The web process as it is run: gunicorn with the shared settings and the small application of `support.web`."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from local_stack.test_servers import free_ports

TESTS = Path(__file__).resolve().parents[1]
APPLICATION = "support.web:an_application()"


@dataclass
class Server:
    """A running server with its two ports and what it writes."""

    port: int
    metrics_port: int
    process: subprocess.Popen[str]
    written: list[str] = field(default_factory=list)
    listens: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        # somebody must read what it writes: a full pipe would hold up the server
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        for line in self.process.stdout or ():
            if "Booting worker" in line:
                self.listens.set()
            elif self.listens.is_set():
                self.written.append(line)

    def get(self, path: str, port: int | None = None) -> tuple[int, dict[str, str], str]:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port or self.port}{path}", timeout=60) as answer:
                return answer.status, dict(answer.headers), answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, dict(error.headers), error.read().decode()

    def say(self, raw: bytes) -> bytes:
        with socket.create_connection(("127.0.0.1", self.port), timeout=60) as connection:
            connection.sendall(raw)
            connection.shutdown(socket.SHUT_WR)
            return b"".join(iter(lambda: connection.recv(65536), b""))

    def stop(self) -> list[dict[str, object]]:
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(timeout=120)
        self._reader.join(timeout=120)
        return [json.loads(line) for line in self.written]


@contextmanager
def a_running_server(folder: Path, *, workers: int = 1, worker_class: str = "gthread") -> Iterator[Server]:
    """Start one that keeps its temporary files in `folder`; it is gone after the block."""
    port, metrics_port = free_ports(2)
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(TESTS), os.environ.get("PYTHONPATH", "")]),
        "SETU_BIND": f"127.0.0.1:{port}",
        "SETU_METRICS_PORT": str(metrics_port),
        "SETU_WEB_WORKERS": str(workers),
    }
    environment.pop("PROMETHEUS_MULTIPROC_DIR", None)
    environment["TMPDIR"] = str(folder)
    command = [sys.executable, "-m", "gunicorn", "-c", "python:service_kit.web.gunicorn"]
    command += ["--worker-class", worker_class, APPLICATION]
    process = subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=TESTS
    )
    running = Server(port, metrics_port, process)
    assert running.listens.wait(timeout=60), "the server ended before it listened"
    yield running
    if process.poll() is None:
        process.kill()
        process.wait()
