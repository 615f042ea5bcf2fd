from datetime import UTC, datetime, timedelta, timezone

import pytest

from service_kit.backoff import Backoff
from service_kit.clock import FrozenClock, SystemClock
from service_kit.ids import SeededIds, SystemIds


def test_a_frozen_clock_stands_until_it_is_moved() -> None:
    clock = FrozenClock(datetime(2026, 3, 1, 15, 0, tzinfo=timezone(timedelta(hours=5, minutes=30))))

    clock.advance(timedelta(minutes=5))

    assert clock.now() == datetime(2026, 3, 1, 9, 35, tzinfo=UTC)
    assert clock.now().tzinfo is UTC


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        FrozenClock(datetime(2026, 3, 1, 9, 30))  # noqa: DTZ001 (that is the point)


def test_the_systems_clock_speaks_utc() -> None:
    assert SystemClock().now().tzinfo is UTC


@pytest.mark.parametrize("ids", [SystemIds(), SeededIds("seed")])
def test_keys_are_version_7_and_later_ones_sort_after(ids: SystemIds | SeededIds) -> None:
    made = [ids.uuid() for _ in range(100)]

    assert {number.version for number in made} == {7}
    assert made == sorted(made)


def test_the_same_seed_gives_the_same_identifiers() -> None:
    one, other = SeededIds("seed"), SeededIds("seed")

    first = (one.uuid(), one.random(9))

    assert first == (other.uuid(), other.random(9))
    assert first != (one.uuid(), one.random(9))
    one.reseed("seed")
    assert first == (one.uuid(), one.random(9))


def test_pauses_double_up_to_their_limit_with_jitter() -> None:
    whole, half = Backoff(first=1, most=60, chance=lambda: 1.0), Backoff(first=1, most=60, chance=lambda: 0.0)

    assert [whole.seconds(attempt) for attempt in (1, 2, 3, 7, 5000)] == [1, 2, 4, 60, 60]
    assert half.seconds(3) == 2
