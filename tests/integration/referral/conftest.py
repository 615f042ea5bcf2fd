"""A referral service of its own for each test, or for all tests of a module."""

from collections.abc import Iterator

import pytest

from support.fresh_databases import FreshDatabases
from support.referral import (
    ReferralService,
    a_referral_service,
)


@pytest.fixture(scope="module")
def lasting_setu(fresh_databases: FreshDatabases) -> Iterator[ReferralService]:
    """One service for all histories of a module; each begins with nothing."""
    with fresh_databases.clone("referral") as urls:
        yield a_referral_service(urls)
