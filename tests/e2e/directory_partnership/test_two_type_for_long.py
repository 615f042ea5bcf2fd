"""Two people type minutes at once, letter by letter, also into each other's lines: nothing that was typed is lost.

`make test` lets them type for some seconds, `make soak` for ten minutes (SETU_MINUTES_SECONDS).
"""

import os
import random
import time
from collections.abc import Iterator
from typing import Any

from playwright.sync_api import Page
from sqlalchemy import select

from directory_service.partnership.store.tables import MinutesLine

SECONDS = float(os.environ.get("SETU_MINUTES_SECONDS", "2"))
SEED = int(os.environ.get("SETU_SOAK_SEED", "7"))


def typist(page: Page, who: str, typed: list[str], chance: random.Random) -> Iterator[None]:
    """Types on and on, a letter a step. `typed`: what was finished, each a word that stands nowhere else."""
    while True:
        word = f"{who}{len(typed) + 1}w"
        lines = page.locator("[data-lines] textarea")
        count = lines.count()
        if count > 2 and chance.random() < 0.4:
            box = lines.nth(chance.randrange(count))
            if len(box.input_value()) > 300:
                continue
            box.focus()
            box.press("Control+End")
            for letter in f" {word}":
                page.keyboard.type(letter)
                yield
            page.locator("#f-text").focus()
        else:
            page.locator("#f-text").focus()
            for letter in f"Cards are short {word}":
                page.keyboard.type(letter)
                yield
            page.keyboard.press("Enter")
        typed.append(word)
        yield


def texts(table: Any) -> list[str]:
    with table.partnership.worker() as session:
        return list(session.scalars(select(MinutesLine.text).order_by(MinutesLine.created_at, MinutesLine.id)))


def test_nothing_is_lost_while_two_type_at_once(table: Any) -> None:
    meeting = table.partnership.a_meeting()
    chance = random.Random(SEED)  # noqa: S311  # a seed that plays again
    typed, typists = list[list[str]](), list[tuple[Page, Iterator[None]]]()
    for who in ("left", "right"):
        page = table.context("coordinator", width=1280).new_page()
        page.goto(f"/meetings/{meeting}/minutes")
        typed.append([])
        typists.append((page, typist(page, who, typed[-1], chance)))
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        for _page, typing in typists:
            next(typing)
    for (_page, typing), finished in zip(typists, typed, strict=True):
        before = len(finished)
        while len(finished) == before:  # each ends the word that was begun
            next(typing)

    wanted, patience = set(typed[0]) | set(typed[1]), time.monotonic() + 120
    while (missing := wanted - set(" ".join(texts(table)).split())) and time.monotonic() < patience:
        typists[0][0].wait_for_timeout(200)
    assert missing == set(), f"of {len(wanted)} words"

    def shown() -> list[list[str]]:
        boxes = [page.locator("[data-lines] textarea") for page, _typing in typists]
        values = [each.evaluate_all("boxes => boxes.map(box => box.value)") for each in boxes]
        return [sorted(" ".join(value.split()) for value in each) for each in values]  # a line may have been broken

    while shown() != [sorted(texts(table))] * 2 and time.monotonic() < patience:
        typists[0][0].wait_for_timeout(200)
    assert shown() == [sorted(texts(table))] * 2, "both see all of it"
