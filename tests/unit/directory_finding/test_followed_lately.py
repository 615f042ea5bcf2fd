"""What a repeated answer goes by: a look at the index's files that is at most 5 ms old, whatever becomes of them."""

import os
import shutil
import time
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
    index = SearchIndex(tmp_path, clock)
    assert index.followed_lately() is not None

    happens(tmp_path, clock)
    time.sleep(LONGER)

    assert index.followed_lately() is None


def test_a_commit_and_a_swap_are_seen(tmp_path: Path) -> None:
    build = a_build(tmp_path)
    note_followed(tmp_path, NOON.timestamp())
    index = SearchIndex(tmp_path, FrozenClock(NOON))
    seen = [index.followed_lately()]

    with BuildWriter(build, index.snapshot().state.reach) as writer:
        writer.commit(feed="feed", cursor=2)
    time.sleep(LONGER)
    seen.append(index.followed_lately())
    shutil.copytree(build, other := new_build(tmp_path), dirs_exist_ok=True)
    put_in_use(other)
    time.sleep(LONGER)
    seen.append(index.followed_lately())

    assert len({snapshot.tag for snapshot in seen if snapshot is not None}) == 3


def test_whoever_answers_anew_looks_at_once(tmp_path: Path) -> None:
    a_build(tmp_path)
    note_followed(tmp_path, NOON.timestamp())
    index = SearchIndex(tmp_path, FrozenClock(NOON))
    assert index.followed_lately() is not None

    os.utime(tmp_path / "followed", (1, 1))

    assert index.followed() is None
