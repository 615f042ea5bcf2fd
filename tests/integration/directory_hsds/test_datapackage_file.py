"""The datapackage as a file: made once a state by the worker, sent in parts, never half, never with a hidden place."""

import io
import json
import os
import resource
import signal
import sqlite3
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest
from flask.testing import FlaskClient

from directory_service.hsds.domain.publication import Publication
from directory_service.hsds.store.package_folder import PackageFolder
from directory_service.hsds.use_cases.make_datapackage import DatapackageMaker
from directory_service.listings.store.tables_changes import ChangeFeed
from service_kit import failpoints
from support.canary import found_in_files
from support.hsds.changes import Copy
from support.listings import SECRET, Directory, a_confidential_place, a_place, a_provider, a_service

PATH = "/api/export/datapackage.zip"
PROCESS = Path(__file__).with_name("packing_process.py")
PROVIDER = a_provider()
PLACE = a_place(PROVIDER)
SERVICE = a_service(PROVIDER, places=(PLACE.id,))


@pytest.fixture(autouse=True)
def _filled(directory: Directory) -> None:
    directory.save(PROVIDER, PLACE, SERVICE)


def files(directory: Directory) -> list[str]:
    """What lies in the folder beside the lock."""
    return sorted(path.name for path in directory.settings.export_dir.iterdir() if path.name != "lock")


def test_until_the_worker_has_made_one_it_says_when_to_come_again(directory: Directory, visitor: FlaskClient) -> None:
    early = visitor.get(PATH)
    made = directory.pack()
    then = visitor.get(PATH)

    assert (early.status_code, early.headers["Retry-After"], early.get_json()["type"]) == (
        503,
        "10",
        "/problems/unavailable",
    )
    assert (made, then.status_code, then.mimetype) == (True, 200, "application/zip")


def test_a_state_of_the_feed_is_made_once_and_the_next_one_replaces_it(
    directory: Directory, visitor: FlaskClient
) -> None:
    directory.pack()
    first = visitor.get(PATH)
    unmoved = directory.pack()
    directory.save(replace(SERVICE, accepting="closed"))
    meanwhile = visitor.get(PATH)
    moved = directory.pack()
    second = visitor.get(PATH, headers={"If-None-Match": first.headers["ETag"]})
    held = visitor.get(PATH, headers={"If-None-Match": second.headers["ETag"]})
    by_time = visitor.get(PATH, headers={"If-Modified-Since": second.headers["Last-Modified"]})

    assert (unmoved, moved) == (False, True)
    assert meanwhile.data == first.data
    assert (second.status_code, held.status_code, by_time.status_code) == (200, 304, 304)
    assert second.headers["ETag"] != first.headers["ETag"]
    assert zipfile.ZipFile(io.BytesIO(second.data)).testzip() is None
    assert files(directory) == [f"{second.headers['ETag'][1:-1]}.zip", "current.json"]


def test_what_changed_since_it_was_begun_is_told_by_the_feed_that_it_names(
    directory: Directory, visitor: FlaskClient
) -> None:
    directory.pack()
    directory.save(replace(SERVICE, accepting="closed"))

    link = visitor.get(PATH).headers["Link"]

    address, _, rel = link.partition(">; ")
    since = address.partition("since=")[2]
    assert rel == 'rel="monitor"'
    assert ("service", str(SERVICE.id)) in Copy(visitor, since=since).catch_up().documents


def test_a_download_that_was_cut_goes_on_where_it_ended_unless_it_changed(
    directory: Directory, visitor: FlaskClient
) -> None:
    directory.pack()
    whole = visitor.get(PATH)
    size, tag = len(whole.data), whole.headers["ETag"]

    rest = visitor.get(PATH, headers={"Range": "bytes=100-", "If-Range": tag})
    last = visitor.get(PATH, headers={"Range": "bytes=-22"})
    beyond = visitor.get(PATH, headers={"Range": f"bytes={size}-"})
    directory.save(replace(SERVICE, accepting="closed"))
    directory.pack()
    anew = visitor.get(PATH, headers={"Range": "bytes=100-", "If-Range": tag})

    assert (whole.headers["Accept-Ranges"], whole.headers["Content-Length"]) == ("bytes", str(size))
    assert (rest.status_code, rest.data) == (206, whole.data[100:])
    assert rest.headers["Content-Range"] == f"bytes 100-{size - 1}/{size}"
    assert (last.status_code, last.data) == (206, whole.data[-22:])
    assert (beyond.status_code, beyond.headers["Content-Range"]) == (416, f"bytes */{size}")
    assert beyond.mimetype == "application/problem+json"
    assert (anew.status_code, anew.data[:2]) == (200, b"PK")


