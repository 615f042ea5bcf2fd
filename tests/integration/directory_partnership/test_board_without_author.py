"""Items without an author: somebody who holds every table, log, event and dump at any time tries to find the writers.

Each way is tried as whoever looks would try it, and finds the writer where a leak is planted.
"""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

import pytest
from flask import request, request_finished

from directory_service.partnership.domain.sealed_posts import SIZE
from directory_service.partnership.use_cases.board.publish_board_batch import BoardSealing
from directory_service.partnership.use_cases.board.seal_unnamed_post import SEAL
from service_kit import sealed_box
from service_kit.keyring import CannotOpen
from service_kit.logs import UNTRACED
from support.board.tended_board import Board, Dump, a_form, new_rows, post_unnamed
from support.partnership import ALO, NODI, OTHER_STATION, STATION, Partnership

WRITERS = (("officer", STATION), ("officer", OTHER_STATION), ("case_worker", NODI), ("provider_manager", ALO))
POSTS = 48
LUCKY = 12  # of 48 pairs guessed by chance one is right; twelve happen once in a thousand million times


class Unshuffled(Random):
    """A planted leak: the order of writing stays, wherever the database has put the waiting rows meanwhile.

    Without an ORDER BY they are not always read in that order: a vacuum meanwhile makes room in front.
    """

    def shuffle(self, x: Any) -> None:
        """Put posts as they were written, before covers."""
        x.sort(key=lambda post: number_of(post.content["text"]) if "text" in post.content else POSTS)


@dataclass(frozen=True)
class Post:
    """What really happened, which whoever looks does not know."""

    words: str
    account: UUID


@contextmanager
def everything_logged() -> Iterator[list[logging.LogRecord]]:
    records: list[logging.LogRecord] = []
    handler = logging.Handler(logging.DEBUG)
    handler.emit = records.append  # type: ignore[method-assign]  # collects only
    root, level = logging.getLogger(), logging.getLogger().level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        yield records
    finally:
        root.removeHandler(handler)
        root.setLevel(level)


def a_days_posts(partnership: Partnership, count: int) -> list[Post]:
    """Posts of one day, a minute apart, each by somebody else; what they are, in the order of writing."""
    posts = []
    for number in range(count):
        partnership.clock.advance(timedelta(minutes=1))
        role, at = WRITERS[number % len(WRITERS)]
        who = partnership.somebody(role, at)
        post_unnamed(partnership._browser(who), f"Concern {number} of the day")
        posts.append(Post(f"Concern {number} of the day", who.account))
    return posts


def number_of(words: str) -> int:
    """Which post of the day it is."""
    return int(words.split()[1])


def uuids_in(rows: Sequence[str]) -> set[str]:
    return {word for row in rows for word in row.replace("(", ",").replace(")", ",").split(",") if len(word) == 36}


def test_a_post_leaves_one_sealed_row_and_the_time_at_which_any_page_was_asked_for(
    partnership: Partnership, tmp_path: Path
) -> None:
    board, who = Board(partnership, tmp_path), partnership.somebody("officer")
    browser, before = partnership._browser(who), board.dump()
    with everything_logged() as records:
        asked = browser.post("/board/new", data=a_form(words="Nobody answers at night", accepted=""))
        post_unnamed(browser, "Nobody answers at night")
    made = new_rows(before, board.dump())
    assert "What is not kept" in asked.text
    assert sorted(made) == ["board_waiting", "session_activity"]
    (row,) = made["board_waiting"]
    (sealed,) = board.rows("SELECT sealed, id FROM board_waiting ORDER BY length(sealed) DESC, id LIMIT 1")
    assert {len(each.sealed) for each in board.rows("SELECT sealed FROM board_waiting")} == {len(sealed.sealed)}
    assert len(sealed.sealed) > SIZE
    known = {str(each) for each in (who.account, who.session, who.membership, who.organization)}
    assert uuids_in([row]) & known == set()
    assert [UUID(each).version for each in uuids_in([row])] == [4, 4]
    said = " ".join(f"{record.getMessage()} {vars(record)}" for record in records if record.name != "asyncio")
    assert [each for each in (*known, "/board", "Nobody") if each in said] == []


def test_who_opens_a_form_or_posts_is_in_no_access_log(partnership: Partnership, tmp_path: Path) -> None:
    Board(partnership, tmp_path)
    browser, untraced = partnership.browser("officer"), list[bool]()

    def note(_app: object, **_more: object) -> None:
        untraced.append(bool(request.environ.get(UNTRACED)))

    with request_finished.connected_to(note):
        for path in ("/board/new", "/reports/new"):
            browser.get(path)
            browser.post(path, data={})
        browser.get("/board")
    assert untraced == [True, True, True, True, False]


