"""Start, remember and end processes, and only those that this stack started.

Why: a stack that is killed leaves servers behind; the next start has to end them, yet must never end a stranger that
happens to carry the same process id. A process is therefore remembered with its time of birth as the system tells it.
Not for processes of the tests themselves: those use `subprocess` directly.
"""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from local_stack.system_accounts import Account


class DidNotStart(Exception):
    """A process ended, or was not ready in time; the message ends with the last lines of its log."""


@dataclass(frozen=True)
class Process:
    """One started process: `birth` is the system's word for when it began, `stop_signal` what ends it in good order."""

    name: str
    pid: int
    birth: str
    stop_signal: int
    layer: int = 1  # 0 for the servers that others stand on: started first, ended last

    def alive(self) -> bool:
        """Say whether this very process, not a later one with its number, still runs."""
        return birth_of(self.pid) == self.birth


def birth_of(pid: int) -> str | None:
    """Give the system's word for when process `pid` began; None when there is none, or it only waits to be reaped."""
    if sys.platform == "linux":
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            return None
        boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
        return None if fields[0] == "Z" else f"{boot}/{fields[19]}"
    shown = subprocess.run(["ps", "-o", "stat=,lstart=", "-p", str(pid)], capture_output=True, text=True, check=False)
    state, _, began = shown.stdout.strip().partition(" ")
    return None if not began or state.startswith("Z") else began.strip()


def _kill_session(pid: int) -> None:
    """SIGKILL, also to what it forked if it leads a session of its own, as all do that were started here."""
    with suppress(ProcessLookupError):
        if os.getsid(pid) == pid:
            os.killpg(pid, signal.SIGKILL)
        else:
            os.kill(pid, signal.SIGKILL)


class Ledger:
    """The file that remembers what was started, so that a later command can end it, also after kill -9."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._children: dict[int, subprocess.Popen[bytes]] = {}
        self._writing = threading.Lock()

    def processes(self) -> list[Process]:
        """Give what is remembered, in the order of starting."""
        try:
            return [Process(**entry) for entry in json.loads(self._path.read_text())]
        except FileNotFoundError:
            return []

    def start(
        self,
        name: str,
        command: Sequence[str],
        *,
        log: Path,
        env: Mapping[str, str],
        account: Account | None = None,
        cwd: Path | None = None,
        stop_signal: int = signal.SIGTERM,
        layer: int = 1,
    ) -> Process:
        """Start `command` in a session of its own (Ctrl-C does not reach it), its output appended to `log`."""
        with log.open("ab") as output:
            child = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=dict(env),
                cwd=cwd,
                start_new_session=True,
                **(account.as_popen_arguments() if account else {}),
            )
        process = Process(name, child.pid, birth_of(child.pid) or "gone", int(stop_signal), layer)
        self._children[child.pid] = child
        with self._writing:
            self._remember([*self.processes(), process])
        return process

    def stop(self, *processes: Process, patience_s: float = 30.0) -> None:
        """End processes together and in good order, with SIGKILL after `patience_s` seconds, and forget them.

        The patience is longer than what a web process gives its requests to end. SIGKILL goes to the whole session:
        what a process forked would go on listening on its port for a while, and be taken for the one that follows.
        """
        living = [process for process in processes if process.alive()]
        for process in living:
            os.kill(process.pid, process.stop_signal)
        for process in living:
            if not self._gone_within(process, patience_s):
                _kill_session(process.pid)
                self._gone_within(process, 5.0)
        for process in processes:
            self._reap(process)
        with self._writing:
            self._remember([known for known in self.processes() if known not in processes])

    def stop_all(self) -> None:
        """End everything remembered, a layer at a time, what stands on top first."""
        for layer in (1, 0):
            self.stop(*(process for process in self.processes() if process.layer == layer))

    def wait_until(self, ready: Callable[[], bool], process: Process, *, log: Path, seconds: float) -> None:
        """Poll `ready` until it holds. Raises DidNotStart, with the log's last lines, when it ends or time is up."""
        deadline = time.monotonic() + seconds
        while not ready():
            if not process.alive():
                raise DidNotStart(f"{process.name} ended while starting.\n{last_lines(log)}")
            if time.monotonic() > deadline:
                raise DidNotStart(f"{process.name} was not ready after {seconds:.0f} s.\n{last_lines(log)}")
            time.sleep(0.05)

    def _gone_within(self, process: Process, seconds: float) -> bool:
        deadline = time.monotonic() + seconds
        while process.alive():
            if time.monotonic() > deadline:
                return False
            self._reap(process)
            time.sleep(0.02)
        return True

    def _reap(self, process: Process) -> None:
        if child := self._children.get(process.pid):
            child.poll()

    def _remember(self, processes: Sequence[Process]) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        fresh = self._path.with_suffix(".new")
        fresh.write_text(json.dumps([asdict(process) for process in processes], indent=1))
        fresh.replace(self._path)


def last_lines(log: Path, count: int = 15) -> str:
    """Give the last `count` lines of a log, indented, for a message to a person."""
    try:
        lines = log.read_text(errors="replace").splitlines()
    except OSError as error:
        return f"  (no log: {error})"
    return "\n".join([f"  {log}:", *(f"  | {line}" for line in lines[-count:])])
