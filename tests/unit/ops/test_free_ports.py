"""Two processes of a parallel run never find the same port, nor one that browsers refuse."""

from itertools import pairwise

import pytest

from local_stack.test_servers import free_ports


def test_each_process_of_a_parallel_run_has_ports_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTEST_XDIST_WORKER_COUNT", "4")
    found = []
    for worker in ("gw0", "gw1", "gw2", "gw3"):
        monkeypatch.setenv("PYTEST_XDIST_WORKER", worker)
        found.append(sorted(free_ports(50)))

    assert all(lower[-1] < higher[0] for lower, higher in pairwise(found))
    assert found[0][0] > 10_080
    assert found[-1][-1] < 32_000