def test_a_place_that_turns_confidential_takes_the_file_with_it(directory: Directory, visitor: FlaskClient) -> None:
    hidden = a_confidential_place(PROVIDER, id=PLACE.id)
    directory.save(replace(hidden, confidential=False))
    directory.pack()
    held = visitor.get(PATH)
    assert SECRET[1] in zipfile.ZipFile(io.BytesIO(held.data)).read("addresses.csv").decode()

    directory.save(hidden, indexed=False)  # nobody has numbered the change yet

    refused = visitor.get(PATH, headers={"If-None-Match": held.headers["ETag"]})
    assert refused.status_code == 503
    with PackageFolder(directory.settings.export_dir).write_lock():  # another worker is making one
        assert not directory.pack()
    assert files(directory) == []
    directory.pack()
    assert not found_in_files(list(SECRET), [str(directory.settings.export_dir)])
    assert SECRET[1] not in zipfile.ZipFile(io.BytesIO(visitor.get(PATH).data)).read("addresses.csv").decode()


def test_a_package_in_the_making_is_given_up_when_a_place_turns_confidential(directory: Directory) -> None:
    def hide() -> bool:
        directory.save(replace(PLACE, confidential=True), indexed=False)
        return False

    folder = PackageFolder(directory.settings.export_dir)
    maker = DatapackageMaker(directory.worker, folder, Publication(), look=0)

    assert (maker.tend(hide), files(directory)) == (False, [])


def test_two_workers_make_one_and_one_that_stops_leaves_nothing(directory: Directory) -> None:
    with PackageFolder(directory.settings.export_dir).write_lock() as is_ours:
        assert (is_ours, directory.pack()) == (True, False)
    assert not directory.packing.tend(lambda: True)
    assert files(directory) == []


def test_a_file_that_is_lost_is_made_again(directory: Directory, visitor: FlaskClient) -> None:
    directory.pack()
    [package] = directory.settings.export_dir.glob("*.zip")
    package.unlink()

    refused = visitor.get(PATH)

    assert (refused.status_code, directory.pack(), visitor.get(PATH).status_code) == (503, True, 200)


def test_of_another_database_it_is_not_sent(directory: Directory, visitor: FlaskClient) -> None:
    directory.pack()
    with directory.worker.transaction() as session:
        session.query(ChangeFeed).update({"id": uuid4()})

    assert visitor.get(PATH).status_code == 503


@contextmanager
def full_disk() -> Iterator[None]:
    """No file of this process may grow beyond 2 kB meanwhile."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2_000, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_full_disk_leaves_the_one_in_use_and_the_next_making_succeeds(
    directory: Directory, visitor: FlaskClient
) -> None:
    directory.pack()
    before, whole = files(directory), visitor.get(PATH)
    directory.save(replace(SERVICE, description="x" * 3000))

    with full_disk(), pytest.raises((OSError, sqlite3.Error)):
        directory.pack()

    assert files(directory) == before
    assert visitor.get(PATH).data == whole.data
    assert directory.pack()
    assert visitor.get(PATH).headers["ETag"] != whole.headers["ETag"]


def test_killed_before_it_is_put_in_use_the_one_before_stays_and_the_rest_is_swept(
    directory: Directory, visitor: FlaskClient
) -> None:
    directory.pack()
    whole = visitor.get(PATH)
    directory.save(replace(SERVICE, accepting="closed"))
    url = directory.worker.engine.url.render_as_string(hide_password=False).replace("+psycopg", "")
    for place in (failpoints.FILE_WRITTEN, failpoints.FILE_NAMED):
        made = subprocess.run(
            [sys.executable, str(PROCESS), url, str(directory.settings.export_dir)],
            env={**os.environ, "SETU_FAILPOINT": place},
            check=False,
        )
        assert made.returncode == -signal.SIGKILL
        assert len(files(directory)) > 2
        assert visitor.get(PATH).data == whole.data

    assert directory.pack()
    note = json.loads((directory.settings.export_dir / "current.json").read_text())
    assert files(directory) == sorted([f"{note['digest']}.zip", "current.json"])
