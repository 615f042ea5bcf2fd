"""How many examples a property is tried with that says its own number: a quarter in `make test`, all in a soak.

Why: properties draw other examples in each run, and there are many of them. `make soak PARTS=examples` says
SETU_EXAMPLES, how many a property without a number of its own gets. Not a test module.
"""

import os

_FEWEST = 4
IN_A_SOAK = "SETU_EXAMPLES" in os.environ
USUAL = int(os.environ.get("SETU_EXAMPLES", "25"))
"""Of a property that says no number: a quarter of hypothesis's own."""


def examples(full: int) -> int:
    """Of a property for which the usual number would be too few, or too many."""
    return full if IN_A_SOAK else max(_FEWEST, full // 4)
