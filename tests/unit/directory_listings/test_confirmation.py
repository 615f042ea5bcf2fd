"""When a listing counts as unconfirmed."""

from datetime import date, timedelta

from directory_service.listings.domain.confirmation import (
    UNCONFIRMED_DAYS,
    unconfirmed,
)

TODAY = date(2026, 11, 24)


def test_a_listing_is_unconfirmed_after_180_days_and_before_the_first_confirmation():
    last_good_day = TODAY - timedelta(days=UNCONFIRMED_DAYS)

    assert not unconfirmed(TODAY, TODAY)
    assert not unconfirmed(last_good_day, TODAY)
    assert unconfirmed(last_good_day - timedelta(days=1), TODAY)
    assert unconfirmed(None, TODAY)
    assert not unconfirmed(TODAY + timedelta(days=1), TODAY), "a day ahead of ours is no old one"
