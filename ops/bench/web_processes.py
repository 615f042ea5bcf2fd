"""gunicorn with a service or a bare Flask application, and clients that keep their connections; no benchmark itself."""

import base64
import http.client
import os
import secrets
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

KIT = ("-c", "python:service_kit.web.gunicorn")
PLAIN = ("--worker-class", "gthread", "--workers", "1", "--threads", "4", "--preload", "--keep-alive", "15")
NO_HEADERS: Mapping[str, str] = {}


def environment(url: str, session: Ed25519PrivateKey | None = None, **more: str) -> Mapping[str, str]:
    """Settings of any service's web process on this database, with one worker; `session` signs the sessions."""
    session = session or Ed25519PrivateKey.generate()
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith("SETU_")},
        "SETU_DATABASE_URL": url,
        "SETU_DIRECTORY_URL": "http://127.0.0.1:1",
        "SETU_REFERRAL_URL": "http://127.0.0.1:2",
        "SETU_NOTIFICATION_URL": "http://127.0.0.1:3",
        "SETU_MAC_KEY": _base64(secrets.token_bytes(32)),
        "SETU_KEK": f"bench:{_base64(secrets.token_bytes(32))}",
        "SETU_SESSION_PUBLIC_KEYS": f"bench:{_base64(session.public_key().public_bytes_raw())}",
        "SETU_SESSION_PRIVATE_KEY": _base64(session.private_bytes_raw()),
        "SETU_MEMBER_BOX_PUBLIC_KEY": _base64(secrets.token_bytes(32)),
        "SETU_LOG_LEVEL": "WARNING",
        "SETU_SEARCHES_A_MINUTE": "1000000000",  # one client asks more than any person
        "SETU_WEB_WORKERS": "1",
        **more,
    }


def _base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


@contextmanager
def gunicorn(
    app: str, port: int, environment: Mapping[str, str], folder: Path, options: Sequence[str] = KIT
) -> Iterator[int]:
    """Run an application on a port until the block ends; modules are also looked for in `folder`."""
    with subprocess.Popen(
        [sys.executable, "-m", "gunicorn", *options, "--bind", f"127.0.0.1:{port}", app],
        env={**environment, "SETU_BIND": f"127.0.0.1:{port}"},
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        try:
            _until_listening(port, process)
            yield port
        finally:
            process.terminate()


def ask_once(port: int, path: str, headers: Mapping[str, str] = NO_HEADERS) -> http.client.HTTPResponse:
    """One answer; its body is still to be read."""
    connection = http.client.HTTPConnection("127.0.0.1", port)
    connection.request("GET", path, headers=dict(headers))
    return connection.getresponse()


def latencies(
    port: int, path: str | Callable[[], str], *, seconds: float, clients: int = 4, status: int = 200
) -> list[float]:
    """Seconds that each answer took, of clients that ask one after another. Another status raises RuntimeError."""
    address = path if callable(path) else lambda: path
    taken: list[float] = []
    wrong: list[str] = []
    end = time.monotonic() + seconds

    def ask() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port)
        while time.monotonic() < end and not wrong:
            began = time.perf_counter()
            connection.request("GET", address())
            response = connection.getresponse()
            response.read()
            taken.append(time.perf_counter() - began)
            if response.status != status:
                wrong.append(f"{response.status}, expected {status}")
        connection.close()

    threads = [threading.Thread(target=ask) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if wrong:
        raise RuntimeError(wrong[0])
    return taken


def rate(port: int, path: str | Callable[[], str], *, seconds: float, clients: int = 4) -> float:
    """Answers a second."""
    return len(latencies(port, path, seconds=seconds, clients=clients)) / seconds


def processor_time(port: int, path: str | Callable[[], str], *, seconds: float) -> float:
    """Milliseconds of processor time an answer, of the process on the port and its workers (Linux; else 0)."""
    before = _spent(port)
    done = len(latencies(port, path, seconds=seconds))
    return (_spent(port) - before) / done * 1000


def _spent(port: int) -> float:
    ours = (each for each in Path("/proc").glob("[0-9]*/cmdline") if _is_on(each, port))
    stats = (each.with_name("stat").read_text().rpartition(")")[2].split() for each in ours)
    # of a process and of its children that have ended: a worker is replaced after some ten thousand answers
    return sum(sum(map(int, stat[11:15])) for stat in stats) / os.sysconf("SC_CLK_TCK")


def _is_on(cmdline: Path, port: int) -> bool:
    try:
        return f"127.0.0.1:{port}".encode() in cmdline.read_bytes()
    except OSError:
        return False


def _until_listening(port: int, process: "subprocess.Popen[bytes]") -> None:
    for _ in range(600):
        if process.poll() is not None:
            raise RuntimeError(f"gunicorn ended with {process.returncode}")
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.connect()
        except OSError:
            time.sleep(0.05)
        else:
            connection.close()
            return
    raise TimeoutError(f"nothing listens on {port}")
