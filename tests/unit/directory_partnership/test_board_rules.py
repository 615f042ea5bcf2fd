"""Rules of the board: whose it is, when an answer is late, what a sealed post is, and who counts how often."""

import resource
from collections import Counter
from datetime import date
from pathlib import Path
from random import Random
from uuid import uuid4

import pytest

from directory_service.partnership.domain import breaches
from directory_service.partnership.domain.board import (
    LONGEST_TEXT,
    MOVES,
    STATES,
    Writers,
    place_of,
    state_after,
    steps_open,
)
from directory_service.partnership.domain.meetings import NotNow
from directory_service.partnership.domain.sealed_posts import ITEM, SIZE, SealedPost, new_post
from directory_service.partnership.domain.working_days import days_are_over, newest_late_day
from directory_service.partnership.outside.board_keys import BoardKeys
from directory_service.partnership.use_cases.board.limit_unnamed_posts import UnnamedPostLimit

BIG, FEW_UNITS, FEW_PROVIDERS = Writers(3, 3), Writers(2, 30), Writers(30, 2)


@pytest.mark.parametrize(
    ("of_state", "of_district", "board", "takes_unnamed"),
    [
        (BIG, BIG, 315, True),
        (BIG, FEW_UNITS, None, True),
        (BIG, FEW_PROVIDERS, None, True),
        (FEW_UNITS, FEW_UNITS, None, False),
        (FEW_PROVIDERS, FEW_PROVIDERS, None, False),
    ],
)
def test_below_three_units_or_providers_the_board_is_the_states(
    of_state: Writers, of_district: Writers, board: int | None, takes_unnamed: bool
) -> None:
    place = place_of(19, 315, of_state, of_district)
    assert (place.state, place.district, place.takes_unnamed) == (19, board, takes_unnamed)


def test_ten_working_days_leave_out_weekends_and_holidays() -> None:
    friday, holiday = date(2026, 11, 27), date(2026, 12, 1)
    open_always = lambda _day: False  # noqa: E731 - a calendar without holidays
    assert not days_are_over(friday, 10, date(2026, 12, 11), open_always)
    assert days_are_over(friday, 10, date(2026, 12, 14), open_always)
    assert not days_are_over(friday, 10, date(2026, 12, 14), lambda day: day == holiday)
    assert days_are_over(friday, 10, date(2026, 12, 15), lambda day: day == holiday)
    assert newest_late_day(10, date(2026, 12, 14)) == date(2026, 11, 29)
    assert newest_late_day(10, date(2026, 12, 13)) == date(2026, 11, 26)


def test_the_state_hears_of_a_breach_after_three_working_days_and_at_once_past_a_coordinator() -> None:
    friday, holiday = date(2026, 11, 27), date(2026, 12, 1)

    def hears(today: date, *, past: bool = False) -> bool:
        return breaches.state_hears(friday, today, lambda day: day == holiday, past_coordinator=past)

    assert [hears(date(2026, 12, day)) for day in (3, 4)] == [False, True]
    assert hears(friday, past=True)


def test_steps_are_the_tables_and_a_states_board_has_no_agenda() -> None:
    assert steps_open("open", has_district=True) == ["agenda", "done", "hide"]
    assert steps_open("open", has_district=False) == ["done", "hide"]
    assert [each for each in STATES if not steps_open(each, has_district=True)] == ["hidden"]
    for step, (before, after) in MOVES.items():
        for state in STATES:
            if state in before:
                assert state_after(step, state, has_district=True) == after
            else:
                with pytest.raises(NotNow):
                    state_after(step, state, has_district=True)
    with pytest.raises(NotNow):
        breaches.state_after("parent", breaches.TAKEN, parent_agreed=False)


@pytest.mark.parametrize("letter", ["a", "ক", "😀", '"', "\\"])
def test_every_post_has_one_length_and_comes_back_as_it_was(letter: str) -> None:
    content = {"state_code": 19, "district_code": 315, "category": "access", "text": letter * LONGEST_TEXT}
    post = new_post(ITEM, content, str(uuid4()), Random(1))  # noqa: S311 - the same each time
    assert len(post.to_bytes()) == SIZE
    assert SealedPost.from_bytes(post.to_bytes()) == post


def test_a_post_waits_one_two_or_three_batches_each_as_likely() -> None:
    random = Random(7)  # noqa: S311 - the same each time
    waits = Counter(new_post(ITEM, {}, "", random).waits for _ in range(3000))
    assert sorted(waits) == [1, 2, 3]
    assert min(waits.values()) > 900


def test_three_a_day_of_one_account_and_none_of_anothers() -> None:
    limit, one, day = UnnamedPostLimit(), uuid4(), date(2026, 11, 24)
    assert [limit.admits(one, day) for _ in range(4)] == [True, True, True, False]
    assert limit.admits(uuid4(), day)
    assert limit.admits(one, date(2026, 11, 25))


def test_where_there_is_no_room_no_half_of_a_key_lies_in_the_folder(tmp_path: Path) -> None:
    keys, usual = BoardKeys(tmp_path / "keys"), resource.getrlimit(resource.RLIMIT_FSIZE)
    keys.make(uuid4())
    before = list((tmp_path / "keys").iterdir())
    resource.setrlimit(resource.RLIMIT_FSIZE, (20, usual[1]))
    try:
        with pytest.raises(OSError, match="File too large"):
            keys.make(uuid4())
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, usual)
    assert list((tmp_path / "keys").iterdir()) == before
