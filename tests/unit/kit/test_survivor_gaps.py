"""A survivor log that is silent for too long between a backup and a restore."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from service_kit.db.survivors import LONGEST_PAUSE, LONGEST_STOP, Line, find_gaps, newest_of_rows

NOON = datetime(2026, 11, 29, 12, tzinfo=UTC)


def at(minutes: float) -> datetime:
    return NOON + timedelta(minutes=minutes)


def a_heartbeat(minutes: float) -> Line:
    return Line(at(minutes), "", "", None)


@pytest.mark.parametrize(
    ("said_at", "restored_at", "gaps"),
    [
        ([], 9, []),
        ([], 61, [(0, 61)]),
        ([*range(1, 30)], 89, []),
        ([*range(1, 30)], 90, [(29, 90)]),
        ([1, 2, 13, 14], 15, [(2, 13)]),
        ([11], 12, [(0, 11)]),
        ([11, 6, 2, 1], 15, []),
        ([1, 1_576_800, 9, -1_576_800, 14], 15, []),
    ],
)
def test_a_gap_is_told_before_between_and_after_the_lines(
    said_at: Sequence[float], restored_at: float, gaps: Sequence[tuple[float, float]]
) -> None:
    found = find_gaps([a_heartbeat(minutes) for minutes in said_at], NOON, at(restored_at))

    assert found == [(at(start), at(end)) for start, end in gaps]


def test_a_heartbeat_is_no_row_and_of_a_row_the_last_line_counts() -> None:
    lines = [Line(at(1), "task", "1", {"id": 1}), a_heartbeat(2), Line(at(3), "task", "1", None)]

    assert newest_of_rows(lines) == [lines[2]]
    assert timedelta(minutes=1) < LONGEST_PAUSE < LONGEST_STOP
