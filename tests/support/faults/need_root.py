"""Fails a test in words where it may not do what it is about: a skip would be taken for a pass."""

import os

import pytest


def need_root(what: str) -> None:
    """`what` the test does: a noun."""
    if os.geteuid() != 0:
        pytest.fail(f"{what} takes root: run this test as root, as CI does")
