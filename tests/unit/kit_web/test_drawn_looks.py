"""What a run draws instead of looking at all follows from its seed, and over many runs leaves nothing out."""

import pytest

from support.pages.drawn_looks import drawn_some, is_drawn

ALL = ["officer", "others", "custody", "desk"]


def test_a_seed_draws_the_same_share_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SETU_LOOKS_SEED", "7")

    assert drawn_some(ALL, 0.5, of="tours") == drawn_some(ALL, 0.5, of="tours")
    assert len(set(drawn_some(ALL, 0.5, of="tours"))) == 2
    assert len(drawn_some(ALL, 0.01, of="tours")) == 1


def test_each_is_drawn_in_some_run(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = set()
    for seed in range(50):
        monkeypatch.setenv("SETU_LOOKS_SEED", str(seed))
        seen.update(drawn_some(ALL, 0.5, of="tours"))

    assert seen == set(ALL)


def test_of_what_is_met_on_the_way_each_is_drawn_in_some_run_and_not_in_all(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = dict.fromkeys(ALL, 0)
    for seed in range(50):
        monkeypatch.setenv("SETU_LOOKS_SEED", str(seed))
        for name in ALL:
            drawn[name] += is_drawn(1 / 3, of=name)

    assert all(0 < times < 50 for times in drawn.values()), drawn
