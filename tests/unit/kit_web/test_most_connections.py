"""A worker takes no more connections than it may open files for."""

import resource

import pytest

from service_kit.web.gunicorn import most_connections


@pytest.mark.parametrize(
    ("descriptors", "connections"), [(64, 20), (1024, 480), (65_536, 1000), (resource.RLIM_INFINITY, 1000)]
)
def test_each_connection_may_hold_a_file_besides(descriptors: int, connections: int) -> None:
    assert most_connections(descriptors) == connections
