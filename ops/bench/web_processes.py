"""Load clients with keep-alive, and gunicorn with a service or a bare application; no benchmark itself.

Both run under one worker with the same worker class, threads and keep-alive (`bare_gunicorn.py`).
"""

import base64
import http.client
import os
import secrets
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from referral_service.outside.keyring_file import KeyEncryptionKey, KeyringFile
from service_kit.identity import Principal
from service_kit.ids import SystemIds
from service_kit.session_tokens import SessionTokens

OURS = "service_kit.web.gunicorn"
BARE = "bench.bare_gunicorn"
CLIENTS = 4


@dataclass(frozen=True)
class Request:
    """What a client sends, and the status that it expects."""

    path: str
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str | None = None
    status: int = 200


Load = Request | Callable[[], Request]
"""The same request each time, or a function that gives the next one."""


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
        "SETU_KEYRING": "keyring.json",  # in the folder that it runs in
        "SETU_SESSION_PUBLIC_KEYS": f"bench:{_base64(session.public_key().public_bytes_raw())}",
        "SETU_SESSION_PRIVATE_KEY": _base64(session.private_bytes_raw()),
        "SETU_MEMBER_BOX_PUBLIC_KEY": _base64(secrets.token_bytes(32)),
        "SETU_LOG_LEVEL": "WARNING",
        "SETU_SEARCHES_A_MINUTE": "1000000000",  # one client asks more than any person
        "SETU_SENDS_AN_HOUR": "1000000000",
        "SETU_WEB_WORKERS": "1",
        **more,
    }


def mint_token(key: Ed25519PrivateKey, organization: UUID, kind: str, role: str) -> str:
    """Give the session token of somebody new in an organisation in district 315, good for eight hours."""
    now, ids = datetime.now(UTC), SystemIds()
    who = Principal(
        account=ids.uuid(),
        session=ids.uuid(),
        membership=ids.uuid(),
        organization=organization,
        organization_kind=kind,
        role=role,
        districts=(315,),
        language="en",
        second_factor_at=None,
        issued_at=now,
        expires_at=now + timedelta(hours=8),
    )
    return SessionTokens({"bench": key.public_key().public_bytes_raw()}, key.private_bytes_raw()).mint(who)


def _base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


@contextmanager
def gunicorn(app: str, port: int, environment: Mapping[str, str], folder: Path, settings: str = OURS) -> Iterator[int]:
    """Run an application on a port, in `folder`, until the block ends; `settings` is a module."""
    keyring = KeyringFile(folder / "keyring.json")
    keyring.write([KeyEncryptionKey("bench", secrets.token_bytes(32), datetime.now(UTC))])
    with subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "-c", f"python:{settings}", "--bind", f"127.0.0.1:{port}", app],
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


@contextmanager
def bare(app: str, port: int, environment: Mapping[str, str], folder: Path) -> Iterator[int]:
    """Run a bare application of `bench.bare` under the same server as ours."""
    with gunicorn(f"bench.bare:{app}()", port, environment, folder, BARE) as listening:
        yield listening


def ask_once(port: int, request: Request) -> http.client.HTTPResponse:
    """Send one request; the body of its answer is still to be read."""
    connection = http.client.HTTPConnection("127.0.0.1", port)
    connection.request(request.method, request.path, request.body, dict(request.headers))
    return connection.getresponse()


def latencies(port: int, load: Load, *, seconds: float, clients: int = CLIENTS) -> list[float]:
    """Seconds that each answer took, of clients that ask one after another. Another status raises RuntimeError."""
    next_request = load if callable(load) else lambda: load
    taken: list[float] = []
    wrong: list[str] = []
    end = time.monotonic() + seconds

    def ask() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port)
        while time.monotonic() < end and not wrong:
            request = next_request()
            began = time.perf_counter()
            connection.request(request.method, request.path, request.body, dict(request.headers))
            response = connection.getresponse()
            answer = response.read()
            taken.append(time.perf_counter() - began)
            if response.status != request.status:
                wrong.append(f"{response.status}, expected {request.status}: {answer[:300]!r}")
        connection.close()

    threads = [threading.Thread(target=ask) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if wrong:
        raise RuntimeError(wrong[0])
    return taken


def rate(port: int, load: Load, *, seconds: float) -> float:
    """Answers a second, over all clients."""
    began = time.monotonic()
    return len(latencies(port, load, seconds=seconds)) / (time.monotonic() - began)


def processor_time(port: int, load: Load, *, seconds: float) -> float:
    """Milliseconds of processor time an answer, of the process on the port and its workers (Linux; else 0)."""
    before = _spent(port)
    done = len(latencies(port, load, seconds=seconds))
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
