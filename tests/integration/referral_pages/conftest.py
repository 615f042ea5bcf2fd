"""Browsers without a screen: the form over HTTP, on a service with a frozen clock."""

import pytest

from support.referral import ReferralService
from support.referrals.form import FormFiller


@pytest.fixture
def officer(setu: ReferralService) -> FormFiller:
    """An officer at the form."""
    return FormFiller(setu)
