"""Failpoints: places where a fault test lets the process die, as if the power went.

SETU_FAILPOINT names one place; reaching it sends the process SIGKILL, so nothing is flushed, rolled back or
said goodbye. `name:3` lets it pass twice. Without the variable nothing happens. Names are the constants below.
"""

import os
import signal
from collections import Counter
from typing import Final

COMMITTED_NOT_PUBLISHED: Final = "committed-not-published"
PUBLISHED_NOT_CONFIRMED: Final = "published-not-confirmed"
CONFIRMED_NOT_MARKED: Final = "confirmed-not-marked"
IN_A_HANDLER: Final = "in-a-handler"
COMMITTED_NOT_ACKED: Final = "committed-not-acked"
FILE_WRITTEN: Final = "file-written"
FILE_NAMED: Final = "file-named"

_reached: Counter[str] = Counter()


def reach(name: str) -> None:
    """Die here if SETU_FAILPOINT says so."""
    wanted = os.environ.get("SETU_FAILPOINT")
    if not wanted:
        return
    place, _, times = wanted.partition(":")
    if place == name:
        _reached[name] += 1
        if _reached[name] >= int(times or 1):
            os.kill(os.getpid(), signal.SIGKILL)
