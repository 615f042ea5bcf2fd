"""The network that an address is counted by."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory_service.accounts.domain.networks import network_of
from service_kit.token_bucket import TokenBucket


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.77", "203.0.113.0/24"),
        ("::ffff:203.0.113.77", "203.0.113.0/24"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("203.0.113.77:51234", "203.0.113.0/24"),
        ("[2001:db8:1:2:3:4:5:6]:51234", "2001:db8:1:2::/64"),
        ("[2001:db8:1:2:3:4:5:6]", "2001:db8:1:2::/64"),
        ("[::ffff:203.0.113.77]:51234", "203.0.113.0/24"),
        ("unknown:51234", "unknown:51234"),
        ("unknown", "unknown"),
        ("", ""),
    ],
)
def test_a_network_is_a_block_of_256_addresses_or_a_sixty_fourth(address: str, network: str) -> None:
    assert network_of(address) == network


def test_where_only_work_is_bounded_an_old_address_counts_alone() -> None:
    assert network_of("203.0.113.77", ipv4_prefix=32) == "203.0.113.77/32"
    assert network_of("2001:db8:1:2:3:4:5:6", ipv4_prefix=32) == "2001:db8:1:2::/64"


@given(st.lists(st.floats(0, 30), min_size=1, max_size=200), st.integers(1, 50))
def test_a_bucket_admits_no_more_than_its_size_and_what_flows_in(gaps: list[float], a_minute: int) -> None:
    bucket, now, admitted = TokenBucket(a_minute, 0.0), 0.0, 0
    for gap in gaps:
        now += gap
        bucket, wait = bucket.take(a_minute, 60, now)
        admitted += wait == 0
        assert wait == 0 or bucket.take(a_minute, 60, now + wait + 0.001)[1] == 0, "as long as it says, and no longer"

    assert admitted <= a_minute + now * a_minute / 60 + 1e-6
