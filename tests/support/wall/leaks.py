"""A leak that is planted into a running service, for tests of the wall's oracle. Not a test module."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from flask import Response

from support.referral import ReferralService


@contextmanager
def leaking(setu: ReferralService, leak: Callable[[Response], Response]) -> Iterator[None]:
    """Every answer goes through `leak` until the block ends.

    By Flask's own table: `after_request` is closed once a service has answered, and another service is dear.
    """
    hooks = setu.app.after_request_funcs.setdefault(None, [])
    hooks.append(leak)
    try:
        yield
    finally:
        hooks.remove(leak)
