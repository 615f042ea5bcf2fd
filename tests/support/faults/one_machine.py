"""Faults of one machine that a test causes to a running system and takes back."""

import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from ipaddress import ip_address
from pathlib import Path

import psycopg
from cryptography import x509

from local_stack.rabbitmq import find_server
from local_stack.system_accounts import root_drops_to
from support.events import eventually
from support.faults.need_root import need_root
from support.faults.whole_system import WholeSystem
from support.kit.certificate_authority import Authority

HERE = x509.IPAddress(ip_address("127.0.0.1"))


def rabbitmqctl(system: WholeSystem, *arguments: str) -> None:
    """An administrator's command on the system's node."""
    account = root_drops_to("rabbitmq")
    subprocess.run(
        [str(find_server().with_name("rabbitmqctl")), "-q", *arguments],
        env=system.stack.rabbitmq().environment(), check=True, capture_output=True,
        **(account.as_popen_arguments() if account else {}),
    )  # fmt: skip


def processes_of(system: WholeSystem, part: str) -> set[int]:
    """The part's first process and all that it forked."""
    leader = str(system.process(part).pid)
    shown = subprocess.run(["ps", "-o", "pid=", "-s", leader], capture_output=True, text=True, check=True)
    return {int(pid) for pid in shown.stdout.split()}


@contextmanager
def silent_connections(port: int, count: int) -> Iterator[None]:
    """So many clients connect and say nothing."""
    with ExitStack() as stack:
        for _ in range(count):
            line = stack.enter_context(socket.socket())
            line.settimeout(0)
            line.connect_ex(("127.0.0.1", port))
        yield


def in_a_namespace_of_its_own(files: Mapping[str, Path]) -> list[str]:
    """What stands before a command so that it sees other files at these paths; they may change while it runs."""
    need_root("a mount of one process alone")
    binds = " && ".join(f"mount --bind {file} {path}" for path, file in files.items())
    return ["unshare", "--mount", "sh", "-c", f'{binds} && exec "$@"', "sh"]


@contextmanager
def web_process_by(system: WholeSystem, change: Callable[[str], str], *, behind: Sequence[str] = ()) -> Iterator[None]:
    """The referral service's web process reaches its database by another address; the usual one comes back."""
    url = system.stack.environments.of("referral", "web")["SETU_DATABASE_URL"]
    with parts_with(system, {"referral-web": {"SETU_DATABASE_URL": change(url)}}, behind=behind):
        yield


@contextmanager
def parts_with(
    system: WholeSystem, changes: Mapping[str, Mapping[str, str]], *, behind: Sequence[str] = ()
) -> Iterator[None]:
    """These parts run with other settings (part → name → value), behind a command; the usual ones come back."""
    try:
        for part, settings in changes.items():
            restart_with(system, part, settings, behind=behind)
        for part in changes:
            system.wait_for(part)
        yield
    finally:
        for part in changes:
            system.stop(part)
        system.start(*changes)


def restart_with(system: WholeSystem, part: str, settings: Mapping[str, str], *, behind: Sequence[str] = ()) -> None:
    """Stop the part and start it with other settings, without waiting for it."""
    system.stop(part)
    system.launch(part, system.usual_settings | settings, behind=behind)


def end_connections(system: WholeSystem) -> None:
    """Whoever wants the database from now on has to connect anew."""
    with psycopg.connect(system.stack.environments.database_url) as database:
        database.execute("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE usename = 'referral_web'")


def doctor_within(system: WholeSystem, part: str, **settings: str) -> str:
    """What `setu doctor` prints where it sees the files that this part sees."""
    layout, own = system.stack.layout, {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    own |= {"SETU_PORT_BASE": str(layout.base), "SETU_VAR_DIR": str(layout.var)}
    command = [
        "nsenter",
        f"--mount=/proc/{system.process(part).pid}/ns/mnt",
        sys.executable,
        "-m",
        "setu_cli",
        "doctor",
    ]
    return subprocess.run(command, env=own | settings, capture_output=True, text=True, check=False).stdout


@contextmanager
def database_speaks_tls(system: WholeSystem, authority: Authority, name: str) -> Iterator[None]:
    """The system's PostgreSQL has a certificate for its address and this name, as long as the block lasts."""
    lay_certificate(system, authority, timedelta(hours=1), name)
    _configure(system, "ALTER SYSTEM SET ssl = on")
    try:
        eventually(lambda: _takes_tls(system))
        yield
    finally:
        _configure(system, "ALTER SYSTEM RESET ssl")


def lay_certificate(system: WholeSystem, authority: Authority, ends_in: timedelta, name: str) -> None:
    """Give the database another certificate, which ends in a time that may be over."""
    data, account = system.stack.layout.servers / "postgres" / "data", root_drops_to("postgres")
    made = authority.certify(HERE, x509.DNSName(name), ends_in=ends_in)
    for file, place in zip(made, (data / "server.crt", data / "server.key"), strict=True):
        place.unlink(missing_ok=True)
        place.write_bytes(file.read_bytes())
        place.chmod(0o600)
        if account:
            account.own(place)
    _configure(system, "SELECT 1")


def _takes_tls(system: WholeSystem) -> bool:
    try:
        psycopg.connect(system.stack.environments.database_url, sslmode="require").close()
    except psycopg.OperationalError:
        return False
    return True


def _configure(system: WholeSystem, statement: str) -> None:
    with psycopg.connect(system.stack.environments.database_url, autocommit=True) as database:
        database.execute(statement.encode())
        database.execute("SELECT pg_reload_conf()")
