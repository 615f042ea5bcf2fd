"""A directory of many services: imported while it is killed, then grown, indexed, searched and exported; with figures.

`python -m soak.large_directory IMPORTED TOTAL`: so many services come in by `setu directory import`, which is killed
with SIGKILL twice at random and run again each time; copies of their rows make up the rest of TOTAL. Then the index,
searches, the lines and the datapackage are made of all of them, each by processes as in service.

Exit code 1 where something is missing or half, where importing again changes anything, or where memory grows with what
was imported. The rest are figures, to be read beside those of another run on the same machine.
"""

import json
import os
import random
import sys
import tempfile
import time
import zipfile
from collections.abc import Mapping
from pathlib import Path

import psycopg

from bench.databases import service_database
from bench.directory_page import on_index, other_searches
from bench.figures import percentile
from bench.many_services import followed
from bench.services_file import write_services
from bench.web_processes import Request, ask_once, environment, gunicorn, latencies
from soak.copied_services import copy_services
from soak.watched_process import watch

AN_ORGANIZATION = 5  # services, in a file of `write_services`
KILLS, MARGIN = 2, 32  # megabytes that the second half of an import may hold more than the first
PORT, MB = 23_071, 1024.0 * 1024.0
_INDEX = (
    "import sys; from pathlib import Path; from service_kit.db.engine import Database;"
    "from directory_service.finding.use_cases.rebuild_index import rebuild_index;"
    "print(rebuild_index(Database(sys.argv[1]), Path(sys.argv[2])))"
)
_PACK = (
    "import sys; from pathlib import Path; from service_kit.db.engine import Database;"
    "from directory_service.hsds.domain.publication import Publication;"
    "from directory_service.hsds.store.package_folder import PackageFolder;"
    "from directory_service.hsds.use_cases.make_datapackage import DatapackageMaker;"
    "print(DatapackageMaker(Database(sys.argv[1]), PackageFolder(Path(sys.argv[2])), Publication()).tend())"
)


class Broken(Exception):
    """A promise that did not hold."""


def main(imported: int, total: int) -> int:
    """Play it, and say whether all held. `total` is a multiple of `imported`."""
    seed = int(os.environ.get("SETU_SOAK_SEED", random.SystemRandom().randrange(2**32)))
    print(f"a large directory, seed {seed}: {imported:,} imported, {total:,} in all", flush=True)
    try:
        with tempfile.TemporaryDirectory() as name, service_database("directory") as urls:
            _import(urls, Path(name), imported, random.Random(seed))  # noqa: S311 # to be played again
            if total > imported:
                began = time.monotonic()
                copy_services(urls["administrator"], urls["worker"], imported, total)
                print(f"copies: {total - imported:,} services in {time.monotonic() - began:.0f} s", flush=True)
            _index(urls, Path(name))
            _search(Path(name), total)
            _pack(urls, Path(name), total)
    except Broken as broken:
        print(f"BROKEN: {broken}", flush=True)
        return 1
    return 0


def _import(urls: Mapping[str, str], folder: Path, count: int, chance: random.Random) -> None:
    path = folder / "services.ndjson"
    write_services(path, count)
    command = [sys.executable, "-m", "setu_cli", "directory", "import", str(path), "--source", "soak"]
    settings, spent = environment(urls["worker"], SETU_INDEX_DIR=str(folder / "index")), 0.0
    for share in sorted(chance.uniform(0.1, 0.9) for _ in range(KILLS)):
        killed = watch(command, settings, kill_at=share)
        spent, there = spent + killed.seconds, _whole_organizations(urls)
        print(f"killed at {share:.0%} after {killed.seconds:.0f} s: {there:,} organisations, each whole", flush=True)
    done = watch(command, settings)
    _expect(done.code == 0, f"the import ended with {done.code}: {done.last}")
    _expect(_whole_organizations(urls) * AN_ORGANIZATION == count, "services are missing after the import")
    first, second = done.most(0.05, 0.5), done.most(0.5, 1.0)
    print(f"import: {count:,} in {spent + done.seconds:.0f} s, killed {KILLS} times; the last run {done.seconds:.0f} s")
    print(f"  memory: {first:.0f} MB in the first half, {second:.0f} MB in the second", flush=True)
    _expect(second <= first + MARGIN, "memory grows with what was imported")
    again = watch(command, settings)
    print(f"the same again: {again.seconds:.0f} s, {again.most():.0f} MB; {again.last}", flush=True)
    _expect("added 0 changed 0 removed 0" in again.last, f"importing again was no rest: {again.last}")


