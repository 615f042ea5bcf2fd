"""A referral service of its own for each test."""

from collections.abc import Callable

import pytest

from support.fresh_databases import Urls
from support.referral import ReferralService
from support.referrals.app import a_referral_service


@pytest.fixture
def setu(fresh_database: Callable[[str], Urls]) -> ReferralService:
    """The service at Monday noon."""
    return a_referral_service(fresh_database("referral"))
