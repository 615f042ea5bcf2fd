"""A referral service of its own for each test."""

from collections.abc import Callable

import pytest

from builders_referral import ReferralService, a_referral_service
from fresh_databases import Urls


@pytest.fixture
def setu(fresh_database: Callable[[str], Urls]) -> ReferralService:
    """The service at Monday noon."""
    return a_referral_service(fresh_database("referral"))
