"""What was asked for lately is kept, and never more of it than was said."""

from hypothesis import given
from hypothesis import strategies as st

from service_kit.recent import Recent


@given(st.lists(st.tuples(st.integers(0, 12), st.integers(0, 40), st.booleans())))
def test_never_more_than_was_said_and_the_least_recent_leaves_first(steps: list[tuple[int, int, bool]]) -> None:
    recent, expected = Recent[int, int](100), dict[int, int]()
    for key, cost, is_put in steps:
        if not is_put:
            assert recent.get(key) == expected.get(key)
            if key in expected:
                expected[key] = expected.pop(key)
            continue
        recent.put(key, cost, cost)
        if cost <= 25:
            expected.pop(key, None)
            expected[key] = cost
            while sum(expected.values()) > 100:
                del expected[next(iter(expected))]
        assert recent.held == sum(expected.values()) <= 100
