"""Import: services with their places and organisations a second, beside COPY of the rows that come of it.

Both go into a new, migrated database with all its indexes and triggers; the file is NDJSON, read, checked, sorted and
rendered by us as the worker, while the administrator copies finished rows from memory. Memory: the most that the
process has held with four times as many services, beside the most with the first file.
"""

import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import psycopg

from bench.databases import service_database
from bench.figures import Figure, at_least, at_most, interleaved, sized
from bench.services_file import write_services
from service_kit.db.engine import Database

COUNT, ROUNDS = sized(4_000, 200), 3
TABLES = ("organization", "location", "service", "service_at_location", "outbox")
_IMPORT = "import sys; from bench.import_directory import take; take(sys.argv[1], sys.argv[2])"


def measure() -> Iterator[Figure]:
    """Services a second, and megabytes."""
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "services.ndjson"
        write_services(path, COUNT)
        rows: dict[str, bytes] = {}
        ours, bare = interleaved(ROUNDS, lambda: _import(path, rows), lambda: _copy(rows))
        yield at_least("import of NDJSON", ours, "/s", baseline=bare, ratio=0.1)
        few = _peak(path)
        write_services(path, 4 * COUNT)
        many = _peak(path)
        yield Figure(f"memory of importing {COUNT:,}", few, "MB")
        yield at_most(f"memory of importing {4 * COUNT:,}", many, "MB", limit=round(few + 12, 1))


def take(url: str, path: str) -> None:
    """Import a file, and print the most memory that this process has held, in megabytes."""
    from datetime import UTC, datetime  # noqa: PLC0415 # only the child process needs these

    from directory_service.importing.use_cases.import_files import (  # noqa: PLC0415 # the same
        ImportOptions,
        import_files,
    )

    report = import_files(Database(url), ImportOptions(path), datetime.now(UTC))
    if report.rejected:
        raise RuntimeError(next(iter(report.rejected)).line())
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def _import(path: Path, rows: dict[str, bytes]) -> float:
    with service_database("directory") as urls:
        began = time.perf_counter()
        _run(urls, path)
        rate = COUNT / (time.perf_counter() - began)
        if not rows:
            with psycopg.connect(urls["administrator"]) as administrator:
                for table in TABLES:
                    with administrator.cursor().copy(f"COPY {table} TO STDOUT") as out:
                        rows[table] = b"".join(bytes(block) for block in out)
    return rate


def _copy(rows: Mapping[str, bytes]) -> float:
    with service_database("directory") as urls, psycopg.connect(urls["administrator"]) as administrator:
        began = time.perf_counter()
        for table in TABLES:
            with administrator.cursor().copy(f"COPY {table} FROM STDIN") as into:
                into.write(rows[table])
        administrator.commit()
        return COUNT / (time.perf_counter() - began)


def _peak(path: Path) -> float:
    with service_database("directory") as urls:
        return _run(urls, path)


def _run(urls: Mapping[str, str], path: Path) -> float:
    command = [sys.executable, "-c", _IMPORT, urls["worker"], str(path)]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
