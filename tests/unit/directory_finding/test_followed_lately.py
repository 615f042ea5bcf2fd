"""What a repeated answer goes by: a look at the index's files that is at most 5 ms old, whatever becomes of them."""

import gc
import os
import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from directory_service.finding.store.search.folder import new_build, note_followed, put_in_use
from directory_service.finding.store.search.reader import SearchIndex
from directory_service.finding.store.search.writer import BuildWriter
from service_kit.clock import FrozenClock
from support.listings import NOON

LONGER = 0.006  # seconds


class Stopwatch:
    """In place of the monotonic clock; stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    def advance(self, seconds: float) -> None:
        self.now += seconds


def a_build(folder: Path) -> Path:
    build = new_build(folder)
    with BuildWriter(build) as writer:
        writer.commit(feed="feed", cursor=1)
    put_in_use(build)
    return build


def worker_stops(folder: Path, _clock: FrozenClock) -> None:
    note_followed(folder, NOON.timestamp() - 60)


def note_vanishes(folder: Path, _clock: FrozenClock) -> None:
    (folder / "followed").unlink()


def clock_is_set_back(_folder: Path, clock: FrozenClock) -> None:
    clock.advance(timedelta(hours=-1))


def index_vanishes(folder: Path, _clock: FrozenClock) -> None:
    shutil.rmtree(folder)


@pytest.mark.parametrize("happens", [worker_stops, note_vanishes, clock_is_set_back, index_vanishes])
def test_what_must_not_be_repeated_any_more_is_not_repeated_for_longer(
    tmp_path: Path, happens: Callable[[Path, FrozenClock], None]
) -> None:
    a_build(tmp_path)
    clock = FrozenClock(NOON)
    note_followed(tmp_path, NOON.timestamp())
    index = SearchIndex(tmp_path, clock, monotonic=(watch := Stopwatch()))
    assert index.followed_lately() is not None

    happens(tmp_path, clock)
    assert index.followed_lately() is not None, "no look within 5 ms"
    watch.advance(LONGER)

    assert index.followed_lately() is None


def test_a_commit_and_a_swap_are_seen(tmp_path: Path) -> None:
    build = a_build(tmp_path)
    note_followed(tmp_path, NOON.timestamp())
    index = SearchIndex(tmp_path, FrozenClock(NOON), monotonic=(watch := Stopwatch()))
    seen = [index.followed_lately()]

    with BuildWriter(build, index.snapshot().state.reach) as writer:
        writer.commit(feed="feed", cursor=2)
    watch.advance(LONGER)
    seen.append(index.followed_lately())
    shutil.copytree(build, other := new_build(tmp_path), dirs_exist_ok=True)
    put_in_use(other)
    watch.advance(LONGER)
    seen.append(index.followed_lately())

    assert len({snapshot.tag for snapshot in seen if snapshot is not None}) == 3


def test_whoever_answers_anew_looks_at_once(tmp_path: Path) -> None:
    a_build(tmp_path)
    note_followed(tmp_path, NOON.timestamp())
    index = SearchIndex(tmp_path, FrozenClock(NOON))
    assert index.followed_lately() is not None

    os.utime(tmp_path / "followed", (1, 1))

    assert index.followed() is None


@pytest.mark.skipif(not Path("/proc/self/maps").exists(), reason="Linux tells what a process maps")
def test_files_of_a_build_that_was_left_are_held_no_longer(tmp_path: Path) -> None:
    left = a_build(tmp_path)
    note_followed(tmp_path, NOON.timestamp())
    index = SearchIndex(tmp_path, FrozenClock(NOON), monotonic=Stopwatch())
    assert index.followed_lately() is not None

    a_build(tmp_path)
    shutil.rmtree(left)
    index.newest()
    gc.collect()

    assert str(left) not in Path("/proc/self/maps").read_text()
