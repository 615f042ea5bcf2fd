"""Process that is watched: how long it runs, how much memory it holds by how much is done, and killed where wanted."""

import os
import re
import signal
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

_PROGRESS = re.compile(r"([\d,]+) of ([\d,]+)")
_LOOK = 0.2  # seconds


@dataclass
class WatchedRun:
    """What came of it: seconds, exit code, the last line it printed, and (share of the work done, megabytes held)."""

    seconds: float = 0.0
    code: int = 0
    last: str = ""
    held: list[tuple[float, float]] = field(default_factory=list)

    def most(self, begin: float = 0.0, end: float = 1.0) -> float:
        """The most memory (megabytes) that it held while that share of the work was done."""
        return max((megabytes for done, megabytes in self.held if begin <= done <= end), default=0.0)


def watch(command: Sequence[str], settings: Mapping[str, str], kill_at: float | None = None) -> WatchedRun:
    """Run it to its end, or end it with SIGKILL once it says on stderr that this share of its work is done."""
    run, began, share = WatchedRun(), time.monotonic(), 0.0
    with tempfile.TemporaryFile("w+") as told, tempfile.NamedTemporaryFile("r") as progress:
        with (
            Path(progress.name).open("w") as into,
            subprocess.Popen(command, env={**os.environ, **settings}, stdout=told, stderr=into) as process,
        ):
            while process.poll() is None:
                share = _share(progress.read(), share)
                run.held.append((share, _resident(process.pid)))
                if kill_at is not None and share >= kill_at:
                    process.send_signal(signal.SIGKILL)
                time.sleep(_LOOK)
        run.code, run.seconds = process.returncode, time.monotonic() - began
        told.seek(0)
        run.last = (told.read().strip().splitlines() or [""])[-1]
        if run.code > 0:
            progress.seek(0)
            run.last = progress.read()[-2_000:]
    return run


def _share(text: str, before: float) -> float:
    found = _PROGRESS.findall(text)
    if not found:
        return before
    done, of = (int(each.replace(",", "")) for each in found[-1])
    return done / of if of else before


def _resident(pid: int) -> float:
    """Megabytes; 0 of a process that has just ended."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) for line in lines if line.startswith("VmRSS:")) / 1024
