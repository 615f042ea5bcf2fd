"""However few histories of the wall are asked for, hidden acts are played."""

import pytest
from hypothesis import strategies as st

from support.wall import histories
from support.wall.acts import Step


@pytest.mark.parametrize("asked_for", ["1", str(histories.SETS - 1), str(histories.SETS)])
def test_a_soak_of_few_histories_plays_one_with_hidden_acts(monkeypatch: pytest.MonkeyPatch, asked_for: str) -> None:
    monkeypatch.setattr(histories, "PLAYED", asked_for)  # as SETU_HISTORIES says it to a process
    played: list[list[Step]] = []

    @histories.plays_hidden_acts(st.just(Step("open")), st.just(Step("code")), longest=2, usual=8)
    def judge(history: list[Step], hidden_acts: object, ages: object) -> None:
        played.append(history)

    judge()

    assert len(played) == 1