def _whole_organizations(urls: Mapping[str, str]) -> int:
    """How many providers there are; each must have all its services."""
    with psycopg.connect(urls["administrator"]) as connection:
        half = "SELECT organization_id FROM service GROUP BY 1 HAVING count(*) <> %s"
        _expect(not connection.execute(half, [AN_ORGANIZATION]).fetchall(), "an organisation is there in part")
        row = connection.execute("SELECT count(*) FROM organization WHERE kind = 'provider'").fetchone()
    return int(row[0]) if row else 0


def _index(urls: Mapping[str, str], folder: Path) -> None:
    made = watch([sys.executable, "-c", _INDEX, urls["worker"], str(folder / "index")], {})
    _expect(made.code == 0, f"the index was not made: {made.last}")
    size = sum(path.stat().st_size for path in (folder / "index").rglob("*") if path.is_file()) / MB
    print(f"index: {made.last} services in {made.seconds:.0f} s, {made.most():.0f} MB held, {size:,.0f} MB on disk")


def _search(folder: Path, total: int) -> None:
    index = folder / "index"
    with followed(index), gunicorn("directory_service.app:create_app()", PORT, on_index(index), folder) as port:
        counted = json.loads(ask_once(port, Request("/api/services?per_page=1")).read())["total_items"]
        _expect(counted == total, f"{counted:,} services are found, not {total:,}")
        for what, load in (
            ("the same page", Request("/api/services?full=true&page=3")),
            ("other searches", other_searches()),
            ("two words", Request("/api/services?search=drop-in+77")),
        ):
            times = latencies(port, load, seconds=5, clients=1)
            print(
                f"{what}: {1000 * percentile(times, 50):.1f} ms, p99 {1000 * percentile(times, 99):.1f} ms", flush=True
            )
        _lines(port, total)


def _lines(port: int, total: int) -> None:
    began, lines, size = time.monotonic(), 0, 0
    answer = ask_once(port, Request("/api/services?format=ndjson&full=true"))
    while block := answer.read(1 << 20):
        lines, size = lines + block.count(b"\n"), size + len(block)
    _expect(lines == total, f"{lines:,} lines of {total:,}")
    seconds = time.monotonic() - began
    print(f"lines: {lines:,} in {seconds:.0f} s, {size / MB:,.0f} MB, {size / MB / seconds:.0f} MB/s", flush=True)


def _pack(urls: Mapping[str, str], folder: Path, total: int) -> None:
    made = watch([sys.executable, "-c", _PACK, urls["worker"], str(folder / "export")], {})
    _expect(made.code == 0 and made.last == "True", f"the datapackage was not made: {made.last}")
    [package] = (folder / "export").glob("*.zip")
    with zipfile.ZipFile(package) as archive, archive.open("services.csv") as sheet:
        ids = sum(1 for line in sheet if line[8:9] == b"-")
    _expect(ids == total, f"{ids:,} services in the datapackage, not {total:,}")
    size = package.stat().st_size / MB
    print(f"datapackage: {made.seconds:.0f} s, {made.most():.0f} MB held, {size:,.0f} MB on disk", flush=True)


def _expect(holds: bool, words: str) -> None:  # what holds
    if not holds:
        raise Broken(words)


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:3])))
