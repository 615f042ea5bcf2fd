"""A private PostgreSQL cluster: own data, loopback only, password for everybody, durable.

Why: the stack must neither touch nor need a system-wide server. Promises that `start` returns a server that accepts
connections, and that data outlive `stop`. Not for production.
"""

import re
import secrets
import shutil
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path

from local_stack.processes import Ledger, Process
from local_stack.system_accounts import Account, private_folder, root_drops_to

OLDEST = 15  # the oldest major version that the schema is tried with
PLACES = (
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql@*/bin",
)


class NoPostgres(Exception):
    """No usable PostgreSQL of at least version 15 is installed."""


@dataclass(frozen=True)
class Postgres:
    """One cluster under `folder` on `port`; `durable=False` trades safety for speed and is for tests alone."""

    folder: Path
    port: int
    log: Path
    ledger: Ledger
    durable: bool = True

    def start(self) -> Process:
        """Make the cluster at the first call, start the server, return when it accepts connections.

        Raises NoPostgres, NoSuchAccount or DidNotStart.
        """
        programs, account = find_programs(), root_drops_to("postgres")
        data = private_folder(self.folder, account) / "data"
        if not (data / "PG_VERSION").exists():
            self._make_cluster(programs, account, data)
        pid_file = data / "postmaster.pid"
        process = self.ledger.start(
            "PostgreSQL",
            [str(programs / "postgres"), "-D", str(data), *self._options()],
            log=self.log,
            env={"LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin"},
            account=account,
            cwd=self.folder,
            stop_signal=signal.SIGINT,  # "fast": sessions are cut, data are flushed
            layer=0,
        )
        self.ledger.wait_until(lambda: _says_ready(pid_file, process.pid), process, log=self.log, seconds=60)
        return process

    @property
    def url(self) -> str:
        """The superuser's URL, in libpq's form."""
        password = (self.folder / "password").read_text().strip()
        return f"postgresql://postgres:{password}@127.0.0.1:{self.port}/postgres"

    def _make_cluster(self, programs: Path, account: Account | None, data: Path) -> None:
        shutil.rmtree(data, ignore_errors=True)  # a cluster whose making was cut short
        password = self.folder / "password"
        password.write_text(secrets.token_urlsafe(24))
        password.chmod(0o600)
        if account:
            account.own(password)
        # SCRAM costs a client 4 ms of processor time for each connection, and tests make thousands
        auth = "scram-sha-256" if self.durable else "md5"
        choices = ["--username=postgres", "--encoding=UTF8", "--locale=C.UTF-8", f"--auth={auth}", "--no-sync"]
        made = subprocess.run(
            [str(programs / "initdb"), "-D", str(data), f"--pwfile={password}", *choices],
            capture_output=True,
            text=True,
            check=False,
            cwd=self.folder,
            **(account.as_popen_arguments() if account else {}),
        )
        if made.returncode:
            raise NoPostgres(f"initdb could not make a cluster in {data}:\n{made.stderr.strip()}")

    def _options(self) -> list[str]:
        settings = {
            "port": self.port,
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": "",
            "max_connections": 400,  # four test processes, each with the services that it started
            "shared_buffers": "64MB",
            "log_checkpoints": "off",
            "log_error_verbosity": "terse",  # else a violated constraint writes the row's values into the log
            "timezone": "UTC",
        }
        if not self.durable:
            settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        return [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]


def find_programs() -> Path:
    """Give the folder of the newest installed PostgreSQL's programs that work. Raises NoPostgres."""
    found = [folder for pattern in PLACES for folder in Path("/").glob(pattern.lstrip("/"))]
    if on_path := shutil.which("initdb"):
        found.append(Path(on_path).parent)
    usable = [(version, folder) for folder in found if (version := _version(folder)) >= OLDEST]
    if not usable:
        raise NoPostgres(
            f"PostgreSQL {OLDEST} or newer is not installed (looked for initdb in {', '.join(PLACES)} and PATH)."
        )
    return max(usable)[1]


def _version(programs: Path) -> int:
    try:
        shown = subprocess.run(
            [str(programs / "postgres"), "--version"], capture_output=True, text=True, check=True
        ).stdout
    except (OSError, subprocess.CalledProcessError):
        return 0
    return int(match[1]) if (programs / "initdb").exists() and (match := re.search(r"(\d+)", shown)) else 0


def _says_ready(pid_file: Path, pid: int) -> bool:
    try:
        lines = pid_file.read_text().splitlines()
    except OSError:
        return False
    return len(lines) >= 8 and lines[0] == str(pid) and lines[7].strip() == "ready"
