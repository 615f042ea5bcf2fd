"""Browsers without a screen: the form over HTTP, on a service with a frozen clock."""

from collections.abc import Callable

import pytest

from support.fresh_databases import Urls
from support.referral import (
    ReferralService,
    a_referral_service,
)
from support.referral_form import FormFiller


@pytest.fixture
def setu(fresh_database: Callable[[str], Urls]) -> ReferralService:
    """The service at Monday noon."""
    return a_referral_service(fresh_database("referral"))


@pytest.fixture
def officer(setu: ReferralService) -> FormFiller:
    """An officer at the form."""
    return FormFiller(setu)
