"""India's time zone, once: days begin and hours are told in it, wherever a server stands."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

INDIA = ZoneInfo("Asia/Kolkata")


def day_in_india(moment: datetime) -> date:
    """Return the day in India at an aware moment."""
    return moment.astimezone(INDIA).date()


def midnight_in_india(day: date) -> datetime:
    """Return the moment, aware and in India's zone, at which a day begins there."""
    return datetime.combine(day, time(), INDIA)
