"""Words for the person at the terminal: what is being done, and how long it took.

Why: whoever waits longer than a second should see for what. Not a log: processes write theirs under `var/`.
"""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager


class Failed(Exception):
    """Something that a person has to see to; the message says what, in plain words."""


@contextmanager
def step(words: str) -> Iterator[None]:
    """Say what begins, and when it is done how many seconds it took."""
    began = time.monotonic()
    say(f"→ {words}")
    yield
    if (took := time.monotonic() - began) > 1:
        say(f"  done in {took:.1f} s")


def say(words: str) -> None:
    """Write one line at once, also into a pipe."""
    sys.stdout.write(words + "\n")
    sys.stdout.flush()
