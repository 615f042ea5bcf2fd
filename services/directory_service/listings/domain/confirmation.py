"""Clock of confirmation: after 90 days a listing's provider is reminded, after 180 it counts as unconfirmed.

`assured_date` is HSDS's own field: the day on which the provider last said "this is still right". Searching puts
unconfirmed listings last, pages mark them, and nothing is ever hidden for it: an old number is better than none.
Days are days in India; `today` is passed in.
"""

from datetime import date, datetime, timedelta

from setu.confirmation import CONFIRMED_FOR

REMIND_AFTER_DAYS = 90
UNCONFIRMED_DAYS = CONFIRMED_FOR.days


def unconfirmed(assured_date: date | None, today: date) -> bool:
    """Whether nobody has confirmed the listing within the last 180 days, or ever."""
    return assured_date is None or today - assured_date > timedelta(days=UNCONFIRMED_DAYS)


def is_ahead(assured_date: date, now: datetime) -> bool:
    """Whether nobody can have confirmed on that day yet; one day is left to other time zones and clocks."""
    return assured_date > (now + timedelta(days=1)).date()


def reminded_before(today: date) -> date:
    """The day that a listing's last confirmation, or else change, lies before where its provider is reminded."""
    return today - timedelta(days=REMIND_AFTER_DAYS)
