"""Seconds of each folder of tests: setup, call and teardown of all its tests, summed over all processes."""

from collections import Counter
from collections.abc import Iterable
from pathlib import PurePosixPath


def folder_seconds(reports: Iterable[object]) -> list[str]:
    """Give a line for each folder, the dearest first; what is no report of a test is passed over."""
    seconds, tests = Counter[str](), Counter[str]()
    for report in reports:
        if hasattr(report, "nodeid") and hasattr(report, "duration"):
            folder = str(PurePosixPath(report.nodeid.partition("::")[0]).parent)
            seconds[folder] += report.duration
            tests[folder] += report.when == "call"
    total = f"{sum(seconds.values()):8.1f} s  {sum(tests.values()):5} tests  all"
    return [*(f"{spent:8.1f} s  {tests[folder]:5} tests  {folder}" for folder, spent in seconds.most_common()), total]
