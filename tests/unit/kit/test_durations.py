"""What `make test` prints of its own time."""

from types import SimpleNamespace

from support.every_run.durations import folder_seconds


def report(nodeid: str, when: str, duration: float) -> SimpleNamespace:
    return SimpleNamespace(nodeid=nodeid, when=when, duration=duration)


def test_each_folder_has_the_seconds_of_all_phases_of_its_tests_the_dearest_first():
    reports = [
        report("tests/unit/kit/test_a.py::test_one", "call", 1.0),
        report("tests/e2e/test_b.py::test_two", "setup", 4.0),
        report("tests/e2e/test_b.py::test_two", "call", 2.0),
        object(),  # a warning
    ]

    lines = [line.split() for line in folder_seconds(reports)]

    assert lines == [
        ["6.0", "s", "1", "tests", "tests/e2e"],
        ["1.0", "s", "1", "tests", "tests/unit/kit"],
        ["7.0", "s", "2", "tests", "all"],
    ]
