"""Fresh second factor: how long one that was shown counts, before it is asked for again.

Promises: it counts from the moment at which it was shown, and no use makes it longer. Not for which routes ask for one
(`require.py`), nor for who needs one to sign in, which is the service's that signs people in.
"""

from datetime import timedelta

from service_kit.identity import Principal
from service_kit.web.context import context

SECOND_FACTOR_FRESH = timedelta(minutes=30)


def has_fresh_second_factor(who: Principal, within: timedelta = SECOND_FACTOR_FRESH) -> bool:
    """Whether the second factor was shown within the last 30 minutes, or another span."""
    return who.second_factor_at is not None and context().clock.now() - who.second_factor_at <= within
