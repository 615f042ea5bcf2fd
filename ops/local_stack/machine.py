"""What this machine has left and what it believes: disks, file descriptors, clock, time zones; each fault in words."""

import os
import sys
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg

from local_stack.layout import Layout
from service_kit.db.provision import libpq
from setu.india import INDIA

LEAST_DISK_MB = 500
LEAST_DESCRIPTORS = 0.1  # of the limit
MOST_DRIFT = timedelta(minutes=1)
_TIMES = "SELECT clock_timestamp(), (SELECT max(at) FROM audit_entry)"


def disks(layout: Layout) -> Iterator[tuple[str, int]]:
    """Each disk that the stack writes to, in words, and how many megabytes are free there."""
    places = {
        "this checkout": layout.checkout,
        "secrets, logs and keyring": layout.stack,
        "PostgreSQL": layout.servers / "postgres",
        "RabbitMQ": layout.servers / "rabbitmq",
        "the search index": layout.stack / "index",
        "the datapackage": layout.stack / "export",
        "mail as files": layout.mail,
    }
    places |= {f"the table space {place.name}": place for place in layout.servers.glob("*") if place.is_mount()}
    names: dict[int, list[str]] = defaultdict(list)
    at: dict[int, Path] = {}
    for name, place in places.items():
        there = next(each for each in (place, *place.parents) if each.exists())
        device = there.stat().st_dev
        names[device].append(name)
        at.setdefault(device, there)
    for device, place in at.items():
        found = os.statvfs(place)
        yield f"{', '.join(names[device])} ({place})", found.f_bavail * found.f_frsize // 1_000_000


def find_descriptor_fault(session: int) -> str | None:
    """Say where a process of a session (the id of its first process) has few file descriptors left. Linux alone."""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if int((folder / "stat").read_text().rpartition(")")[2].split()[3]) != session:
                continue
            used, limit = len(list((folder / "fd").iterdir())), _limit(folder)
        except OSError:  # it has just ended, or is somebody else's
            continue
        if limit - used < limit * LEAST_DESCRIPTORS:
            return f"uses {used} of its {limit} file descriptors: raise the limit (ulimit -n) and start it again"
    return None


def _limit(process: Path) -> int:
    """The soft limit, or as good as none: “unlimited”, and the empty file of a process that is just ending."""
    lines = (process / "limits").read_text().splitlines()
    soft = next((line.split()[3] for line in lines if line.startswith("Max open files")), "")
    return int(soft) if soft.isdecimal() else sys.maxsize


def find_keyring_fault(path: Path) -> str | None:
    """Say why the file of key-encryption keys cannot be read, without reading a key into memory."""
    try:
        with path.open("rb"):
            return f"{path} can be read by others: chmod 600" if path.stat().st_mode & 0o077 else None
    except OSError as error:
        return f"{path}: {error.strerror}; nothing is sealed or opened until it is back (its disk, or the copy of it)"


def find_clock_fault(worker_url: str, now: datetime) -> str | None:
    """Compare this machine's clock with the database's, and with what was noted there; None where it is away, too."""
    try:
        with psycopg.connect(libpq(worker_url), connect_timeout=5) as database:
            row = database.execute(_TIMES).fetchone()
    except psycopg.Error:
        return None
    there, noted = row or (now, None)
    if abs(there - now) > MOST_DRIFT:
        return f"the clock here reads {_words(now)}, the database's {_words(there)}: set them right (timedatectl)"
    if noted is not None and noted - now > MOST_DRIFT:
        return f"the clock reads {_words(now)}, but something was noted at {_words(noted)}: it is, or was, wrong"
    return None


def find_time_zone_fault() -> str | None:
    """India has one time, half an hour beside the full hours, and has not changed it since 1945."""
    offset = datetime(2026, 1, 1, tzinfo=UTC).astimezone(INDIA).utcoffset()
    if offset == timedelta(hours=5, minutes=30):
        return None
    return f"the time zone data say that India is {offset} ahead of UTC: install tzdata anew"


def _words(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