def test_opening_the_form_or_posting_with_a_name_leaves_a_row_of_the_same_kind(
    partnership: Partnership, tmp_path: Path
) -> None:
    board, before = Board(partnership, tmp_path), None
    browser = partnership.browser("officer")
    for act in (lambda: browser.get("/board/new"), lambda: browser.post("/board/new", data=a_form(author="named"))):
        before = board.dump()
        act()
        (row,) = new_rows(before, board.dump())["board_waiting"]
        assert len(row) > 2 * SIZE


@pytest.mark.parametrize("leak", [False, True], ids=["as it is", "with a planted leak"])
def test_the_join_by_order_finds_nobody(partnership: Partnership, tmp_path: Path, leak: bool) -> None:
    board = Board(partnership, tmp_path)
    if leak:
        board.tools = BoardSealing(board.keys, Unshuffled(2))
    posts = a_days_posts(partnership, POSTS)
    board.mornings(3)
    query = "SELECT text, posted_on, xmin::text AS xmin FROM board_item ORDER BY posted_on, {}"
    by_place, by_id = board.rows(query.format("ctid")), board.rows(query.format("id"))
    assert len(by_place) == POSTS
    if leak:
        assert hits(posts, by_place) > LUCKY
    if not leak:
        for guess in (by_place, list(reversed(by_place)), by_id, board.rows("SELECT text FROM board_item")):
            assert hits(posts, guess) <= LUCKY
        days = {row.posted_on: {each.xmin for each in by_place if each.posted_on == row.posted_on} for row in by_place}
        assert [len(each) for each in days.values()] == [1] * len(days)
        assert len(days) == 3  # and each day's are of writers from first to last
        assert all(UUID(row[0]).version == 4 for row in board.rows("SELECT id::text FROM board_item"))


def hits(posts: Sequence[Post], guess: Sequence[Any]) -> int:
    """How many rows are followed by the one that was written next, among what appeared on one day.

    Neighbours, not places: PostgreSQL may begin to fill a table in its middle.
    """
    written = {post.words: number for number, post in enumerate(posts)}
    right = 0
    for day in {row.posted_on for row in guess} if hasattr(guess[0], "posted_on") else {None}:
        order = [written[row.text] for row in guess if day is None or row.posted_on == day]
        following = set(pairwise(sorted(order)))
        right += sum(pair in following for pair in pairwise(order))
    return right


def test_the_join_by_dumps_before_and_after_each_batch_finds_nobody(partnership: Partnership, tmp_path: Path) -> None:
    board, dumps, privates = Board(partnership, tmp_path), list[Dump](), list[str]()
    posts = a_days_posts(partnership, 4)
    for _ in range(3):
        dumps.append(board.dump())
        privates += [path.read_text() for path in (tmp_path / "board-keys").iterdir()]
        board.tend(1)
        board.tend()  # the minute after destroys the keys that are gone
        dumps.append(board.dump())
    published = dumps[-1]["board_item"]
    assert sum(published.values()) == 4
    for before, after in pairwise(dumps):
        if before["board_key"] == after["board_key"]:
            continue
        # a batch: no waiting row lives on, so none can be followed from the day it came to the day it appeared
        assert uuids_in(list(before["board_waiting"])) & uuids_in(list(after["board_waiting"])) == set()
        # and how many came or went tells nothing: there are covers among them
        assert sum(before["board_waiting"].values()) > 4
    every = [row for dump in dumps for table in dump.values() for row in table]
    assert [
        post.words for post in posts if any(post.words in row for d in dumps[:1] for t in d.values() for row in t)
    ] == []
    assert [key for key in privates if any(key in row for row in every)] == []
    for row in (each for dump in dumps[:-1] for each in dump["board_waiting"]):
        assert opens_with_a_key_of_today(tmp_path, row) is False
    ids = uuids_in(list(published))
    others = {t: rows for t, rows in dumps[-1].items() if t != "board_item"}
    assert [table for table, rows in others.items() if ids & uuids_in(list(rows))] == []
    assert [word for row in published for word in row.split(",") if ":" in word] == []


def opens_with_a_key_of_today(folder: Path, row: str) -> bool:
    """Try each private key that there is on a waiting row of an old dump."""
    sealed = bytes.fromhex(row.rstrip(')"').rpartition("\\x")[2])
    for path in (folder / "board-keys").iterdir():
        try:
            sealed_box.open(path.read_text(), sealed, SEAL)
        except CannotOpen:
            continue
        return True
    return False
