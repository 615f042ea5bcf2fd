"""How much work something is, counted in calls of Python functions: the same on every machine, however busy."""

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any


def calls_of(function: Callable[..., Any] | None, work: Callable[[], Any]) -> int:
    """How often `work` enters `function`; any Python function where it is None. In this thread alone."""
    wanted = getattr(function, "__code__", None)
    calls = 0

    def count(frame: FrameType, event: str, _argument: Any) -> None:
        nonlocal calls
        calls += event == "call" and (wanted is None or frame.f_code is wanted)

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        work()
    finally:
        sys.setprofile(before)
    return calls
